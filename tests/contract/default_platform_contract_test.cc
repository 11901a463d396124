// The operating system's own backend keeps the contract.

#include "mortise/contract/contract_suites.h"
#include "mortise/contract/contract_test.h"
#include "mortise/platform/backend.h"

namespace mortise {
namespace contract {

MORTISE_INSTANTIATE_CONTRACT(Default,
                             ContractPlatform{"Default", &Platform::Default()});

}  // namespace contract
}  // namespace mortise
