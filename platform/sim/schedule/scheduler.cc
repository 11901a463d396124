// The scheduling points.

#include "mortise/platform/sim/schedule/scheduler.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/platform/sim/schedule/current.h"
#include "mortise/platform/sim/schedule/event_queue.h"
#include "mortise/platform/sim/schedule/inside.h"
#include "mortise/platform/sim/schedule/order.h"
#include "mortise/platform/sim/schedule/sim_thread.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {
namespace {

// Rule 3: from this call of a thread at one moment on, each takes some time.
constexpr std::int64_t kCallsAtOneMoment = 1000;
constexpr Time kTimeOfManyCalls = 1000;

}  // namespace

std::shared_ptr<Scheduler> Scheduler::Create(const SchedulerOptions& options) {
  return std::shared_ptr<Scheduler>(new Scheduler(options));
}

Scheduler::Scheduler(const SchedulerOptions& options)
    : options_(options),
      streams_(options.seed),
      epoch_(absl::ToUnixNanos(options.epoch)),
      order_(OrderOfTurns::Create(options.order, streams_,
                                  options.order_changes, options.order_length)),
      trace_(options.trace) {}

Scheduler::~Scheduler() = default;

// Returns false if the run is over for a thread that goes on all the same.
bool Scheduler::Enter(Lock& lock, SimThread& me, bool only_looked) {
  if (EventOf() == this) {
    Die("An event of the simulation has called something that may wait.");
  }
  if (phase_ != Phase::kOver && me.is_outside()) Arrive(lock, me);
  if (phase_ == Phase::kOver) {
    if (me.adopted_ || &me == first_) return false;
    Freeze(lock, me);
  }
  if (me.is_to_freeze_) Freeze(lock, me);
  ++progress_;
  if (me.looking_) {
    me.looking_ = false;
    if (!only_looked) ++useful_turns_;
  }
  return true;
}

// Lets the time pass that the call of `me` takes. Returns whether the thread
// has called so often at one moment that it should yield.
bool Scheduler::PayFor(Lock& lock, SimThread& me) {
  if (me.instant_ != Now()) {
    me.instant_ = Now();
    me.calls_at_instant_ = 0;
  }
  const bool tired = ++me.calls_at_instant_ >= kCallsAtOneMoment;
  Time cost = Later(me.debt_, TimeOf(options_.call_time));
  if (tired) cost = Later(cost, kTimeOfManyCalls);
  me.debt_ = 0;
  if (cost > 0) {
    AdvanceTo(lock, Later(Now(), cost));
    // Time that passes only because of its own calls is no new moment.
    me.instant_ = tired ? Now() : -1;
  }
  return tired;
}

Time Scheduler::ReadClock() const {
  const Time now = Now();
  SimThread* const me = CurrentThread();
  if (me == nullptr || me->scheduler_.get() != this || EventOf() == this) {
    return now;
  }
  if (me->instant_ != now) {
    me->instant_ = now;
    me->calls_at_instant_ = 0;
  }
  // The run sees this time at the next scheduling point. To hand over the token
  // here would not do, since clocks are read under all kinds of locks.
  if (++me->calls_at_instant_ >= kCallsAtOneMoment) {
    me->debt_ = Later(me->debt_, kTimeOfManyCalls);
  }
  return Later(now, me->debt_);
}

Turn Scheduler::PointOrYield(bool yield) {
  SimThread& me = *CurrentThread();
  const Inside inside(me);
  Lock lock(mutex_);
  if (!Enter(lock, me)) return Turn::kCancelled;
  if (phase_ == Phase::kRunning) {
    ++steps_;
    if (PayFor(lock, me)) yield = true;
    RunDueEvents(lock);
  }
  if (!outside_.empty()) Settle(lock);
  if (phase_ != Phase::kRunning) {
    CountCancelled(lock, me);
    return Turn::kCancelled;
  }
  if (ready_.empty()) return Turn::kGoOn;
  NoteRealWorld();
  const std::uint64_t decision = me.decisions_++;
  if (yield) {
    order_->Yields(me.number_);
  } else if (order_->GoesOn(me.number_, decision, ready_numbers_)) {
    return Turn::kGoOn;
  }
  // Who yields may have the next turn. Who does not go on gives it away.
  if (yield) {
    me.state_ = SimThread::State::kReady;
    PushReady(me);
  }
  SimThread* const next =
      TakeReady(order_->Next(me.number_, decision, ready_numbers_));
  if (!yield) {
    me.state_ = SimThread::State::kReady;
    PushReady(me);
  }
  HandAndWait(lock, me, next);
  if (phase_ == Phase::kRunning) return Turn::kGoOn;
  CountCancelled(lock, me);
  return Turn::kCancelled;
}

WaitEnd Scheduler::Park(const WaitFor& what) {
  SimThread& me = *CurrentThread();
  const Inside inside(me);
  Lock lock(mutex_);
  if (!Enter(lock, me, what.only_looked)) return WaitEnd::kCancelled;
  if (phase_ == Phase::kRunning) {
    ++steps_;
    PayFor(lock, me);
  }
  if (phase_ != Phase::kRunning && !what.is_cancelled_last) {
    if (what.can_be_cancelled) {
      CountCancelled(lock, me);
      return WaitEnd::kCancelled;
    }
    if (what.deadline != kNever) {
      CountCancelled(lock, me);
      return WaitEnd::kTimedOut;
    }
  }
  if (me.wake_is_pending_) {
    me.wake_is_pending_ = false;
    return WaitEnd::kReady;
  }
  if (what.TrueDeadline() <= Now()) return WaitEnd::kTimedOut;
  me.wait_ = &what;
  ParkAndWait(lock, me);
  if (me.end_ == WaitEnd::kCancelled) CountCancelled(lock, me);
  return me.end_;
}

// Parks `me` as its `wait_` says. Returns in its next turn, with the lock.
void Scheduler::ParkAndWait(Lock& lock, SimThread& me) {
  me.state_ = SimThread::State::kParked;
  me.since_ = Now();
  me.end_ = WaitEnd::kReady;
  me.looking_ = me.slept_between_looks_ =
      me.wait_->only_looked && !me.wait_->looks_again;
  if (me.wait_->looks_again) {
    ++looking_;
    me.turns_seen_ = useful_turns_;
  }
  ArmTimeout(me);
  HandAndWait(lock, me, Choose(lock, me, Patience::kLeft));
}

// Makes the event that ends the wait of a thread that is parked.
void Scheduler::ArmTimeout(SimThread& thread) {
  const Time deadline = thread.wait_->TrueDeadline();
  // At the end of a run time stands still.
  if (deadline == kNever || phase_ != Phase::kRunning) return;
  EventQueue::Event timeout;
  timeout.time = std::max(deadline, Now());
  timeout.thread = &thread;
  thread.timer_ = events_.Add(std::move(timeout));
}

void Scheduler::ClockHasChanged(const LocalClock& clock) {
  const Inside inside(CurrentThread());
  const Lock lock(mutex_);
  for (const std::shared_ptr<SimThread>& thread : threads_) {
    if (thread->state_ != SimThread::State::kParked ||
        thread->wait_->clock != &clock) {
      continue;
    }
    events_.Cancel(thread->timer_);
    thread->timer_ = {};
    ArmTimeout(*thread);
  }
}

void Scheduler::WakeLocked(SimThread& thread, WaitEnd why) {
  switch (thread.state_) {
    case SimThread::State::kParked:
      LeaveWait(thread);
      thread.end_ = why;
      thread.state_ = SimThread::State::kReady;
      PushReady(thread);
      break;
    case SimThread::State::kReady:
      // It looks again before it believes that its time is over.
      if (why == WaitEnd::kReady) thread.end_ = why;
      break;
    case SimThread::State::kRunning:
    case SimThread::State::kOutside:
    case SimThread::State::kRealWorld:
      if (why == WaitEnd::kReady) thread.wake_is_pending_ = true;
      break;
    case SimThread::State::kEnded:
    case SimThread::State::kFrozen:
      break;
  }
}

void Scheduler::LeaveWait(SimThread& thread) {
  if (thread.wait_->looks_again) --looking_;
  // An event that has happened has no name any more.
  events_.Cancel(thread.timer_);
  thread.timer_ = {};
  thread.wait_ = nullptr;
}

bool Scheduler::Sleep(const WaitFor& what) {
  while (Now() < what.TrueDeadline()) {
    if (Park(what) == WaitEnd::kCancelled) return false;
  }
  return true;
}

bool Scheduler::SleepUntil(Time deadline, const LocalClock* clock) {
  WaitFor what;
  what.call = "sleep";
  what.deadline = deadline;
  what.clock = clock;
  return Sleep(what);
}

WaitEnd Scheduler::LookAgain(const char* call, Time deadline, bool only_looked,
                             const LocalClock* clock) {
  WaitFor what;
  what.call = call;
  what.deadline = deadline;
  what.clock = clock;
  what.looks_again = true;
  what.only_looked = only_looked;
  return Park(what);
}

bool Scheduler::SleepBetweenLooks(Time deadline, const LocalClock* clock) {
  WaitFor what;
  what.call = "sleep";
  what.deadline = deadline;
  what.clock = clock;
  {
    SimThread& me = *CurrentThread();
    const Inside inside(me);
    const Lock lock(mutex_);
    // There is only one sleep between two looks.
    what.only_looked = me.looking_ && !me.slept_between_looks_;
  }
  return Sleep(what);
}

void Scheduler::MakeReady(SimThread& thread) {
  SimThread* const me = CurrentThread();
  const bool is_of_run = me != nullptr && me->scheduler_.get() == this;
  const Inside inside(is_of_run ? me : nullptr);
  Lock lock(mutex_);
  if (phase_ == Phase::kOver) return;
  if (EventOf() != this && (!is_of_run || me->is_outside())) {
    LeftToChanceLocked(absl::StrCat(
        thread.label_, " was woken by a thread that is not simulated, or is ",
        "outside of the simulation"));
  }
  WakeLocked(thread, WaitEnd::kReady);
  if (token_ == Token::kFree && !ready_.empty()) {
    SimThread* const next = Choose(lock, thread, Patience::kLeft);
    // A thread that is outside goes on now, beside `next`.
    if (next != nullptr && is_of_run) next->settles_first_ = true;
    Hand(lock, next);
  }
}

EventId Scheduler::At(Time time, std::function<void()> event) {
  const Inside inside(CurrentThread());
  const Lock lock(mutex_);
  EventQueue::Event added;
  added.time = std::max(time, Now());
  added.call = std::move(event);
  return events_.Add(std::move(added));
}

bool Scheduler::Cancel(EventId event) {
  const Inside inside(CurrentThread());
  EventQueue::Event cancelled;  // Destroyed after the lock.
  const Lock lock(mutex_);
  cancelled = events_.Cancel(event);
  return cancelled.call != nullptr;
}

Turn Scheduler::BeginCall() {
  ++CurrentThread()->inside_;
  return Point();
}

Turn Scheduler::BeginQuietCall() {
  SimThread& me = *CurrentThread();
  ++me.inside_;
  Lock lock(mutex_);
  return Enter(lock, me) ? Turn::kGoOn : Turn::kCancelled;
}

void Scheduler::EndCall() { --CurrentThread()->inside_; }

}  // namespace sim
}  // namespace mortise
