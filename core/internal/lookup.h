// What the look-ups of names have in common: which arguments they refuse, and
// how a platform's answer becomes theirs.

#ifndef MORTISE_CORE_INTERNAL_LOOKUP_H_
#define MORTISE_CORE_INTERNAL_LOOKUP_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/or_default.h"  // IWYU pragma: export
#include "mortise/platform/backend.h"

namespace mortise {
namespace internal {

// kInvalidArgument iff `text` holds a NUL, which would end it for the system.
absl::Status CheckNoNul(Operation operation, absl::string_view argument,
                        absl::string_view text);

// The same, and iff it is longer than any resolver takes.
absl::Status CheckHost(Operation operation, absl::string_view argument,
                       absl::string_view host);

// kInvalidArgument if `host` is not ASCII. No look-up of every system takes
// such a name, and systems that do take it differ in what they ask for.
absl::Status CheckAscii(Operation operation, absl::string_view argument,
                        absl::string_view host);

// kOutOfRange iff `timeout` is negative.
absl::Status CheckTimeout(Operation operation, absl::Duration timeout);

// What was found, or why nothing was. `asked` is called in that case alone, for
// the text of what was looked for.
template <typename T, typename Asked>
absl::StatusOr<T> TakeFound(const Platform& platform, Operation operation,
                            LookupResult<T> found, Asked asked) {
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
