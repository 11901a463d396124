// From the address that a caller wrote to the one that the system takes.

#ifndef MORTISE_CORE_INTERNAL_RESOLVE_H_
#define MORTISE_CORE_INTERNAL_RESOLVE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/core/address.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"

namespace mortise {
namespace internal {

// Who asks: the socket's platform and family, and what it is about to do.
struct ResolveContext {
  Platform& platform;
  AddressFamily family;
  Operation operation;
};

// `address` in the family of the socket, which the platform can take. A host
// name is looked up for at most `timeout`, and the first answer taken; nothing
// else leaves the process.
absl::StatusOr<SocketAddress> Resolve(const ResolveContext& context,
                                      const Address& address,
                                      absl::Duration timeout);

// The first address of the name `host` in the family of `context`, AF_UNSPEC
// being any, without a port. `asked` stands in the error.
absl::StatusOr<SocketAddress> LookUpHost(const ResolveContext& context,
                                         const std::string& host,
                                         absl::string_view asked,
                                         absl::Duration timeout);

// How long a look-up may take on a socket with that timeout. A non-blocking
// socket's may take as long as it needs: no system can look up without waiting.
absl::Duration ResolveTimeout(absl::Duration socket_timeout);

// OK iff `address` can be right for that family: ranges, lengths, no NUL.
absl::Status CheckHostPort(const ResolveContext& context,
                           const HostPort& address);

// OK iff a socket of that family may be handed `address`. Never allocates then.
absl::Status CheckResolved(const ResolveContext& context,
                           const SocketAddress& address);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_RESOLVE_H_
