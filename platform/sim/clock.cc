#include "mortise/platform/sim/clock.h"

#include <algorithm>
#include <cstdint>

#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "mortise/platform/sim/schedule/hook_table.h"
#include "mortise/platform/sim/schedule/scheduler.h"
#include "mortise/platform/sim/schedule/sim_thread.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {

absl::Time Clock::TimeNow() {
  return absl::FromUnixNanos(scheduler_.epoch()) +
         absl::Nanoseconds(scheduler_.ReadClock());
}

void Clock::Sleep(absl::Duration duration) {
  if (duration <= absl::ZeroDuration()) {
    scheduler_.Yield();
    return;
  }
  scheduler_.SleepUntil(Later(scheduler_.Now(), TimeOf(duration)));
}

void Clock::SleepUntil(absl::Time wakeup_time) {
  Sleep(wakeup_time - absl::FromUnixNanos(scheduler_.epoch()) -
        absl::Nanoseconds(scheduler_.Now()));
}

bool Clock::AwaitWithDeadline(absl::Mutex* mutex,
                              const absl::Condition& condition,
                              absl::Time deadline) {
  if (Hooks() != nullptr) return mutex->AwaitWithDeadline(condition, deadline);
  const Time end = TimeOf(deadline - absl::FromUnixNanos(scheduler_.epoch()));
  for (bool only_looked = false;; only_looked = true) {
    if (condition.Eval()) return true;
    mutex->Unlock();
    const WaitEnd woken =
        scheduler_.LookAgain("sim::Clock::AwaitWithDeadline", end, only_looked);
    mutex->Lock();
    if (woken != WaitEnd::kReady) return condition.Eval();
  }
}

}  // namespace sim
}  // namespace mortise
