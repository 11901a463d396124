// A listening socket in one call.
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
// For IPv4 and IPv6 with one socket, where the system can:
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

#include "absl/status/statusor.h"
#include "mortise/core/address.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/socket_modes.h"

namespace mortise {

class Platform;

// The defaults are Python's.
struct CreateServerOptions {
  // AF_INET, AF_INET6, or AF_UNIX with the path as the address.
  AddressFamily family = kAfInet;
  // As Socket::Listen takes it.
  int backlog = 128;
  // What others on the same address mean to this server. kAfterClose lets it
  // restart while connections of its predecessor exist: SO_REUSEADDR on POSIX.
  // On Windows it is the exclusive use of the port: there a restart may fail
  // (IsAddressInUse, IsAccessDenied) until the last of those connections is
  // over. kShare is Python's reuse_port. Source: Microsoft, "Using SO_REUSEADDR
  // and SO_EXCLUSIVEADDRUSE".
  AddressReuse reuse = AddressReuse::kAfterClose;
  // IPv4 too on a socket of AF_INET6, which sees its clients as
  // ::ffff:192.0.2.1. Without it, an AF_INET6 server is for IPv6 only, unless
  // its own address has that form: then it is for IPv4 only.
  bool dualstack_ipv6 = false;
  // nullptr is the operating system.
  Platform* platform = nullptr;
};

// Python: socket.create_server. A stream socket that is bound to `address` and
// listens. The host "" is every address of this machine, in AF_INET6 too; port
// 0 lets the system choose (GetSockName tells). An AF_UNIX path that it was
// bound to is the caller's to remove, even if listening fails afterwards.
//
// Fails with kOutOfRange iff the backlog is negative or the port out of range,
// with kInvalidArgument iff `dualstack_ipv6` goes with another family, or the
// address is of another (IsUsageError); with kUnimplemented (IsUnsupported) iff
// the system lacks the family, or a socket for both; and with what
// SetAddressReuse and Bind say otherwise, kAlreadyExists iff the address is
// taken (IsAddressInUse). The message names the address. Thread-safe.
absl::StatusOr<Socket> CreateServer(const Address& address,
                                    const CreateServerOptions& options = {});

// Python: socket.has_dualstack_ipv6. Whether the system can make a socket for
// IPv4 and IPv6 at once; found by trying. `platform` nullptr is the operating
// system. Thread-safe.
bool HasDualstackIpv6(Platform* platform = nullptr);

}  // namespace mortise

#endif  // MORTISE_CORE_CREATE_SERVER_H_
