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
  // backwards. Python: time.monotonic. By default this is
  // std::chrono::steady_clock.
  virtual absl::Duration Now();
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_CLOCK_CALLS_H_
