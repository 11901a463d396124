// The calls of a Platform: the time. The rules are in
// mortise/platform/backend.h.

#ifndef MORTISE_PLATFORM_CLOCK_CALLS_H_
#define MORTISE_PLATFORM_CLOCK_CALLS_H_

#include "absl/time/time.h"

namespace mortise {

class ClockCalls {
 public:
  virtual ~ClockCalls() = default;

  // Time since an arbitrary moment, on a clock that never goes backwards. By
  // default it is std::chrono::steady_clock.
  virtual absl::Duration Now();
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_CLOCK_CALLS_H_
