// Who has the next turn, and how it gets it.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "mortise/platform/sim/schedule/current.h"
#include "mortise/platform/sim/schedule/event_queue.h"
#include "mortise/platform/sim/schedule/inside.h"
#include "mortise/platform/sim/schedule/os_thread.h"
#include "mortise/platform/sim/schedule/scheduler.h"
#include "mortise/platform/sim/schedule/sim_thread.h"
#include "mortise/platform/sim/schedule/thread_group.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {
namespace {

bool IsAsleepNow(const OsThread& thread) {
  const std::optional<OsThread::Look> look = thread.LookAt();
  // There is no use in waiting for a thread about which nothing is known.
  if (!look.has_value()) return true;
  if (!look->asleep || OsThread::tells_state()) return look->asleep;
  PauseForReal();
  const std::optional<OsThread::Look> second = thread.LookAt();
  return !second.has_value() || second->cpu_time == look->cpu_time;
}

}  // namespace

// Returns the thread that is next, or nullptr if nobody can run. `from` is the
// thread whose turn has ended. Until the result is passed to Hand nobody else
// chooses, although the mutex is free now and then.
SimThread* Scheduler::Choose(Lock& lock, SimThread& from, Patience patience) {
  token_ = Token::kChoosing;
  for (;;) {
    if (!outside_.empty()) Settle(lock);
    if (phase_ != Phase::kRunning) return ChooseAtEnd(patience);
    RunDueEvents(lock);
    if (phase_ != Phase::kRunning) continue;
    if (!ready_.empty()) {
      NoteRealWorld();
      return TakeReady(
          order_->Next(from.number_, from.decisions_++, ready_numbers_));
    }
    if (WakeThoseWhoLook()) continue;
    if (in_real_world_ > 0) return nullptr;
    if (!events_.empty()) {
      AdvanceTo(lock, events_.first_time());
      continue;
    }
    const bool may_wait = !outside_.empty() || StrangersMayHelp();
    if (may_wait && patience == Patience::kLeft) return nullptr;
    Fail(absl::AbortedError(absl::StrCat(
        "deadlock: no thread can run, and nothing will happen\n",
        ThreadReportLocked(), report_ == nullptr ? std::string() : report_())));
    patience = Patience::kLeft;
  }
}

SimThread* Scheduler::TakeReady(std::size_t place) {
  const auto offset = static_cast<std::ptrdiff_t>(place);
  SimThread* const taken = ready_[place];
  ready_.erase(ready_.begin() + offset);
  ready_numbers_.erase(ready_numbers_.begin() + offset);
  return taken;
}

void Scheduler::PushReady(SimThread& thread) {
  if (thread.group_ != nullptr && thread.group_->is_paused_) {
    thread.group_->held_.push_back(&thread);
    return;
  }
  ready_.push_back(&thread);
  ready_numbers_.push_back(thread.number_);
}

// Gives `next` the token, or makes it free. Releases the lock.
void Scheduler::Hand(Lock& lock, SimThread* next) {
  ++progress_;
  holder_ = next;
  token_ = next == nullptr ? Token::kFree : Token::kHeld;
  if (next != nullptr) {
    ++turns_;
    next->state_ = SimThread::State::kRunning;
    if (!next->looking_) ++useful_turns_;
  }
  // The thread runs at once on a machine with one CPU, and should find the
  // mutex free.
  lock.unlock();
  if (next != nullptr) next->seat_.Post();
}

// Hands the token to `next` and waits for the next turn of `me`. Returns with
// the lock.
void Scheduler::HandAndWait(Lock& lock, SimThread& me, SimThread* next) {
  if (next == &me) {
    ++progress_;
    holder_ = &me;
    token_ = Token::kHeld;
    me.state_ = SimThread::State::kRunning;
    if (!me.looking_) ++useful_turns_;
    return;
  }
  me.at_seat_ = true;
  Hand(lock, next);
  AwaitTurn(lock, me);
}

void Scheduler::AwaitTurn(Lock& lock, SimThread& me) {
  me.seat_.Wait();
  me.at_seat_ = false;
  lock.lock();
  if (!me.settles_first_) return;
  me.settles_first_ = false;
  Settle(lock);
  NoteRealWorld();
}

// Brings `me`, which was outside, back into the run.
void Scheduler::Arrive(Lock& lock, SimThread& me) {
  outside_.erase(std::find(outside_.begin(), outside_.end(), &me));
  if (me.state_ == SimThread::State::kRealWorld) --in_real_world_;
  me.state_ = SimThread::State::kReady;
  PushReady(me);
  if (token_ == Token::kFree) {
    HandAndWait(lock, me, Choose(lock, me, Patience::kLeft));
    return;
  }
  me.at_seat_ = true;
  lock.unlock();
  AwaitTurn(lock, me);
}

void Scheduler::RunDueEvents(Lock& lock) {
  while (phase_ == Phase::kRunning && !events_.empty() &&
         events_.first_time() <= Now()) {
    RunFirstEvent(lock);
  }
}

// Runs the events until `time`, and makes it that late.
void Scheduler::AdvanceTo(Lock& lock, Time time) {
  const Time most = TimeOf(options_.most_virtual_time);
  const Time end = std::min(time, most);
  while (phase_ == Phase::kRunning && !events_.empty() &&
         events_.first_time() <= end) {
    RunFirstEvent(lock);
  }
  if (phase_ != Phase::kRunning) return;
  now_.store(std::max(Now(), end), std::memory_order_relaxed);
  if (time <= most) return;
  Fail(absl::ResourceExhaustedError(
      absl::StrCat("the run took more virtual time than ",
                   absl::FormatDuration(options_.most_virtual_time), "\n",
                   ThreadReportLocked())));
}

void Scheduler::RunFirstEvent(Lock& lock) {
  EventQueue::Event event = events_.TakeFirst();
  now_.store(std::max(Now(), event.time), std::memory_order_relaxed);
  ++events_run_;
  if (++steps_ > options_.most_steps) {
    Fail(absl::ResourceExhaustedError(
        absl::StrCat("the run took more than ", options_.most_steps,
                     " events and calls\n", ThreadReportLocked())));
  }
  if (event.thread != nullptr) {
    event.thread->timer_ = {};
    WakeLocked(*event.thread, WaitEnd::kTimedOut);
    return;
  }
  lock.unlock();
  {
    const EventScope scope(this);
    event.call();
    event.call = nullptr;  // Its destructors may call the scheduler, too.
  }
  lock.lock();
}

// Makes the threads ready that want to look again and have not looked since
// another thread has run. Returns whether there was one.
bool Scheduler::WakeThoseWhoLook() {
  if (looking_ == 0) return false;
  bool woken = false;
  for (const std::shared_ptr<SimThread>& thread : threads_) {
    if (thread->state_ != SimThread::State::kParked ||
        !thread->wait_->looks_again || thread->turns_seen_ == useful_turns_) {
      continue;
    }
    WakeLocked(*thread, WaitEnd::kReady);
    thread->looking_ = true;
    thread->slept_between_looks_ = false;
    woken = true;
  }
  return woken;
}

// Waits until every thread that is outside is asleep or back, so that what was
// woken before the next choice takes part in it.
void Scheduler::Settle(Lock& lock) {
  // A thread that is outside may choose the next one itself, when it wakes it.
  const SimThread* const me = CurrentThread();
  for (;;) {
    const bool settled = std::all_of(
        outside_.begin(), outside_.end(), [me](const SimThread* thread) {
          // One that waits for the mutex is about to come back.
          return thread == me ||
                 (thread->inside_ == 0 && IsAsleepNow(*thread->os_thread_));
        });
    if (settled) return;
    lock.unlock();
    PauseForReal();
    lock.lock();
  }
}

// To be called when a thread runs while others are in the real world. When they
// come back is not decided by the seed.
void Scheduler::NoteRealWorld() {
  if (in_real_world_ == 0) return;
  for (const SimThread* const thread : outside_) {
    if (thread->state_ != SimThread::State::kRealWorld) continue;
    LeftToChanceLocked(absl::StrCat("other threads ran while ", thread->label_,
                                    " was in the real world"));
  }
}

void Scheduler::LeaveForRealWorld() {
  SimThread& me = *CurrentThread();
  if (me.real_world_depth_++ > 0) return;
  const Inside inside(me);
  Lock lock(mutex_);
  if (!Enter(lock, me)) return;
  me.state_ = SimThread::State::kRealWorld;
  outside_.push_back(&me);
  ++in_real_world_;
  SimThread* next = nullptr;
  if (!ready_.empty()) {
    next = TakeReady(order_->Next(me.number_, me.decisions_++, ready_numbers_));
  } else if (first_is_done_) {
    next = first_;
  }
  // `me` goes on now, so only `next` can wait until `me` is asleep or back.
  if (next != nullptr) next->settles_first_ = true;
  Hand(lock, next);
}

void Scheduler::ReturnFromRealWorld() {
  SimThread& me = *CurrentThread();
  if (--me.real_world_depth_ > 0) return;
  const Inside inside(me);
  Lock lock(mutex_);
  Enter(lock, me);
}

}  // namespace sim
}  // namespace mortise
