// How long the look-up of a name may take, what ends it earlier, and which
// platform makes it.

#ifndef MORTISE_CORE_LOOKUP_OPTIONS_H_
#define MORTISE_CORE_LOOKUP_OPTIONS_H_

#include <optional>

#include "absl/time/time.h"
#include "mortise/core/cancellation.h"
#include "mortise/core/internal/cancellation_state.h"

namespace mortise {

class Platform;

// A value type: copies share nothing but the pointer to the platform.
struct LookupOptions {
  // The time limit of the whole call; not negative.
  //
  // A look-up with a timeout or a cancellation runs in a thread of its own. A
  // look-up that is given up goes on in that thread, and its answer is dropped.
  // A process has at most this many of these threads at once:
  //   32   for "localhost" and 127.0.0.1
  //   32   for names below localhost, and for other loopback addresses
  //   256  for everything else
  // Further callers wait until a thread for hosts of the same kind ends, as
  // long as their timeout allows, in the order in which they came. A numeric
  // host needs no thread, and neither does a look-up without either of them.
  //
  // If the system cannot start a thread, the look-up fails with
  // kResourceExhausted and ErrorCode::kNoThread.
  absl::Duration timeout = absl::InfiniteDuration();
  // The platform to ask; nullptr is the operating system. Not owned; must
  // outlive the call.
  Platform* platform = nullptr;
  // Gives the look-up up, as the timeout does (IsCancelled).
  std::optional<Cancellation> cancellation = std::nullopt;

  // For the library: what the copies of `cancellation` share; nullptr if there
  // is none.
  internal::CancellationState* cancellation_state() const {
    return cancellation.has_value() ? cancellation->state().get() : nullptr;
  }
};

}  // namespace mortise

#endif  // MORTISE_CORE_LOOKUP_OPTIONS_H_
