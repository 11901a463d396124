// Creates a listening socket in one call.
//
//   absl::StatusOr<mortise::Socket> server = mortise::CreateServer({"", 8000});
//   if (!server.ok()) return server.status();
//   while (true) {
//     absl::StatusOr<mortise::AcceptResult> client = server->Accept();
//     if (!client.ok()) return client.status();
//     absl::Status status = client->socket.SendAll("hello\n");
//     if (!status.ok()) std::cerr << status << "\n";
//   }
//
// To serve IPv4 and IPv6 with one socket, where the system supports that:
//
//   mortise::CreateServerOptions options;
//   if (mortise::HasDualstackIpv6()) {
//     options.family = mortise::kAfInet6;
//     options.dualstack_ipv6 = true;
//   }
//   absl::StatusOr<mortise::Socket> server =
//       mortise::CreateServer({"", 8000}, options);

#ifndef MORTISE_CORE_CREATE_SERVER_H_
#define MORTISE_CORE_CREATE_SERVER_H_

#include <optional>

#include "absl/status/statusor.h"
#include "mortise/core/address.h"
#include "mortise/core/cancellation.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/socket_modes.h"

namespace mortise {

class Platform;

// The defaults are Python's.
struct CreateServerOptions {
  // AF_INET, AF_INET6 or AF_UNIX. For AF_UNIX the address is a path.
  AddressFamily family = kAfInet;
  // See Socket::Listen.
  int backlog = 128;
  // How the address is shared with other sockets. With kAfterClose, a server
  // can restart while connections of its predecessor still exist. On POSIX this
  // is SO_REUSEADDR. On Windows it is exclusive use of the port, and a restart
  // may fail (IsAddressInUse, IsAccessDenied) until the last of those
  // connections has ended. kShare is Python's reuse_port. Source: Microsoft,
  // "Using SO_REUSEADDR and SO_EXCLUSIVEADDRUSE".
  AddressReuse reuse = AddressReuse::kAfterClose;
  // Whether an AF_INET6 socket accepts IPv4 too. It then sees IPv4 clients as
  // ::ffff:192.0.2.1. If false, an AF_INET6 server is for IPv6 only, unless its
  // own address has that form; then it is for IPv4 only.
  bool dualstack_ipv6 = false;
  // Ends the look-up of a host name. It also becomes the socket's, and so ends
  // Accept.
  std::optional<Cancellation> cancellation;
  // nullptr is the operating system. Must outlive the socket that is made.
  Platform* platform = nullptr;
};

// Python: socket.create_server. Returns a stream socket that is bound to
// `address` and listens. The host "" means every address of this machine, in
// AF_INET6 too. With port 0 the system chooses a port; GetSockName returns it.
// If an AF_UNIX socket has been bound to a path, the caller must remove the
// path, even if listening fails afterwards.
//
// The message of every error names the address, unless an option is wrong.
// Returns:
//   kOutOfRange       the backlog is negative or the port is out of range
//   kInvalidArgument  `dualstack_ipv6` is set with a family other than
//                     AF_INET6, or the address is of another family
//                     (IsUsageError)
//   kUnimplemented    the system lacks the family, or cannot make a socket for
//                     both IPv4 and IPv6 (IsUnsupported)
//   kAlreadyExists    the address is taken (IsAddressInUse)
//   any other         the error of Create, SetAddressReuse, Bind or Listen
//
// Thread-safe. Blocks only to look up a host name. The caller owns the socket.
absl::StatusOr<Socket> CreateServer(const Address& address,
                                    const CreateServerOptions& options = {});

// Python: socket.has_dualstack_ipv6. Whether the system can make a socket for
// both IPv4 and IPv6. It tries to make one. `platform` nullptr is the operating
// system. Thread-safe; does not block.
bool HasDualstackIpv6(Platform* platform = nullptr);

}  // namespace mortise

#endif  // MORTISE_CORE_CREATE_SERVER_H_
