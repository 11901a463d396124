// Abseil's extension points for waits: strong definitions of functions that
// Abseil defines as weak ones. Its locks, condition variables, notifications
// and barriers wait with these functions only.

#include <algorithm>
#include <ctime>
#include <optional>
#include <thread>

#include "absl/base/config.h"
#include "absl/synchronization/internal/per_thread_sem.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "mortise/platform/sim/hooks/self_check.h"
#include "mortise/platform/sim/hooks/semaphore.h"
#include "mortise/platform/sim/schedule/local_clock.h"
#include "mortise/platform/sim/schedule/scheduler.h"
#include "mortise/platform/sim/schedule/sim_thread.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {
namespace {

using ::absl::synchronization_internal::KernelTimeout;

// Abseil computes this from the clocks that clocks.cc defines. So it is in the
// time of the run in a simulated thread, and else in real time.
std::optional<absl::Time> DeadlineOf(KernelTimeout timeout) {
  if (!timeout.has_timeout()) return std::nullopt;
  return absl::TimeFromTimespec(timeout.MakeAbsTimespec());
}

// Returns when the thread's monotonic clock counts what its wall clock shows at
// `time`. A wait that has begun does not depend on steps of the wall clock.
Time MonotonicTime(const SimThread& thread, absl::Time time) {
  const LocalClock* const clock = thread.clock();
  const Time skew = clock == nullptr ? 0 : clock->skew();
  return TimeOf(time - absl::FromUnixNanos(thread.scheduler()->epoch()) -
                absl::Nanoseconds(skew));
}

bool Wait(KernelTimeout timeout) {
  Semaphore& semaphore = Semaphore::Of(
      absl::synchronization_internal::GetOrCreateCurrentThreadIdentity());
  const std::optional<absl::Time> deadline = DeadlineOf(timeout);
  CountHookedWait();
  const SimThread* const me = Scheduler::This();
  if (me != nullptr) {
    const std::optional<bool> taken = semaphore.WaitSimulated(
        deadline.has_value() ? MonotonicTime(*me, *deadline) : kNever);
    if (taken.has_value()) return *taken;
  }
  return semaphore.WaitForReal(deadline);
}

// `duration` is positive.
void SleepFor(SimThread& me, absl::Duration duration) {
  Scheduler& scheduler = *me.scheduler();
  const LocalClock* const clock = me.clock();
  const Time now = scheduler.Now();
  const Time deadline =
      Later(clock == nullptr ? now : clock->LocalTime(now), TimeOf(duration));
  // A longer sleep is the program's own. A short one may be, too.
  if (duration <= absl::Milliseconds(1)) {
    scheduler.SleepBetweenLooks(deadline, clock);
  } else {
    scheduler.SleepUntil(deadline, clock);
  }
}

// Blocks a thread that is not simulated for `duration` of real time.
void SleepForReal(absl::Duration duration) {
  // Some systems refuse longer sleeps.
  const absl::Duration most = absl::Hours(24 * 365);
  while (duration > absl::ZeroDuration()) {
    const absl::Duration part = std::min(duration, most);
    timespec left = absl::ToTimespec(part);
    while (nanosleep(&left, &left) != 0) {
    }
    duration -= part;
  }
}

}  // namespace
}  // namespace sim
}  // namespace mortise

extern "C" {

bool ABSL_INTERNAL_C_SYMBOL(AbslInternalPerThreadSemWait)(
    absl::synchronization_internal::KernelTimeout t) {
  return mortise::sim::Wait(t);
}

void ABSL_INTERNAL_C_SYMBOL(AbslInternalPerThreadSemPost)(
    absl::base_internal::ThreadIdentity* identity) {
  mortise::sim::Semaphore::Of(identity).Post();
}

// Abseil polls for what another thread is about to do by a yield, a sleep of 10
// microseconds, a yield and so on. That may last for as long as another thread
// holds a lock, which may be hours of virtual time. So the yield ends only
// after others have run who do not poll themselves.
void ABSL_INTERNAL_C_SYMBOL(AbslInternalMutexYield)() {
  mortise::sim::Scheduler* const scheduler = mortise::sim::Scheduler::Current();
  if (scheduler == nullptr) {
    std::this_thread::yield();
  } else {
    // Before a thread polls another time it waits in the function above.
    scheduler->LookAgain("a lock of Abseil, polling", mortise::sim::kNever,
                         true);
  }
}

void ABSL_INTERNAL_C_SYMBOL(AbslInternalSleepFor)(absl::Duration duration) {
  mortise::sim::SimThread* const me = mortise::sim::Scheduler::This();
  if (me == nullptr) {
    mortise::sim::SleepForReal(duration);
  } else if (duration <= absl::ZeroDuration()) {
    me->scheduler()->Yield();
  } else {
    mortise::sim::SleepFor(*me, duration);
  }
}

}  // extern "C"
