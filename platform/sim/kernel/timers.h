// The timers of one kernel.

#ifndef MORTISE_PLATFORM_SIM_KERNEL_TIMERS_H_
#define MORTISE_PLATFORM_SIM_KERNEL_TIMERS_H_

#include <cstdint>
#include <functional>
#include <set>
#include <utility>

#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {

class Timers;

// Something that is done at a time. It is armed or not, and is disarmed before
// it is done. `timers` must outlive it. Thread safety: none. Nothing blocks.
class Timer {
 public:
  Timer(Timers& timers, std::function<void()> action)
      : timers_(timers), action_(std::move(action)) {}
  ~Timer() { Disarm(); }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  // A timer that is armed is armed anew.
  void Arm(Time at);
  void Disarm();
  bool is_armed() const { return at_ != kNever; }

 private:
  friend class Timers;

  Timers& timers_;
  const std::function<void()> action_;
  Time at_ = kNever;
  std::uint64_t order_ = 0;
};

// Timers of the same time run in the order in which they were armed. Thread
// safety as of Timer.
class Timers {
 public:
  // The earliest time, or kNever.
  Time next() const { return armed_.empty() ? kNever : (*armed_.begin())->at_; }

  // Runs the earliest timer if it is due at `now`. Returns whether it has.
  bool RunOne(Time now);

 private:
  friend class Timer;

  struct Earlier {
    bool operator()(const Timer* a, const Timer* b) const {
      return a->at_ != b->at_ ? a->at_ < b->at_ : a->order_ < b->order_;
    }
  };

  std::set<Timer*, Earlier> armed_;
  std::uint64_t orders_ = 0;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_KERNEL_TIMERS_H_
