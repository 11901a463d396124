// What the look-ups of names have in common: which arguments they refuse, and
// how they convert a platform's answer.

#ifndef MORTISE_CORE_INTERNAL_LOOKUP_H_
#define MORTISE_CORE_INTERNAL_LOOKUP_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/core/internal/cancellation_state.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/or_default.h"  // IWYU pragma: export
#include "mortise/platform/backend.h"
#include "mortise/platform/call_limit.h"

namespace mortise {
namespace internal {

// Returns kInvalidArgument if `text` holds a NUL. For the system the text would
// end there.
absl::Status CheckNoNul(Operation operation, absl::string_view argument,
                        absl::string_view text);

// Returns kInvalidArgument if `host` holds a NUL, or if it is longer than any
// resolver takes.
absl::Status CheckHost(Operation operation, absl::string_view argument,
                       absl::string_view host);

// Returns kInvalidArgument if `host` is not ASCII. Not every system takes such
// a name, and the systems that do differ in the name that they ask for.
absl::Status CheckAscii(Operation operation, absl::string_view argument,
                        absl::string_view host);

// Returns the limit of a look-up that may take `timeout` and has the token
// `cancellation`, or none if it is nullptr. Fails if there is no interrupt to
// be had, unless the token has been cancelled.
absl::StatusOr<CallLimit> LimitOf(const Platform& platform, Operation operation,
                                  absl::Duration timeout,
                                  CancellationState* cancellation);

// Returns what was found, or the reason why nothing was found. `asked` returns
// what was looked for, as text. It is called only if nothing was found.
template <typename T, typename Asked>
absl::StatusOr<T> TakeFound(const Platform& platform, Operation operation,
                            LookupResult<T> found, Asked asked) {
  if (found.cancelled) return CancelledError(operation, asked());
  if (found.timed_out) return TimeoutError(operation, asked());
  if (found.no_thread) {
    return NoThreadError(platform, operation, found.error, asked());
  }
  if (found.error != 0) {
    return PlatformError(platform, operation, found.domain, found.error,
                         asked());
  }
  return std::move(found.value);
}

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_LOOKUP_H_
