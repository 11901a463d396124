#include "mortise/platform/posix/clock.h"

#include <time.h>

#include "absl/time/time.h"

namespace mortise {
namespace posix {

absl::Duration Clock::Now() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);  // cannot fail with these arguments
  return absl::DurationFromTimespec(now);
}

}  // namespace posix
}  // namespace mortise
