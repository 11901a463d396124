// Converts the address that a caller wrote to the address that the system
// takes.

#ifndef MORTISE_CORE_INTERNAL_RESOLVE_H_
#define MORTISE_CORE_INTERNAL_RESOLVE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/core/address.h"
#include "mortise/core/internal/cancellation_state.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"

namespace mortise {
namespace internal {

// What an address is resolved for: the socket's platform, family and
// cancellation, and the operation that needs the address.
struct ResolveContext {
  Platform& platform;
  AddressFamily family;
  Operation operation;
  // nullptr if there is none.
  CancellationState* cancellation = nullptr;
};

// Converts `address` to an address of the socket's family that the platform can
// take. A host name is looked up for at most `timeout`, and the first answer is
// taken. Only such a look-up leaves the process.
absl::StatusOr<SocketAddress> Resolve(const ResolveContext& context,
                                      const Address& address,
                                      absl::Duration timeout);

// Returns the first address of the name `host` in the family of `context`,
// without a port. AF_UNSPEC means any family. An error names `asked`.
absl::StatusOr<SocketAddress> LookUpHost(const ResolveContext& context,
                                         const std::string& host,
                                         absl::string_view asked,
                                         absl::Duration timeout);

// How long a look-up may take on a socket with that timeout. A non-blocking
// socket's may take as long as it needs: no system can look up without waiting.
absl::Duration ResolveTimeout(absl::Duration socket_timeout);

// Returns OK if `address` can be right for the family of `context`. Checks the
// ranges of the numbers, the length of the host, and that it holds no NUL and,
// if it is a name, only ASCII.
absl::Status CheckHostPort(const ResolveContext& context,
                           const HostPort& address);

// Returns OK if a socket of the family of `context` may be given `address`.
// Allocates only if it returns an error.
absl::Status CheckResolved(const ResolveContext& context,
                           const SocketAddress& address);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_RESOLVE_H_
