#include "mortise/core/default_timeout.h"

#include <atomic>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "mortise/core/internal/check_duration.h"
#include "mortise/core/internal/default_timeout.h"
#include "mortise/core/internal/operation.h"

namespace mortise {

absl::Status SetDefaultTimeout(absl::Duration timeout) {
  absl::Status valid = internal::CheckNotNegative(
      internal::Operation::kSetDefaultTimeout, "timeout", timeout);
  if (!valid.ok()) return valid;
  // Rounded up, because a timeout that is rounded to zero would make new
  // sockets non-blocking.
  const std::int64_t nanoseconds =
      timeout == absl::InfiniteDuration()
          ? -1
          : absl::ToInt64Nanoseconds(absl::Ceil(timeout, absl::Nanoseconds(1)));
  internal::default_timeout.store(nanoseconds, std::memory_order_relaxed);
  return absl::OkStatus();
}

absl::Duration GetDefaultTimeout() {
  const std::int64_t nanoseconds =
      internal::default_timeout.load(std::memory_order_relaxed);
  return nanoseconds < 0 ? absl::InfiniteDuration()
                         : absl::Nanoseconds(nanoseconds);
}

}  // namespace mortise
