// How a run fails or ends, and what it says about that.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "mortise/platform/sim/schedule/current.h"
#include "mortise/platform/sim/schedule/fatal.h"
#include "mortise/platform/sim/schedule/inside.h"
#include "mortise/platform/sim/schedule/scheduler.h"
#include "mortise/platform/sim/schedule/sim_thread.h"
#include "mortise/platform/sim/schedule/thread_group.h"
#include "mortise/platform/sim/schedule/trace.h"

namespace mortise {
namespace sim {
namespace {

// How many calls of a thread fail with ECANCELED before it is frozen.
constexpr int kMostCancelledCalls = 1000;

}  // namespace

// The first reason counts. All waits are cancelled, and no further event runs.
void Scheduler::Fail(absl::Status why) {
  if (failure_.ok()) failure_ = std::move(why);
  if (phase_ != Phase::kRunning) return;
  phase_ = Phase::kEnding;
  EndPauses();
  CancelWaits();
}

void Scheduler::CancelWaits() {
  for (const std::shared_ptr<SimThread>& thread : threads_) {
    if (thread->state_ != SimThread::State::kParked) continue;
    const WaitFor& what = *thread->wait_;
    if (what.is_cancelled_last) continue;
    if (what.can_be_cancelled) {
      WakeLocked(*thread, WaitEnd::kCancelled);
    } else if (what.deadline != kNever) {
      WakeLocked(*thread, WaitEnd::kTimedOut);
    }
  }
}

// Counts a call that fails because the run is ending.
void Scheduler::CountCancelled(Lock& lock, SimThread& me) {
  if (++me.cancelled_calls_ <= kMostCancelledCalls || me.adopted_) return;
  if (&me == first_) {
    Die(absl::StrCat("The run has failed, and its first thread does not end ",
                     "although ", kMostCancelledCalls,
                     " calls have failed with ECANCELED."));
  }
  Freeze(lock, me);
}

// The thread never has a turn again. Its stack stays as it is.
void Scheduler::Freeze(Lock& lock, SimThread& me) {
  if (phase_ == Phase::kOver) {
    me.state_ = SimThread::State::kFrozen;
    lock.unlock();
  } else {
    MarkFrozen(me);
    me.at_seat_ = true;
    Hand(lock, Choose(lock, me, Patience::kLeft));
  }
  for (;;) me.seat_.Wait();
}

void Scheduler::MarkFrozen(SimThread& thread) {
  thread.state_ = SimThread::State::kFrozen;
  trace_.Add(Now(), thread.label_, "is frozen");
  for (SimThread* const joining : thread.joining_) {
    WakeLocked(*joining, WaitEnd::kReady);
  }
}

bool Scheduler::StrangersMayHelp() const {
  return std::any_of(threads_.begin(), threads_.end(),
                     [](const std::shared_ptr<SimThread>& thread) {
                       return thread->state_ == SimThread::State::kParked &&
                              thread->wait_->strangers_may_end_it;
                     });
}

// The same as Choose while the run is ending. Nothing happens any more except
// what the threads do, one after the other.
SimThread* Scheduler::ChooseAtEnd(Patience patience) {
  if (!ready_.empty()) return TakeReady(0);
  for (const std::shared_ptr<SimThread>& thread : threads_) {
    if (thread->state_ == SimThread::State::kParked &&
        thread->wait_->is_cancelled_last) {
      WakeLocked(*thread, WaitEnd::kCancelled);
    }
  }
  if (!ready_.empty()) return TakeReady(0);
  if (first_is_done_) return first_;
  if (in_real_world_ > 0) return nullptr;
  const bool may_wait = !outside_.empty() || StrangersMayHelp();
  if (may_wait && patience == Patience::kLeft) return nullptr;
  Die("The run has failed, and its first thread cannot end, because it is in a "
      "wait that cannot be cancelled.");
}

void Scheduler::Die(absl::string_view why) const {
  Fatal(absl::StrCat(
      why, "\n", failure_.ok() ? "" : absl::StrCat(failure_.message(), "\n"),
      ThreadReportLocked(), IdentificationLocked(), "\n",
      "The last lines of the trace:\n", absl::StrJoin(trace_.last(), "\n")));
}

std::string Scheduler::ThreadReport() const {
  const Inside inside(CurrentThread());
  const std::lock_guard<std::mutex> lock(mutex_);
  return ThreadReportLocked();
}

std::string Scheduler::ThreadReportLocked() const {
  std::string report;
  for (const std::shared_ptr<SimThread>& thread : threads_) {
    absl::StrAppend(&report, "  ", thread->label_, ": ");
    switch (thread->state_) {
      case SimThread::State::kParked:
        absl::StrAppend(&report, "waits in ", thread->wait_->call);
        if (thread->wait_->details != nullptr) {
          absl::StrAppend(&report, " (", thread->wait_->details->ToString(),
                          ")");
        }
        absl::StrAppend(&report, " since ", TimeText(thread->since_));
        if (thread->wait_->deadline != kNever) {
          absl::StrAppend(&report, ", until ",
                          TimeText(thread->wait_->TrueDeadline()));
        }
        break;
      case SimThread::State::kReady:
        absl::StrAppend(&report,
                        thread->group_ != nullptr && thread->group_->is_paused_
                            ? "is paused"
                            : "is ready to run");
        break;
      case SimThread::State::kRunning:
        absl::StrAppend(&report, "runs");
        break;
      case SimThread::State::kOutside:
        absl::StrAppend(&report,
                        "is outside, in a wait of the operating "
                        "system that is not simulated");
        break;
      case SimThread::State::kRealWorld:
        absl::StrAppend(&report, "is in the real world");
        break;
      case SimThread::State::kEnded:
        absl::StrAppend(&report, "has ended");
        break;
      case SimThread::State::kFrozen:
        absl::StrAppend(&report, "is frozen");
        if (thread->frozen_in_ != nullptr) {
          absl::StrAppend(&report, " in ", thread->frozen_in_);
        }
        if (!thread->frozen_because_.empty()) {
          absl::StrAppend(&report, ", because ", thread->frozen_because_);
        }
        break;
    }
    absl::StrAppend(&report, "\n");
  }
  return report;
}

std::vector<std::string> Scheduler::left_behind() const {
  const Inside inside(CurrentThread());
  const std::lock_guard<std::mutex> lock(mutex_);
  return left_behind_;
}

std::string Scheduler::Identification() const {
  const Inside inside(CurrentThread());
  const std::lock_guard<std::mutex> lock(mutex_);
  return IdentificationLocked();
}

std::string Scheduler::IdentificationLocked() const {
  std::string text =
      absl::StrCat("at ", TimeText(Now()), " s, seed ", options_.seed,
                   ", digest ", DigestText(trace_.digest()),
                   ", again with: MORTISE_SIM_SEED=", options_.seed);
  if (!left_to_chance_.empty()) {
    absl::StrAppend(
        &text, "\nThis may not happen again, because the seed did ",
        "not decide everything: ", absl::StrJoin(left_to_chance_, "; "));
  }
  return text;
}

absl::Status Scheduler::Result() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!failure_.ok()) {
    return absl::Status(failure_.code(), absl::StrCat(failure_.message(),
                                                      IdentificationLocked()));
  }
  if (options_.require_determinism && !left_to_chance_.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat("something was left to chance\n", IdentificationLocked()));
  }
  return absl::OkStatus();
}

void Scheduler::LeftToChance(absl::string_view what) {
  const Inside inside(CurrentThread());
  const std::lock_guard<std::mutex> lock(mutex_);
  LeftToChanceLocked(what);
}

void Scheduler::LeftToChanceLocked(absl::string_view what) {
  if (std::find(left_to_chance_.begin(), left_to_chance_.end(), what) ==
      left_to_chance_.end()) {
    left_to_chance_.emplace_back(what);
  }
}

std::vector<std::string> Scheduler::left_to_chance() const {
  const Inside inside(CurrentThread());
  const std::lock_guard<std::mutex> lock(mutex_);
  return left_to_chance_;
}

void Scheduler::AddToTrace(absl::string_view text) {
  const SimThread* const me = EventOf() == this ? nullptr : CurrentThread();
  AddToTrace(me == nullptr ? absl::string_view("-") : me->label_, text);
}

void Scheduler::AddToTrace(absl::string_view who, absl::string_view text) {
  const Inside inside(CurrentThread());
  const std::lock_guard<std::mutex> lock(mutex_);
  if (phase_ == Phase::kOver) return;
  trace_.Add(Now(), who, text);
}

std::uint64_t Scheduler::digest() const {
  const Inside inside(CurrentThread());
  const std::lock_guard<std::mutex> lock(mutex_);
  return trace_.digest();
}

bool Scheduler::HasMoreThan(std::size_t events) const {
  const Inside inside(CurrentThread());
  const std::lock_guard<std::mutex> lock(mutex_);
  return events_.size() > events ||
         std::any_of(threads_.begin(), threads_.end(),
                     [](const std::shared_ptr<SimThread>& thread) {
                       return thread->state_ == SimThread::State::kReady ||
                              thread->state_ == SimThread::State::kRunning ||
                              thread->is_outside();
                     });
}

std::int64_t Scheduler::turns() const {
  const Inside inside(CurrentThread());
  const std::lock_guard<std::mutex> lock(mutex_);
  return turns_;
}

std::int64_t Scheduler::events() const {
  const Inside inside(CurrentThread());
  const std::lock_guard<std::mutex> lock(mutex_);
  return events_run_;
}

}  // namespace sim
}  // namespace mortise
