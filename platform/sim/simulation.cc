#include "mortise/platform/sim/simulation.h"

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/core/default_timeout.h"
#include "mortise/platform/platform_scope.h"
#include "mortise/platform/sim/host.h"
#include "mortise/platform/sim/host/platform.h"
#include "mortise/platform/sim/host/virtual_mode.h"
#include "mortise/platform/sim/random.h"
#include "mortise/platform/sim/schedule/fatal.h"
#include "mortise/platform/sim/schedule/scheduler.h"
#include "mortise/platform/sim/schedule/streams.h"

namespace mortise {
namespace sim {
namespace {

class RestoredDefaultTimeout {
 public:
  RestoredDefaultTimeout() = default;
  ~RestoredDefaultTimeout() { SetDefaultTimeout(before_).IgnoreError(); }
  RestoredDefaultTimeout(const RestoredDefaultTimeout&) = delete;
  RestoredDefaultTimeout& operator=(const RestoredDefaultTimeout&) = delete;

 private:
  const absl::Duration before_ = GetDefaultTimeout();
};

}  // namespace

std::uint64_t SeedFromEnvironment() {
  const char* const text = std::getenv("MORTISE_SIM_SEED");
  std::uint64_t seed = 1;
  if (text != nullptr && !absl::SimpleAtoi(text, &seed)) {
    Fatal(absl::StrCat("MORTISE_SIM_SEED=", text, ": no number of 64 bits"));
  }
  return seed;
}

Simulation::Simulation(const SimulationOptions& options)
    : seed_(options.seed),
      epoch_(options.epoch),
      scheduler_(Scheduler::Create(options)),
      mode_(std::make_unique<VirtualMode>(scheduler_)),
      clock_(*scheduler_),
      random_(scheduler_->streams().For(What("the program"), 0, 0)) {}

Simulation::~Simulation() = default;

Host& Simulation::AddHost(absl::string_view name, const HostOptions& options) {
  const std::uint64_t number = hosts_.size() + 1;
  SimulatedHostOptions host;
  host.name = std::string(name);
  host.kernel.seed =
      scheduler_->streams().For(What("a host"), number, 0).Next();
  host.kernel.epoch = epoch_;
  host.kernel.most_handles = options.most_handles;
  host.kernel.process_id = options.process_id != 0
                               ? options.process_id
                               : static_cast<std::int64_t>(number);
  host.kernel.first_free_port = options.first_free_port;
  host.kernel.is_directory = options.is_directory;
  hosts_.push_back(std::unique_ptr<Host>(
      new Host(name, std::make_unique<SimulatedHost>(*mode_, host))));
  return *hosts_.back();
}

absl::Status Simulation::Run(Host& host, absl::FunctionRef<void()> main) {
  const RestoredDefaultTimeout timeout;
  return scheduler_->Run(
      host.name(),
      [&host, main] {
        const PlatformScope scope(host.platform());
        main();
      },
      &host);
}

std::uint64_t Simulation::digest() const { return scheduler_->digest(); }

std::vector<std::string> Simulation::left_to_chance() const {
  return scheduler_->left_to_chance();
}

}  // namespace sim
}  // namespace mortise
