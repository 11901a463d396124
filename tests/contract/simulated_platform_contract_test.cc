// Runs the contract on a simulated host in open mode.

#include <filesystem>
#include <string>
#include <system_error>

#include "absl/time/clock.h"
#include "mortise/platform/sim/host/open_mode.h"
#include "mortise/platform/sim/host/platform.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/process.h"

namespace mortise {
namespace contract {
namespace {

sim::SimulatedHostOptions Options() {
  sim::SimulatedHostOptions options;
  // The tests compare the clock and the process with their own.
  options.kernel.epoch = absl::Now();
  options.kernel.process_id = ThisProcess();
  // Some processes may not bind to every port, and this is one of them.
  options.kernel.first_free_port = 1024;
  // A thousand connections have two thousand ends.
  options.kernel.most_handles = 4096;
  // The tests make their directories in the real file system.
  options.kernel.is_directory = [](const std::string& path) {
    std::error_code error;
    return std::filesystem::is_directory(path, error);
  };
  return options;
}

ContractPlatform SimulatedPlatform() {
  // Never destroyed: threads of tests may use it until the end of the process.
  static auto* const mode = new sim::OpenMode;
  static auto* const host = new sim::SimulatedHost(*mode, Options());
  ContractPlatform contract;
  contract.name = "Simulated";
  contract.platform = &host->platform();
  contract.handles_are_descriptors = false;
  return contract;
}

MORTISE_INSTANTIATE_CONTRACT(Simulated, SimulatedPlatform());

}  // namespace
}  // namespace contract
}  // namespace mortise
