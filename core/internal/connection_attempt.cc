#include "mortise/core/internal/connection_attempt.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "mortise/core/addr_info.h"
#include "mortise/core/address.h"
#include "mortise/core/error.h"
#include "mortise/core/internal/any_host.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/overloaded.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace internal {
namespace {

// Whether `source` leaves the port of an IP address to the system.
bool HasNoPort(const Address& source) {
  return source.Visit(Overloaded{
      [](const HostPort& host_port) { return host_port.port == 0; },
      [](const SocketAddress& address) {
        return (address.family() == kAfInet || address.family() == kAfInet6) &&
               address.port() == 0;
      },
      [](const auto&) { return false; }});
}

absl::Status BindSource(const AttemptOptions& options, absl::Duration patience,
                        Socket& socket) {
  if (!options.source_address.has_value()) return absl::OkStatus();
  // The source may be a name that has to be looked up. It gets more than zero,
  // because a zero timeout would let it take for ever.
  absl::Status status =
      socket.SetTimeout(std::max(patience, absl::Nanoseconds(1)));
  if (status.ok() && options.source_reuse != AddressReuse::kExclusive) {
    status = socket.SetAddressReuse(options.source_reuse);
  }
  if (!status.ok()) return status;
  // Without this, each connection would use up a port of the source address. An
  // error is ignored: a system that lacks the option can only do that.
  if (socket.type() == kSockStream && HasNoPort(*options.source_address)) {
    options.platform.sockets().DeferPort(socket.native_handle());
  }
  return socket.Bind(WithAnyHost(*options.source_address, socket.family()));
}

absl::StatusOr<Socket> MakeSocket(const AttemptOptions& options,
                                  const AddrInfo& info,
                                  absl::Duration patience) {
  absl::StatusOr<Socket> socket =
      Socket::Create(info.family, info.type, info.protocol, &options.platform);
  if (!socket.ok()) return socket;
  absl::Status status = socket->SetCancellation(options.cancellation);
  // Linux refuses the option for raw sockets.
  if (status.ok() && info.type != kSockRaw && info.address.IsIpv4Mapped()) {
    status = socket->SetSockOpt(kIpprotoIpv6, kIpv6V6only, 0);
  }
  if (status.ok()) status = BindSource(options, patience, *socket);
  if (status.ok()) status = socket->SetBlocking(false);
  if (!status.ok()) return status;
  return socket;
}

// Fails with ECONNREFUSED if the socket has met itself. The system may give a
// client the very port of this machine to which it connects, where nobody
// listens. TCP then takes the client's own SYN for that of a peer that connects
// at the same time (RFC 9293, section 3.5).
absl::Status CheckPeer(const Socket& socket, const AddrInfo& info) {
  if (info.type != kSockStream ||
      (info.family != kAfInet && info.family != kAfInet6)) {
    return absl::OkStatus();
  }
  const absl::StatusOr<SocketAddress> name = socket.GetSockName();
  if (!name.ok() || name->port() != info.address.port()) {
    return absl::OkStatus();
  }
  const absl::StatusOr<SocketAddress> peer = socket.GetPeerName();
  if (!peer.ok() || *peer != *name) return absl::OkStatus();
  const Platform& platform = *socket.platform();
  return OsError(platform, Operation::kConnect,
                 platform.facts().errors.Native(ErrorCode::kEconnrefused),
                 info.address.ToString());
}

}  // namespace

absl::Status AttemptError(const AddrInfo& info, const absl::Status& step) {
  return InContext(Operation::kCreateConnection, info.address.ToString(), step);
}

absl::Status BeginAttempt(const AttemptOptions& options, const AddrInfo& info,
                          absl::Duration patience,
                          std::optional<Socket>* socket) {
  absl::StatusOr<Socket> made = MakeSocket(options, info, patience);
  if (!made.ok()) return AttemptError(info, made.status());
  absl::Status status = made->Connect(info.address);
  if (status.ok()) status = CheckPeer(*made, info);
  if (status.ok() || IsInProgress(status)) *socket = *std::move(made);
  return status;
}

absl::Status EndAttempt(Socket& socket, const AddrInfo& info) {
  const Platform& platform = *socket.platform();
  const SysResult<int> pending =
      platform.sockets().TakeError(socket.native_handle());
  const int error = pending.ok() ? pending.value : pending.error;
  if (error == 0) return CheckPeer(socket, info);
  return OsError(platform, Operation::kConnect, error, info.address.ToString());
}

}  // namespace internal
}  // namespace mortise
