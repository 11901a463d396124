// The monotonic clock: clock_gettime(2), CLOCK_MONOTONIC.

#ifndef MORTISE_PLATFORM_POSIX_CLOCK_H_
#define MORTISE_PLATFORM_POSIX_CLOCK_H_

#include "absl/time/time.h"
#include "mortise/platform/backend.h"

namespace mortise {
namespace posix {

class Clock final : public ClockCalls {
 public:
  absl::Duration Now() override;
};

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_CLOCK_H_
