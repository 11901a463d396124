// Checks durations that callers give.

#ifndef MORTISE_CORE_INTERNAL_CHECK_DURATION_H_
#define MORTISE_CORE_INTERNAL_CHECK_DURATION_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/core/internal/operation.h"

namespace mortise {
namespace internal {

// The error of CheckNotNegative.
absl::Status NegativeError(Operation operation, absl::string_view argument,
                           absl::Duration duration);

// Returns kOutOfRange if `duration`, the argument of that name, is negative.
// Inline, because waits that take no time call it.
inline absl::Status CheckNotNegative(Operation operation,
                                     absl::string_view argument,
                                     absl::Duration duration) {
  return duration >= absl::ZeroDuration()
             ? absl::OkStatus()
             : NegativeError(operation, argument, duration);
}

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_CHECK_DURATION_H_
