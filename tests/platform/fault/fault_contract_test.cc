// Runs the contract on the operating system's platform behind a CallFaults
// without rules, which changes nothing.

#include "mortise/core/constants.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/fault/call_faults.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"

namespace mortise {
namespace contract {
namespace {

ContractPlatform FaultlessPlatform() {
  static auto* const faults = new fault::CallFaults(Platform::Default());
  ContractPlatform contract;
  contract.name = "Faultless";
  contract.platform = &faults->platform();
  contract.lingering_addresses_are_taken =
      !FindConstant("SO_EXCLUSIVEADDRUSE").has_value();  // Windows has it
  return contract;
}

MORTISE_INSTANTIATE_CONTRACT(Faultless, FaultlessPlatform());

}  // namespace
}  // namespace contract
}  // namespace mortise
