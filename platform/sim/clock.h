// The clock of a simulation, for programs that take a clock.

#ifndef MORTISE_PLATFORM_SIM_CLOCK_H_
#define MORTISE_PLATFORM_SIM_CLOCK_H_

#include <memory>

#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace mortise {
namespace sim {

class Scheduler;

// Virtual time, in the shape of absl::Clock, which only newer versions of
// Abseil have. A program that takes an absl::Clock gets one by a class of three
// lines that forwards.
//
// Thread-safe. Every thread may ask for the time. The other methods are for
// threads of the run, and block until it is their turn again. If the run is
// ending, they return at once.
class Clock {
 public:
  // `scheduler` must outlive the clock.
  explicit Clock(Scheduler& scheduler) : scheduler_(scheduler) {}

  // Returns the wall clock. Counts as a call of the program.
  absl::Time TimeNow();

  // Returns after `duration`, to the nanosecond, and at once if that is not
  // positive.
  void Sleep(absl::Duration duration);
  void SleepUntil(absl::Time wakeup_time);

  // Returns when `condition` is true or `deadline` has passed, and whether it
  // is true. The caller holds `mutex`, as it does afterwards. In a program
  // without the hooks the condition is evaluated each time when other threads
  // have run and nothing else can run.
  bool AwaitWithDeadline(absl::Mutex* mutex, const absl::Condition& condition,
                         absl::Time deadline);

 private:
  Scheduler& scheduler_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_CLOCK_H_
