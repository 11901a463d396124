// Runs the contract on the backend of the operating system.

#include "mortise/core/constants.h"
#include "mortise/platform/backend.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"

namespace mortise {
namespace contract {
namespace {

ContractPlatform DefaultPlatform() {
  ContractPlatform contract;
  contract.name = "Default";
  contract.platform = &Platform::Default();
  contract.lingering_addresses_are_taken =
      !FindConstant("SO_EXCLUSIVEADDRUSE").has_value();  // Windows has it
  return contract;
}

MORTISE_INSTANTIATE_CONTRACT(Default, DefaultPlatform());

}  // namespace
}  // namespace contract
}  // namespace mortise
