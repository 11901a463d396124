#include "mortise/platform/sim/host/life.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/platform/sim/death.h"
#include "mortise/platform/sim/host/machine.h"
#include "mortise/platform/sim/host/virtual_mode.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/net/check_argument.h"
#include "mortise/platform/sim/net/entrance.h"
#include "mortise/platform/sim/net/fabric.h"
#include "mortise/platform/sim/schedule/fatal.h"
#include "mortise/platform/sim/schedule/local_clock.h"
#include "mortise/platform/sim/schedule/scheduler.h"
#include "mortise/platform/sim/schedule/sim_thread.h"
#include "mortise/platform/sim/schedule/streams.h"
#include "mortise/platform/sim/schedule/thread_group.h"
#include "mortise/platform/sim/thread.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {

namespace {

constexpr absl::Duration kMostSkew = absl::Hours(36500 * 24);

}  // namespace

HostLife::HostLife(const LifeParts& parts)
    : parts_(parts),
      group_(std::make_shared<ThreadGroup>(
          std::string(parts.fabric.NameOf(parts.id)), parts.clock)) {
  parts_.mode.NameHost(parts_.machine.kernel(), *group_);
}

bool HostLife::IsInRun() const {
  return Scheduler::Current() == &parts_.scheduler;
}

Thread HostLife::Start(absl::string_view name, std::function<void()> body) {
  Scheduler& run = Scheduler::Require("Host::Start");
  if (&run != &parts_.scheduler) {
    Fatal(absl::StrCat("Host::Start: the caller, ", Scheduler::This()->label(),
                       ", is a thread of another simulation than host ",
                       group_->name(), "."));
  }
  {
    // After the caller's return from outside, if it was there.
    const InCall call(run);
    if (!call.is_over() && !is_up()) {
      Fatal(absl::StrCat("Host::Start: host ", group_->name(),
                         " is down. Start the thread after Host::Restart, or "
                         "give its function to Host::OnBoot."));
    }
  }
  return Thread(name, std::move(body), group_, &parts_.platform);
}

void HostLife::StartBody(const std::function<void()>& body) {
  Thread(group_->name(), body, group_, &parts_.platform).detach();
}

void HostLife::OnBoot(std::function<void()> body) {
  CheckArgument(body != nullptr, "Host::OnBoot: body", "is empty");
  bool starts_now = false;
  {
    const EntranceLock lock(parts_.mode);
    bodies_.push_back(body);
    starts_now = has_booted_ && is_up();
  }
  if (starts_now && IsInRun()) StartBody(body);
}

void HostLife::Boot() {
  if (has_booted_ || !is_up()) return;
  has_booted_ = true;
  const std::uint64_t life = parts_.machine.life();
  // One of them may crash the host, or add another one.
  const std::vector<std::function<void()>> bodies = bodies_;
  for (const std::function<void()>& body : bodies) {
    if (parts_.machine.life() != life || !is_up()) return;
    StartBody(body);
  }
}

void HostLife::Crash(Death how) {
  Machine& machine = parts_.machine;
  if (parts_.scheduler.HasFirstThread(*group_)) {
    Fatal(absl::StrCat("Host::Crash: host ", group_->name(),
                       " has the first thread of the run, which has to return "
                       "from it. Give Simulation::Run another host, and start "
                       "what should crash with Host::Start or Host::OnBoot."));
  }
  {
    const EntranceLock lock(parts_.mode);
    const bool is_cut = how == Death::kPowerCut;
    if (!machine.has_power() || (!is_cut && !is_up())) return;
    has_booted_ = false;
    parts_.scheduler.AddToTrace(group_->name(),
                                is_cut ? "loses its power" : "is killed");
    // They are frozen first, since closed sockets wake those who wait for them.
    parts_.scheduler.FreezeThreads(
        *group_, absl::StrCat("host ", group_->name(), " has crashed"));
    parts_.mode.ForgetWaits(*group_);
    Kernel& kernel = machine.kernel();
    kernel.AdvanceTo(lock.now());
    if (is_cut) {
      parts_.fabric.PowerOff(parts_.id);
      machine.CutPower();
    } else {
      machine.Kill();
      if (IsInRun()) parts_.mode.Arm(kernel);
    }
  }
  // A thread that has crashed its own host does not return from here.
  if (IsInRun()) parts_.scheduler.Point();
}

void HostLife::Restart() {
  Machine& machine = parts_.machine;
  {
    const EntranceLock lock(parts_.mode);
    if (is_up()) return;
    parts_.scheduler.AddToTrace(group_->name(), "starts again");
    const bool was_off = !machine.has_power();
    machine.Restart(parts_.scheduler.streams()
                        .For(What("a host"), parts_.id.number(), machine.life())
                        .Next(),
                    lock.now());
    if (was_off) {
      parts_.mode.NameHost(machine.kernel(), *group_);
      CheckArgument(
          parts_.fabric.PowerOn(parts_.id, machine.kernel()) == kDone,
          "Host::Restart",
          "finds that another host has got an address of this one meanwhile. "
          "Take it away there first, with Host::RemoveAddress.");
    }
  }
  if (IsInRun()) Boot();
}

void HostLife::Pause(absl::Duration time) {
  CheckArgument(time >= absl::ZeroDuration(), "Host::Pause: time",
                "is negative");
  CheckArgument(time != absl::InfiniteDuration(), "Host::Pause: time",
                "is infinite. For a host that does not go on, use "
                "Host::Crash.");
  Scheduler& run = Scheduler::Require("Host::Pause");
  if (&run != &parts_.scheduler) {
    Fatal(absl::StrCat("Host::Pause: the caller, ", Scheduler::This()->label(),
                       ", is a thread of another simulation than host ",
                       group_->name(), "."));
  }
  run.PauseThreads(group_, Later(run.Now(), TimeOf(time)));
}

void HostLife::SetSkew(absl::Duration by) {
  CheckArgument(absl::AbsDuration(by) <= kMostSkew, "Host::SetSkew: by",
                "must be at most 36,500 days either way");
  const EntranceLock lock(parts_.mode);
  parts_.scheduler.AddToTrace(
      group_->name(), absl::StrCat("shows the time of day with an error of ",
                                   absl::FormatDuration(by)));
  parts_.clock->set_skew(TimeOf(by));
}

void HostLife::SetDrift(int parts_per_million) {
  CheckArgument(parts_per_million >= -LocalClock::kMostDrift &&
                    parts_per_million <= LocalClock::kMostDrift,
                "Host::SetDrift: parts_per_million",
                "must be between -500,000 and 500,000");
  const EntranceLock lock(parts_.mode);
  parts_.scheduler.AddToTrace(
      group_->name(), absl::StrCat("has a clock that is off by ",
                                   parts_per_million, " parts in a million"));
  // What is due until now is due by the old pace.
  Kernel& kernel = parts_.machine.kernel();
  kernel.AdvanceTo(lock.now());
  parts_.clock->SetDrift(lock.now(), parts_per_million);
  parts_.scheduler.ClockHasChanged(*parts_.clock);
  if (IsInRun()) parts_.mode.Arm(kernel);
}

}  // namespace sim
}  // namespace mortise
