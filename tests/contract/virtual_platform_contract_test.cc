// Runs the contract on a simulated host in virtual time: all tests are one run,
// in which an hour takes no time and one thread runs at a time.

#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/platform/sim/faults.h"
#include "mortise/platform/sim/host.h"
#include "mortise/platform/sim/simulation.h"
#include "mortise/platform/sim/thread.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/process.h"
#include "mortise/tests/contract/test_thread.h"

namespace mortise {
namespace contract {
namespace {

class SimulatedThread final : public RunningThread {
 public:
  explicit SimulatedThread(std::function<void()> body)
      : thread_("background", std::move(body)) {}

  void Join() override { thread_.join(); }
  // Time passes only when all other threads wait.
  std::optional<bool> IsAsleep() override {
    absl::SleepFor(absl::Milliseconds(1));
    return true;
  }

 private:
  sim::Thread thread_;
};

// A test that hangs is a deadlock, or loops, and the run notices either.
class SimulatedThreads final : public ThreadMaker {
 public:
  std::unique_ptr<RunningThread> Start(std::function<void()> body) override {
    return std::make_unique<SimulatedThread>(std::move(body));
  }
};

sim::HostOptions Options() {
  sim::HostOptions options;
  options.process_id = ThisProcess();
  // Some processes may not bind to every port, and this is one of them.
  options.first_free_port = 1024;
  // A thousand connections have two thousand ends.
  options.most_handles = 4096;
  // The tests make their directories in the real file system.
  options.is_directory = [](const std::string& path) {
    std::error_code error;
    return std::filesystem::is_directory(path, error);
  };
  return options;
}

// Signals that arrive at each thread that waits.
class SimulatedStorms final : public StormMaker {
 public:
  std::unique_ptr<SignalStorm> Begin(absl::Duration period) override;
  int Signals() override;

 private:
  class Storm;

  int ended_ = 0;  // Signals of storms that are over.
  std::set<const Storm*> storms_;
};

// Never destroyed: threads that the run has left behind stay as they are.
sim::Simulation& TheSimulation() {
  static auto* const simulation = new sim::Simulation;
  return *simulation;
}

sim::Host& TheHost() {
  static sim::Host& host = TheSimulation().AddHost("host", Options());
  return host;
}

class SimulatedStorms::Storm final : public SignalStorm {
 public:
  Storm(SimulatedStorms& maker, absl::Duration period)
      : maker_(maker),
        rule_(TheSimulation().faults().Interrupt(TheHost(), period)) {
    maker_.storms_.insert(this);
  }
  ~Storm() override {
    maker_.storms_.erase(this);
    maker_.ended_ += signals();
  }

  int signals() const { return static_cast<int>(rule_.hits()); }

 private:
  SimulatedStorms& maker_;
  const sim::Rule rule_;
};

std::unique_ptr<SignalStorm> SimulatedStorms::Begin(absl::Duration period) {
  return std::make_unique<Storm>(*this, period);
}

int SimulatedStorms::Signals() {
  int signals = ended_;
  for (const Storm* const storm : storms_) signals += storm->signals();
  return signals;
}

ContractPlatform VirtualPlatform() {
  static auto* const threads = new SimulatedThreads;
  static auto* const storms = new SimulatedStorms;
  ContractPlatform contract;
  contract.name = "Virtual";
  contract.platform = &TheHost().platform();
  contract.handles_are_descriptors = false;
  // The scheduler looks at the states of threads, in files.
  contract.descriptors_are_counted = false;
  contract.threads = threads;
  contract.storms = storms;
  return contract;
}

MORTISE_INSTANTIATE_CONTRACT(Virtual, VirtualPlatform());

}  // namespace

int RunTests() {
  int result = 1;
  const absl::Status status =
      TheSimulation().Run(TheHost(), [&result] { result = RUN_ALL_TESTS(); });
  for (const std::string& what : TheSimulation().left_to_chance()) {
    std::cout << "Not decided by the seed: " << what << "\n";
  }
  if (status.ok()) return result;
  std::cout << status << "\n";
  return 1;
}

}  // namespace contract
}  // namespace mortise

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  return mortise::contract::RunTests();
}
