// Runs the contract of pollers on poll sets that scan. On the system's own,
// default_platform_contract_test runs it.

#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/poll_suites.h"
#include "mortise/tests/platform/scanning_platform.h"

namespace mortise {
namespace contract {
namespace {

ContractPlatform Scanning() {
  ContractPlatform contract;
  contract.name = "Scanning";
  contract.platform = &ScanningPlatform();
  return contract;
}

MORTISE_INSTANTIATE_POLL_CONTRACT(Scanning, Scanning());

}  // namespace
}  // namespace contract
}  // namespace mortise
