#include "mortise/platform/poll_milliseconds.h"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "absl/time/time.h"

namespace mortise {

int PollMilliseconds(absl::Duration timeout) {
  if (timeout == absl::InfiniteDuration()) return -1;
  const std::int64_t milliseconds =
      absl::ToInt64Milliseconds(absl::Ceil(timeout, absl::Milliseconds(1)));
  return static_cast<int>(
      std::min<std::int64_t>(milliseconds, std::numeric_limits<int>::max()));
}

}  // namespace mortise
