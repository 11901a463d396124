// The clock of a machine, which may run too fast or too slowly and may show the
// wrong time.

#ifndef MORTISE_PLATFORM_SIM_SCHEDULE_LOCAL_CLOCK_H_
#define MORTISE_PLATFORM_SIM_SCHEDULE_LOCAL_CLOCK_H_

#include <atomic>
#include <cstdint>
#include <mutex>

#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {

// Counts local time, which never steps back, and shows a wall clock, which may.
// It is right until one of the setters is called.
//
// Thread-safe. Whoever changes the drift has to see to it that all that waits
// for a local time waits for another true time from then on:
// Scheduler::ClockHasChanged.
class LocalClock {
 public:
  // How many parts per million a clock may be too fast, or too slow.
  static constexpr int kMostDrift = 500000;

  LocalClock() = default;
  LocalClock(const LocalClock&) = delete;
  LocalClock& operator=(const LocalClock&) = delete;

  // Returns the local time at the virtual time `time`, which is not before the
  // last change of the drift.
  Time LocalTime(Time time) const;
  // Returns the earliest virtual time at which it is `local` or later. kNever
  // stays kNever.
  Time TrueTime(Time local) const;
  // Returns what the wall clock shows at the virtual time `time`, in
  // nanoseconds since that of time 0 of the run.
  Time WallTime(Time time) const { return LocalTime(time) + skew(); }

  // From `now` on, 1,000,000 + `parts_per_million` local seconds pass in
  // 1,000,000 seconds.
  void SetDrift(Time now, int parts_per_million);
  void set_skew(Time skew) { skew_.store(skew, std::memory_order_relaxed); }
  Time skew() const { return skew_.load(std::memory_order_relaxed); }

 private:
  // From a virtual time on, and the local time then.
  struct Pace {
    Time since = 0;
    Time local = 0;
    // How many local nanoseconds pass in a million.
    std::uint64_t speed = 1000000;
  };
  Pace pace() const;

  // Whether it has never been changed, which needs no lock.
  std::atomic<bool> is_right_{true};
  mutable std::mutex mutex_;
  Pace pace_;  // Under the mutex.
  std::atomic<Time> skew_{0};
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_SCHEDULE_LOCAL_CLOCK_H_
