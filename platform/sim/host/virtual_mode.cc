#include "mortise/platform/sim/host/virtual_mode.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sim/host/address_text.h"
#include "mortise/platform/sim/host/waiting.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/kernel/socket.h"
#include "mortise/platform/sim/schedule/current.h"
#include "mortise/platform/sim/schedule/fatal.h"
#include "mortise/platform/sim/schedule/inside.h"
#include "mortise/platform/sim/schedule/scheduler.h"
#include "mortise/platform/sim/schedule/sim_thread.h"
#include "mortise/platform/sim/schedule/thread_group.h"
#include "mortise/platform/sim/time.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {
namespace sim {
namespace {

// What a call waits for: its handles, and the addresses of their sockets.
class SocketDetails final : public WaitDetails {
 public:
  SocketDetails(Kernel& kernel, const CallInfo& call)
      : kernel_(kernel), call_(call) {}

  std::string ToString() const override {
    std::string text;
    for (const NativeHandle handle : call_.handles) {
      absl::StrAppend(&text, text.empty() ? "" : "; ", "handle ",
                      handle.value());
      const std::shared_ptr<OpenFile> file =
          kernel_.handles().Find(handle.value());
      if (file == nullptr) continue;
      absl::StrAppend(&text, ", ", AddressText(file->socket().LocalName()));
      const Result<SockAddr> peer = file->socket().PeerName();
      if (peer.ok()) absl::StrAppend(&text, " to ", AddressText(peer.value));
    }
    return text;
  }

 private:
  Kernel& kernel_;
  const CallInfo& call_;
};

}  // namespace

// While it lives, interrupts that are set and signals find the wait.
class VirtualMode::ListedWait {
 public:
  ListedWait(VirtualMode& mode, const Kernel& kernel, Waiter& waiter)
      : mode_(mode), waiter_(waiter) {
    const std::lock_guard<std::mutex> lock(mode_.waits_mutex_);
    waiter_.kernel_ = &kernel;
    waiter_.place_ = mode_.waits_.size();
    mode_.waits_.push_back(&waiter_);
  }
  ~ListedWait() {
    const std::lock_guard<std::mutex> lock(mode_.waits_mutex_);
    mode_.TakeOut(waiter_);
  }
  ListedWait(const ListedWait&) = delete;
  ListedWait& operator=(const ListedWait&) = delete;

 private:
  VirtualMode& mode_;
  Waiter& waiter_;
};

VirtualMode::VirtualMode(std::shared_ptr<Scheduler> scheduler, Fabric& fabric)
    : scheduler_(std::move(scheduler)), fabric_(fabric) {}

VirtualMode::~VirtualMode() = default;

bool VirtualMode::IsOfThisRun() const {
  const SimThread* const thread = Scheduler::This();
  return thread != nullptr && thread->scheduler() == scheduler_;
}

bool VirtualMode::Begin(const CallInfo& call) {
  if (call.is_of_destructors && !IsOfThisRun() &&
      (IsForkOfSimulated() || !scheduler_->is_under_way())) {
    return false;
  }
  Scheduler& run = Scheduler::Require(call.name);
  if (&run != scheduler_.get()) {
    Fatal(absl::StrCat("The simulated call \"", call.name, "\" of ",
                       Scheduler::This()->label(),
                       " is on a host of another simulation."));
  }
  const Turn turn =
      call.is_of_destructors ? run.BeginQuietCall() : run.BeginCall();
  return turn == Turn::kGoOn;
}

void VirtualMode::End(Kernel& kernel) {
  if (!IsOfThisRun()) return;
  // Otherwise the call was refused, and other threads may run beside it.
  if (scheduler_->is_under_way()) Arm(kernel);
  scheduler_->EndCall();
}

bool VirtualMode::Wait(Kernel& kernel, const CallInfo& call, Waiter& waiter,
                       Time deadline) {
  Arm(kernel);
  if (waiter.is_woken()) return true;
  waiter.set_thread(Scheduler::This());
  const ListedWait listed(*this, kernel, waiter);
  // Only now that it is listed, so that none is missed.
  if (AnyIsSet(waiter.interrupts())) return true;
  const SocketDetails details(kernel, call);
  WaitFor what;
  what.call = call.name;
  what.details = call.handles.empty() ? nullptr : &details;
  what.deadline = deadline;
  what.clock = kernel.clock();
  // Any thread of the process may set an interrupt.
  what.strangers_may_end_it = !waiter.interrupts().empty();
  return scheduler_->Park(what) != WaitEnd::kCancelled;
}

void VirtualMode::WakeThread(Waiter& waiter) {
  // A waiter without a thread looks whether it was woken before it waits.
  if (waiter.thread() != nullptr) scheduler_->MakeReady(*waiter.thread());
}

void VirtualMode::LookAtInterrupts() {
  const Inside inside(Scheduler::This());
  const std::lock_guard<std::mutex> lock(waits_mutex_);
  for (Waiter* const waiter : waits_) {
    if (AnyIsSet(waiter->interrupts())) {
      scheduler_->MakeReady(*waiter->thread());
    }
  }
}

std::string VirtualMode::Caller() const {
  return IsOfThisRun() ? Scheduler::This()->label() : "";
}

void VirtualMode::Trace(const Kernel& kernel, const CallInfo& call,
                        const CallOutcome& outcome) {
  if (!IsOfThisRun()) return;
  std::string text = call.name;
  const auto station = stations_.find(&kernel);
  if (station != stations_.end() && station->second->threads != nullptr &&
      station->second->threads != Scheduler::This()->group().get()) {
    absl::StrAppend(&text, " on ", station->second->threads->name());
  }
  for (const NativeHandle handle : call.handles) {
    absl::StrAppend(&text, " ", handle.value());
  }
  if (call.address != nullptr) {
    absl::StrAppend(&text, " ", AddressText(*call.address));
  }
  if (!outcome.rule.empty()) {
    absl::StrAppend(&text, " by rule ", outcome.rule);
  } else if (outcome.error == kDone) {
    absl::StrAppend(&text, " = ", outcome.value);
  } else {
    absl::StrAppend(&text, " = ", ErrorCodeName(outcome.error));
  }
  scheduler_->AddToTrace(text);
}

void VirtualMode::AddKernel(Kernel& kernel) {
  stations_.emplace(&kernel, std::make_shared<Station>(kernel));
}

void VirtualMode::NameHost(const Kernel& kernel, const ThreadGroup& threads) {
  stations_.at(&kernel)->threads = &threads;
}

void VirtualMode::RemoveKernel(Kernel& kernel) { stations_.erase(&kernel); }

Time VirtualMode::Enter() {
  bool has_token = false;
  if (Scheduler::Current() == scheduler_.get()) {
    has_token = scheduler_->BeginQuietCall() == Turn::kGoOn;
  } else if (scheduler_->is_under_way()) {
    Scheduler::Require("faults and links");
    Fatal(absl::StrCat(Scheduler::This()->label(),
                       " changes the network of another simulation."));
  }
  entrance_mutex_.lock();
  entered_run_ = has_token;
  return scheduler_->Now();
}

void VirtualMode::Leave() {
  if (entered_run_) ArmFabric();
  entrance_mutex_.unlock();
  if (Scheduler::Current() == scheduler_.get()) scheduler_->EndCall();
}

// Most timers are armed later and later without ever being due. So an event
// that has become too early stays, unless there is no timer at all: a run with
// nothing left to happen is at its end.
void VirtualMode::ArmTimers(Kernel& kernel) {
  const auto found = stations_.find(&kernel);
  if (found == stations_.end()) return;
  Station& station = *found->second;
  const Time next = kernel.next_timer();
  if (station.at == next || (next != kNever && station.at < next)) return;
  scheduler_->Cancel(station.event);
  station.at = next;
  if (next == kNever) return;
  station.event = scheduler_->At(
      next, [this, armed = std::weak_ptr<Station>(found->second)] {
        const std::shared_ptr<Station> station = armed.lock();
        if (station != nullptr) RunTimers(*station);
      });
}

void VirtualMode::RunTimers(Station& station) {
  station.at = kNever;
  station.kernel.AdvanceTo(scheduler_->Now());
  Arm(station.kernel);
}

// Packets that have been sent arrive, whatever happens, so the time of the next
// one is never later than that of the event. It may be earlier.
void VirtualMode::ArmFabric() {
  const Time next = fabric_.next();
  if (next == kNever || arrival_at_ <= next) return;
  if (arrival_at_ != kNever) scheduler_->Cancel(arrival_);
  arrival_at_ = next;
  arrival_ = scheduler_->At(next, [this] { RunFabric(); });
}

void VirtualMode::RunFabric() {
  arrival_at_ = kNever;
  while (fabric_.next() <= scheduler_->Now()) {
    Kernel* const kernel = fabric_.RunNext();
    if (kernel != nullptr) ArmTimers(*kernel);
  }
  ArmFabric();
}

void VirtualMode::Arm(Kernel& kernel) {
  ArmTimers(kernel);
  ArmFabric();
}

int VirtualMode::InterruptWaits(const Kernel& kernel) {
  const std::lock_guard<std::mutex> lock(waits_mutex_);
  int interrupted = 0;
  for (Waiter* const waiter : waits_) {
    if (waiter->kernel_ != &kernel || !waiter->TakeSignal()) continue;
    scheduler_->MakeReady(*waiter->thread());
    ++interrupted;
  }
  return interrupted;
}

// The last one takes its place.
void VirtualMode::TakeOut(const Waiter& waiter) {
  waits_[waiter.place_] = waits_.back();
  waits_[waiter.place_]->place_ = waiter.place_;
  waits_.pop_back();
}

void VirtualMode::ForgetWaits(const ThreadGroup& group) {
  const std::lock_guard<std::mutex> lock(waits_mutex_);
  for (std::size_t i = waits_.size(); i-- > 0;) {
    const Waiter& waiter = *waits_[i];
    if (waiter.thread()->group().get() == &group) TakeOut(waiter);
  }
}

}  // namespace sim
}  // namespace mortise
