// One attempt of CreateConnection: a socket that connects to one address.

#ifndef MORTISE_CORE_INTERNAL_CONNECTION_ATTEMPT_H_
#define MORTISE_CORE_INTERNAL_CONNECTION_ATTEMPT_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "mortise/core/addr_info.h"
#include "mortise/core/address.h"
#include "mortise/core/cancellation.h"
#include "mortise/core/socket.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/socket_modes.h"

namespace mortise {
namespace internal {

// What the attempts of one call have in common: the platform, and the options
// of CreateConnection with these names. Does not own them.
struct AttemptOptions {
  Platform& platform;
  const std::optional<Cancellation>& cancellation;
  const std::optional<Address>& source_address;
  AddressReuse source_reuse;
};

// Makes a non-blocking socket and begins to connect it to `info`. The look-up
// of the source's name may take `patience`.
//
// Returns OK if `*socket` is connected, and IsInProgress if it is on its way.
// After any other error there is no socket.
absl::Status BeginAttempt(const AttemptOptions& options, const AddrInfo& info,
                          absl::Duration patience,
                          std::optional<Socket>* socket);

// Returns how `socket`, which BeginAttempt has begun and whose attempt has
// ended, has ended it.
absl::Status EndAttempt(Socket& socket, const AddrInfo& info);

// Returns the error of a step of an attempt that does not name the address.
absl::Status AttemptError(const AddrInfo& info, const absl::Status& step);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_CONNECTION_ATTEMPT_H_
