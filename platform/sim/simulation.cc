#include "mortise/platform/sim/simulation.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "mortise/core/default_timeout.h"
#include "mortise/platform/platform_scope.h"
#include "mortise/platform/sim/environment.h"
#include "mortise/platform/sim/faults.h"
#include "mortise/platform/sim/host.h"
#include "mortise/platform/sim/host/leaks.h"
#include "mortise/platform/sim/host/life.h"
#include "mortise/platform/sim/host/packet_trace.h"
#include "mortise/platform/sim/host/platform.h"
#include "mortise/platform/sim/host/recording.h"
#include "mortise/platform/sim/host/signals.h"
#include "mortise/platform/sim/host/virtual_mode.h"
#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/kernel/network.h"
#include "mortise/platform/sim/link_options.h"
#include "mortise/platform/sim/names.h"
#include "mortise/platform/sim/net/address_table.h"
#include "mortise/platform/sim/net/check_argument.h"
#include "mortise/platform/sim/net/entrance.h"
#include "mortise/platform/sim/net/fabric.h"
#include "mortise/platform/sim/net/name_server.h"
#include "mortise/platform/sim/net/tap_list.h"
#include "mortise/platform/sim/random.h"
#include "mortise/platform/sim/schedule/local_clock.h"
#include "mortise/platform/sim/schedule/options.h"
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

std::uint64_t SeedFor(const Scheduler& scheduler, absl::string_view what) {
  return scheduler.streams().For(What(what), 0, 0).Next();
}

FabricOptions FabricOptionsOf(const Scheduler& scheduler) {
  FabricOptions options;
  options.seed = SeedFor(scheduler, "the network");
  return options;
}

SchedulerOptions Recorded(const SchedulerOptions& options,
                          Recording& recording) {
  SchedulerOptions recorded = options;
  recorded.trace = recording.sink();
  return recorded;
}

// Ends the process unless a host may have these.
void CheckInterfaces(const std::vector<Interface>& interfaces) {
  for (const Interface& interface : interfaces) {
    CheckArgument(!interface.name.empty() && interface.name != "lo",
                  "HostOptions::interfaces",
                  "has one that is called \"lo\" or has no name");
    for (const InterfaceAddress& address : interface.addresses) {
      const int most = address.ip.is_v4() ? 32 : 128;
      CheckArgument(0 <= address.prefix_length && address.prefix_length <= most,
                    "HostOptions::interfaces",
                    "has a prefix that is negative or longer than its address");
    }
  }
}

}  // namespace

std::uint64_t SeedFromEnvironment() {
  return NumberFromEnvironment("MORTISE_SIM_SEED").value_or(1);
}

Simulation::Simulation(const SimulationOptions& options)
    : seed_(options.seed),
      epoch_(options.epoch),
      require_no_leaks_(options.require_no_leaks),
      recording_(std::make_unique<Recording>(options.epoch, options.trace)),
      scheduler_(Scheduler::Create(Recorded(options, *recording_))),
      fabric_(std::make_unique<Fabric>(FabricOptionsOf(*scheduler_))),
      packet_trace_(std::make_unique<PacketTrace>(*scheduler_)),
      taps_(std::make_unique<TapList>()),
      mode_(std::make_unique<VirtualMode>(scheduler_, *fabric_)),
      signals_(std::make_unique<Signals>(*scheduler_, *mode_, *fabric_)),
      faults_(std::make_unique<Faults>(SeedFor(*scheduler_, "packet rules"),
                                       *fabric_, *mode_)),
      names_(std::make_unique<Names>(SeedFor(*scheduler_, "query rules"),
                                     *fabric_, *mode_,
                                     [this](absl::string_view text) {
                                       scheduler_->AddToTrace("dns", text);
                                     })),
      clock_(*scheduler_),
      random_(scheduler_->streams().For(What("the program"), 0, 0)) {
  faults_->signals_ = signals_.get();
  taps_->Add(*packet_trace_);
  if (recording_->tap() != nullptr) taps_->Add(*recording_->tap());
  fabric_->set_tap(taps_.get());
  scheduler_->set_report([this] { return NetstatLocked(); });
}

Simulation::~Simulation() = default;

Host& Simulation::AddHost(absl::string_view name, const HostOptions& options) {
  CheckInterfaces(options.interfaces);
  const HostId id = fabric_->AddHost(name);
  const std::uint64_t number = id.number();
  SimulatedHostOptions host;
  host.name = std::string(name);
  host.kernel.seed =
      scheduler_->streams().For(What("a host"), number, 0).Next();
  host.kernel.epoch = epoch_;
  const auto clock = std::make_shared<LocalClock>();
  host.kernel.clock = clock;
  host.kernel.most_handles = options.most_handles;
  host.kernel.process_id = options.process_id != 0
                               ? options.process_id
                               : static_cast<std::int64_t>(number);
  names_->server_->table().AddHost(name, id);
  host.name_server = names_->server_.get();
  host.kernel.interfaces = options.interfaces;
  if (options.interfaces.empty()) {
    host.kernel.interfaces.push_back(DefaultInterface(id));
  }
  host.kernel.first_free_port = options.first_free_port;
  host.kernel.is_directory = options.is_directory;
  hosts_.push_back(std::unique_ptr<Host>(
      new Host(id, *scheduler_, *fabric_, *mode_, faults_->call_rules(), clock,
               std::make_unique<SimulatedHost>(*mode_, host))));
  return *hosts_.back();
}

void Simulation::SetLink(HostId a, HostId b, const LinkOptions& link) {
  const EntranceLock lock(*mode_);
  fabric_->SetLink(a, b, link);
  fabric_->SetLink(b, a, link);
}

absl::Status Simulation::Run(Host& host, absl::FunctionRef<void()> main) {
  const bool is_ours = std::any_of(
      hosts_.begin(), hosts_.end(),
      [&host](const std::unique_ptr<Host>& one) { return one.get() == &host; });
  if (!is_ours) {
    return absl::FailedPreconditionError(
        absl::StrCat("Run: host ", host.name(), " is of another simulation"));
  }
  if (!host.life_->is_up()) {
    return absl::FailedPreconditionError(
        absl::StrCat("Run: host ", host.name(), " has crashed before the run"));
  }
  const RestoredDefaultTimeout timeout;
  absl::Status status = scheduler_->Run(
      host.name(),
      [this, &host, main] {
        for (const std::unique_ptr<Host>& one : hosts_) one->life_->Boot();
        const PlatformScope scope(host.platform());
        main();
      },
      host.life_->group());
  if (!status.ok() || !require_no_leaks_) return status;
  const std::vector<std::string> left = leaks();
  if (left.empty()) return status;
  return absl::FailedPreconditionError(
      absl::StrCat("sockets are left\n  ", absl::StrJoin(left, "\n  "), "\n",
                   scheduler_->Identification()));
}

std::vector<std::string> Simulation::leaks() const {
  const EntranceLock lock(*mode_);
  const std::vector<std::string> left = scheduler_->left_behind();
  std::vector<std::string> all;
  for (const std::unique_ptr<Host>& host : hosts_) {
    if (!host->life_->is_up()) continue;
    for (std::string& line :
         LeaksOf(host->name(), host->host_->kernel(), left)) {
      all.push_back(std::move(line));
    }
  }
  return all;
}

std::string Simulation::NetstatLocked() const {
  std::string text;
  for (const std::unique_ptr<Host>& host : hosts_) {
    text += host->NetstatLocked();
  }
  return text;
}

std::string Simulation::Netstat() const {
  const EntranceLock lock(*mode_);
  return NetstatLocked();
}

std::uint64_t Simulation::digest() const { return scheduler_->digest(); }

std::vector<std::string> Simulation::left_to_chance() const {
  return scheduler_->left_to_chance();
}

}  // namespace sim
}  // namespace mortise
