// The clock of a simulation, for programs that take a clock.

#ifndef MORTISE_PLATFORM_SIM_CLOCK_H_
#define MORTISE_PLATFORM_SIM_CLOCK_H_

#include <memory>
#include <utility>

#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {

class LocalClock;
class Scheduler;

// Virtual time, or the time that a host takes for it, in the shape of
// absl::Clock, which only newer versions of Abseil have. A program that takes
// an absl::Clock gets one by a class of three lines that forwards.
//
// Thread-safe. Every thread may ask for the time. The other methods are for
// threads of the run, and block until it is their turn again. If the run is
// ending, they return at once.
class Clock {
 public:
  // `scheduler` must outlive the clock. `local` is nullptr for virtual time.
  explicit Clock(Scheduler& scheduler,
                 std::shared_ptr<const LocalClock> local = nullptr)
      : scheduler_(scheduler), local_(std::move(local)) {}

  // Returns the wall clock. Counts as a call of the program.
  absl::Time TimeNow();

  // Returns after `duration`, to the nanosecond, and at once if that is not
  // positive. A step of the wall clock does not change a sleep that has begun.
  void Sleep(absl::Duration duration);
  void SleepUntil(absl::Time wakeup_time);

  // Returns when `condition` is true or `deadline` has passed, and whether it
  // is true. The caller holds `mutex`, as it does afterwards. In a program
  // without the hooks the condition is evaluated each time when other threads
  // have run and nothing else can run.
  bool AwaitWithDeadline(absl::Mutex* mutex, const absl::Condition& condition,
                         absl::Time deadline);

 private:
  // What the monotonic clock counts now, and when the wall clock shows `time`.
  Time Monotonic() const;
  Time Monotonic(absl::Time time) const;
  void SleepUntilMonotonic(Time time);
  // What the calling thread's wall clock shows at that moment.
  absl::Time AsThreadsSee(Time monotonic) const;

  Scheduler& scheduler_;
  const std::shared_ptr<const LocalClock> local_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_CLOCK_H_
