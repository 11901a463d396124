// Checks durations that callers give.

#ifndef MORTISE_CORE_INTERNAL_CHECK_DURATION_H_
#define MORTISE_CORE_INTERNAL_CHECK_DURATION_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/core/internal/operation.h"

namespace mortise {
namespace internal {

// Returns kOutOfRange if `duration`, the argument of that name, is negative.
absl::Status CheckNotNegative(Operation operation, absl::string_view argument,
                              absl::Duration duration);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_CHECK_DURATION_H_
