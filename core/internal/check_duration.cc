#include "mortise/core/internal/check_duration.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"

namespace mortise {
namespace internal {

absl::Status NegativeError(Operation operation, absl::string_view argument,
                           absl::Duration duration) {
  return ArgumentError(
      absl::StatusCode::kOutOfRange, operation, argument,
      absl::StrCat(absl::FormatDuration(duration), " is negative"));
}

}  // namespace internal
}  // namespace mortise
