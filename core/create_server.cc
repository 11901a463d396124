#include "mortise/core/create_server.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "mortise/core/address.h"
#include "mortise/core/internal/any_host.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/resolve.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace {

using internal::ArgumentError;
using internal::Operation;

absl::Status CheckOptions(const CreateServerOptions& options) {
  if (options.backlog < 0) {
    return ArgumentError(absl::StatusCode::kOutOfRange,
                         Operation::kCreateServer, "backlog",
                         absl::StrCat(options.backlog, " is negative"));
  }
  if (options.dualstack_ipv6 && options.family != kAfInet6) {
    return ArgumentError(
        absl::StatusCode::kInvalidArgument, Operation::kCreateServer,
        "dualstack_ipv6",
        absl::StrCat("is for AF_INET6, not for ", options.family.ToString()));
  }
  return absl::OkStatus();
}

// Lets an IPv6 socket carry IPv4 as well.
absl::Status CarryIpv4(Socket& socket) {
  return socket.SetSockOpt(kIpprotoIpv6, kIpv6V6only, 0);
}

}  // namespace

absl::StatusOr<Socket> CreateServer(const Address& address,
                                    const CreateServerOptions& options) {
  absl::Status status = CheckOptions(options);
  if (!status.ok()) return status;
  // Errors of Bind and of Resolve name the address themselves. Those of the
  // other steps do not, so add it.
  const auto in_context = [&address](const absl::Status& step) {
    return internal::InContext(Operation::kCreateServer, address.ToString(),
                               step);
  };

  absl::StatusOr<Socket> socket =
      Socket::Create(options.family, kSockStream, 0, options.platform);
  if (!socket.ok()) return in_context(socket.status());
  status = socket->SetCancellation(options.cancellation);
  if (!status.ok()) return in_context(status);
  const absl::StatusOr<SocketAddress> resolved =
      internal::Resolve({*socket->platform(), options.family, Operation::kBind,
                         socket->cancellation()},
                        internal::WithAnyHost(address, options.family),
                        internal::ResolveTimeout(socket->GetTimeout()));
  if (!resolved.ok()) return resolved.status();
  if ((options.dualstack_ipv6 || resolved->IsIpv4Mapped()) &&
      !CarryIpv4(*socket).ok()) {
    // Systems report this with different errors.
    return internal::PlatformError(*socket->platform(),
                                   Operation::kCreateServer, ErrorDomain::kOs,
                                   kNotSupportedError, address.ToString());
  }
  status = socket->SetAddressReuse(options.reuse);
  if (!status.ok()) return in_context(status);
  status = socket->Bind(*resolved);
  if (!status.ok()) return status;
  status = socket->Listen(options.backlog);
  if (!status.ok()) return in_context(status);
  return socket;
}

bool HasDualstackIpv6(Platform* platform) {
  absl::StatusOr<Socket> socket =
      Socket::Create(kAfInet6, kSockStream, 0, platform);
  return socket.ok() && CarryIpv4(*socket).ok();
}

}  // namespace mortise
