// The vtable, the time. mortise/platform/backend.h has its rules.

#ifndef MORTISE_PLATFORM_CLOCK_CALLS_H_
#define MORTISE_PLATFORM_CLOCK_CALLS_H_

#include "absl/time/time.h"

namespace mortise {

class ClockCalls {
 public:
  virtual ~ClockCalls() = default;

  // Time since an arbitrary moment, on a clock that never goes backwards.
  virtual absl::Duration Now() = 0;
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_CLOCK_CALLS_H_
