// The calls of a Platform: the time. The rules that hold for every method are
// in mortise/platform/backend.h.

#ifndef MORTISE_PLATFORM_CLOCK_CALLS_H_
#define MORTISE_PLATFORM_CLOCK_CALLS_H_

#include "absl/time/time.h"

namespace mortise {

// Used for every timeout of `core/`. Thread-safe; does not block.
class ClockCalls {
 public:
  virtual ~ClockCalls() = default;

  // Returns the time since an arbitrary moment, on a clock that never goes
  // backwards and cannot be set. The result is finite, and may be negative.
  // Only differences between results of the same clock mean something. Whether
  // the clock runs while the machine is suspended depends on the OS. Python:
  // time.monotonic. By default this is std::chrono::steady_clock. Source:
  // clock_gettime(2), CLOCK_MONOTONIC.
  virtual absl::Duration Now();
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_CLOCK_CALLS_H_
