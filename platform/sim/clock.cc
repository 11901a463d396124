#include "mortise/platform/sim/clock.h"

#include <algorithm>
#include <cstdint>

#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "mortise/platform/sim/schedule/hook_table.h"
#include "mortise/platform/sim/schedule/local_clock.h"
#include "mortise/platform/sim/schedule/scheduler.h"
#include "mortise/platform/sim/schedule/sim_thread.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {

Time Clock::Monotonic() const {
  const Time now = scheduler_.Now();
  return local_ == nullptr ? now : local_->LocalTime(now);
}

Time Clock::Monotonic(absl::Time time) const {
  return TimeOf(time - absl::FromUnixNanos(scheduler_.epoch()) -
                absl::Nanoseconds(local_ == nullptr ? 0 : local_->skew()));
}

absl::Time Clock::AsThreadsSee(Time monotonic) const {
  const Time time = local_ == nullptr ? monotonic : local_->TrueTime(monotonic);
  if (time == kNever) return absl::InfiniteFuture();
  const LocalClock* const own = Scheduler::This()->clock();
  return absl::FromUnixNanos(scheduler_.epoch()) +
         absl::Nanoseconds(own == nullptr ? time : own->WallTime(time));
}

absl::Time Clock::TimeNow() {
  const Time now = scheduler_.ReadClock();
  return absl::FromUnixNanos(scheduler_.epoch()) +
         absl::Nanoseconds(local_ == nullptr ? now : local_->WallTime(now));
}

void Clock::SleepUntilMonotonic(Time time) {
  if (time <= Monotonic()) {
    scheduler_.Yield();
  } else {
    scheduler_.SleepUntil(time, local_.get());
  }
}

void Clock::Sleep(absl::Duration duration) {
  SleepUntilMonotonic(Later(Monotonic(), std::max(TimeOf(duration), Time{0})));
}

void Clock::SleepUntil(absl::Time wakeup_time) {
  SleepUntilMonotonic(Monotonic(wakeup_time));
}

bool Clock::AwaitWithDeadline(absl::Mutex* mutex,
                              const absl::Condition& condition,
                              absl::Time deadline) {
  const Time end = Monotonic(deadline);
  if (Hooks() != nullptr) {
    return mutex->AwaitWithDeadline(condition, AsThreadsSee(end));
  }
  for (bool only_looked = false;; only_looked = true) {
    if (condition.Eval()) return true;
    mutex->Unlock();
    const WaitEnd woken = scheduler_.LookAgain("sim::Clock::AwaitWithDeadline",
                                               end, only_looked, local_.get());
    mutex->Lock();
    if (woken != WaitEnd::kReady) return condition.Eval();
  }
}

}  // namespace sim
}  // namespace mortise
