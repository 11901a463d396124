// Runs the contract of pollers on the operating system.

#include "mortise/platform/backend.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/poll_suites.h"

namespace mortise {
namespace contract {
namespace {

ContractPlatform DefaultPlatform() {
  ContractPlatform contract;
  contract.name = "Default";
  contract.platform = &Platform::Default();
  return contract;
}

MORTISE_INSTANTIATE_POLL_CONTRACT(Default, DefaultPlatform());

}  // namespace
}  // namespace contract
}  // namespace mortise
