// What leads to a connection: bind, listen, accept, connect, and whose
// addresses it has then.

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "mortise/core/address.h"
#include "mortise/core/error.h"
#include "mortise/core/internal/deadline.h"
#include "mortise/core/internal/default_timeout.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/resolve.h"
#include "mortise/core/internal/waiter.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace {

using internal::ArgumentError;
using internal::ClosedError;
using internal::Deadline;
using internal::Operation;
using internal::PlatformError;
using internal::WaitingCall;

ErrorCode CodeOf(const Platform& platform, int native) {
  return internal::PortableCode(platform, ErrorDomain::kOs, native);
}

// After so many of them in a row Accept rests before each next one.
constexpr int kMostDead = 128;
constexpr absl::Duration kPauseAfterDead = absl::Milliseconds(1);

// Whether accept(2) spoke of a connection that died in the queue, or of an
// error of the network that was on its way to it. The next connection may be
// alive.
bool IsOfDeadConnection(ErrorCode code) {
  switch (code) {
    case ErrorCode::kEconnaborted:
    case ErrorCode::kEconnreset:
    case ErrorCode::kEproto:
    case ErrorCode::kEnoprotoopt:
    case ErrorCode::kEnetdown:
    case ErrorCode::kEnetunreach:
    case ErrorCode::kEhostdown:
    case ErrorCode::kEhostunreach:
    case ErrorCode::kEnonet:
      return true;
    default:
      return false;
  }
}

// The three below return what connect(2) came to, 0 for success, or the error
// of a timeout or of a wait that failed.

// Waits for an attempt that goes on by itself.
absl::StatusOr<int> AwaitConnection(const WaitingCall& call,
                                    const Deadline& deadline) {
  if (call.timeout == absl::ZeroDuration()) {
    return call.platform.facts().errors.Native(ErrorCode::kEinprogress);
  }
  absl::Status waited = internal::WaitUntil(call, deadline);
  if (!waited.ok()) return waited;
  const SysResult<int> pending = call.platform.sockets().TakeError(call.handle);
  return pending.ok() ? pending.value : pending.error;
}

// Whether the descriptor is known to be non-blocking, as that of a socket with
// a timeout is unless somebody else has changed it.
bool IsKeptFromWaiting(const WaitingCall& call) {
  const SysResult<bool> non_blocking =
      call.platform.sockets().IsNonBlocking(call.handle);
  return non_blocking.ok() && non_blocking.value;
}

// To be called before each accept(2), which cannot be told not to wait. Ensures
// that it does not wait for longer than the timeout, nor where a Shutdown or a
// Cancel in another thread could not wake it.
absl::Status BeforeAccept(const WaitingCall& call, const Deadline& deadline) {
  const bool can_be_woken =
      call.cancellation == nullptr &&
      internal::SystemWakesAccept(call.platform, call.family);
  if (can_be_woken && call.may_wait_inside()) return absl::OkStatus();
  if (IsKeptFromWaiting(call)) return absl::OkStatus();
  if (!can_be_woken &&
      call.platform.sockets().SetBlocking(call.handle, false).ok()) {
    return absl::OkStatus();
  }
  return internal::WaitFirst(call, deadline);
}

// What the system says of a listener that has been shut down. POSIX, accept():
// "The socket is not accepting connections."
absl::Status NotAccepting(const Platform& platform) {
  return PlatformError(platform, Operation::kAccept, ErrorDomain::kOs,
                       platform.facts().errors.Native(ErrorCode::kEinval));
}

// connect(2) cannot be told not to wait. If somebody else has made the
// descriptor of a socket with a timeout blocking, it is made non-blocking
// again. That of a blocking socket with a cancellation becomes so, too, and
// stays so until the cancellation is taken away, as after Accept: a duplicate
// in another thread may be connecting or accepting.
SysResult<void> ConnectOnce(const WaitingCall& call) {
  SocketCalls& sockets = call.platform.sockets();
  const bool changes =
      !call.may_wait_inside() && internal::WouldWaitInside(call);
  if (changes) {
    const SysResult<void> set = sockets.SetBlocking(call.handle, false);
    // The call could wait for ever.
    if (!set.ok()) return set;
  }
  return sockets.Connect(call.handle, call.address->raw());
}

// On POSIX, AF_UNIX has no handshake. Where connect(2) fails with EINTR, or on
// a non-blocking socket with EAGAIN because the backlog is full, nothing has
// been started and there is nothing to poll for: it is issued again.
absl::StatusOr<int> ConnectLocally(const WaitingCall& call,
                                   const Deadline& deadline) {
  absl::Duration pause = absl::Milliseconds(1);
  for (;;) {
    const SysResult<void> connected = ConnectOnce(call);
    if (connected.ok()) return 0;
    const ErrorCode code = CodeOf(call.platform, connected.error);
    if (code == ErrorCode::kEintr) continue;
    if (code == ErrorCode::kEinprogress) return AwaitConnection(call, deadline);
    if (code != ErrorCode::kEagain || !internal::MayWait(call)) {
      return connected.error;
    }
    absl::Status waited = internal::PauseUntil(call, pause, deadline);
    if (!waited.ok()) return waited;
    pause = std::min(pause * 2, absl::Milliseconds(20));
  }
}

// Whether the system says that there is a connection.
bool HasPeer(const WaitingCall& call) {
  SockAddr peer;
  return call.platform.sockets().GetPeerName(call.handle, &peer).ok();
}

// Elsewhere an attempt that was interrupted goes on by itself, and a second
// connect(2) would be told so (EALREADY): POSIX, connect(), section "Errors".
// Not every family heeds that. Linux ends an attempt of AF_VSOCK, and leaves no
// error behind, so the attempt is made again unless there is a connection.
absl::StatusOr<int> ConnectRemotely(const WaitingCall& call,
                                    const Deadline& deadline) {
  for (;;) {
    const SysResult<void> connected = ConnectOnce(call);
    if (connected.ok()) return 0;
    const ErrorCode code = CodeOf(call.platform, connected.error);
    if (code == ErrorCode::kEinprogress) {
      // On a blocking socket a time limit of the OS's own has run out:
      // socket(7), SO_SNDTIMEO.
      const bool has_run_out =
          call.may_wait_inside() && !internal::MayWait(call);
      return has_run_out ? connected.error : AwaitConnection(call, deadline);
    }
    if (code != ErrorCode::kEintr) return connected.error;
    const absl::StatusOr<int> ended = AwaitConnection(call, deadline);
    if (!ended.ok() || *ended != 0 || HasPeer(call)) return ended;
  }
}

// connect(2) and all that comes before and after it, for Connect and ConnectEx
// to tell it their way: the system's number, 0 for success.
absl::StatusOr<int> TryConnect(const Socket& socket, const Address& address,
                               SocketAddress* resolved) {
  if (!socket.is_open()) return ClosedError(Operation::kConnect);
  Platform& platform = *socket.platform();
  // Looking the host up and connecting share it.
  const Deadline deadline(platform.clock(),
                          internal::ResolveTimeout(socket.GetTimeout()));
  absl::StatusOr<SocketAddress> found = internal::Resolve(
      {platform, socket.family(), Operation::kConnect, socket.cancellation()},
      address, deadline.Remaining());
  if (!found.ok()) return std::move(found).status();
  *resolved = *found;
  const WaitingCall call = {platform,
                            socket.native_handle(),
                            socket.family(),
                            socket.GetTimeout(),
                            socket.cancellation(),
                            Operation::kConnect,
                            WaitEvents::kConnected,
                            resolved};
  return socket.family() == kAfUnix ? ConnectLocally(call, deadline)
                                    : ConnectRemotely(call, deadline);
}

}  // namespace

absl::Status Socket::Bind(const Address& address) {
  if (!is_open()) return ClosedError(Operation::kBind);
  const absl::StatusOr<SocketAddress> resolved =
      internal::Resolve({*platform_, family_, Operation::kBind, cancellation()},
                        address, internal::ResolveTimeout(GetTimeout()));
  if (!resolved.ok()) return resolved.status();
  const SysResult<void> bound =
      platform_->sockets().Bind(handle_, resolved->raw());
  if (bound.ok()) return absl::OkStatus();
  return PlatformError(*platform_, Operation::kBind, ErrorDomain::kOs,
                       bound.error, resolved->ToString());
}

absl::Status Socket::Listen(int backlog) {
  if (!is_open()) return ClosedError(Operation::kListen);
  if (backlog < 0) {
    return ArgumentError(absl::StatusCode::kOutOfRange, Operation::kListen,
                         "backlog", absl::StrCat(backlog, " is negative"));
  }
  const SysResult<void> listening =
      platform_->sockets().Listen(handle_, backlog);
  if (listening.ok()) {
    shut_down_ = false;
    return absl::OkStatus();
  }
  return PlatformError(*platform_, Operation::kListen, ErrorDomain::kOs,
                       listening.error);
}

absl::StatusOr<AcceptResult> Socket::Accept() {
  if (!is_open()) return ClosedError(Operation::kAccept);
  const WaitingCall call = {
      *platform_,           handle_,        family_,
      GetTimeout(),         cancellation(), Operation::kAccept,
      WaitEvents::kReadable};
  const Deadline deadline(platform_->clock(), call.timeout);
  internal::Waiter waiter(deadline);
  int dead = 0;
  for (;;) {
    if (shut_down_) return NotAccepting(*platform_);
    // Also after a connection that was dead: there may be no other.
    absl::Status status = BeforeAccept(call, deadline);
    if (!status.ok()) return status;
    SockAddr peer;
    const SysResult<NativeHandle> accepted =
        platform_->sockets().Accept(handle_, &peer);
    if (accepted.ok()) {
      AcceptResult result = {
          Socket(platform_, accepted.value, family_, type_, protocol_),
          SocketAddress(peer)};
      absl::Status set = internal::ApplyDefaultTimeout(&result.socket);
      if (!set.ok()) return set;
      return result;
    }
    if (IsOfDeadConnection(CodeOf(*platform_, accepted.error))) {
      ++dead;
      if (call.timeout == absl::ZeroDuration()) continue;
      if (deadline.Remaining() <= absl::ZeroDuration()) {
        return internal::TimeoutError(Operation::kAccept);
      }
      // So many in a row are no connections: a network that is down says so
      // every time, as macOS does of a listener that is shut down.
      if (dead > kMostDead) {
        status = internal::PauseUntil(call, kPauseAfterDead, deadline);
        if (!status.ok()) return status;
      }
      continue;
    }
    dead = 0;
    status = waiter.AfterFailure(call, accepted.error);
    if (!status.ok()) return status;
    if (waiter.receiving_has_ended()) return NotAccepting(*platform_);
  }
}

absl::Status Socket::Connect(const Address& address) {
  SocketAddress resolved;
  const absl::StatusOr<int> native = TryConnect(*this, address, &resolved);
  if (!native.ok()) return native.status();
  if (*native == 0) return absl::OkStatus();
  return PlatformError(*platform_, Operation::kConnect, ErrorDomain::kOs,
                       *native, resolved.ToString());
}

absl::StatusOr<int> Socket::ConnectEx(const Address& address) {
  SocketAddress resolved;
  absl::StatusOr<int> native = TryConnect(*this, address, &resolved);
  if (!native.ok() && IsTimeout(native.status())) {
    return platform_->facts().errors.Native(ErrorCode::kEagain);
  }
  return native;
}

absl::Status Socket::Disconnect() {
  if (!is_open()) return ClosedError(Operation::kDisconnect);
  // Linux would reset a stream.
  if (type_ == kSockStream || type_ == kSockSeqpacket) {
    return ArgumentError(absl::StatusCode::kInvalidArgument,
                         Operation::kDisconnect, "socket",
                         "has a connection, which Close or Shutdown ends; only "
                         "datagram sockets have a peer that can be taken back");
  }
  const SysResult<void> done = platform_->sockets().Disconnect(handle_);
  if (done.ok()) return absl::OkStatus();
  return PlatformError(*platform_, Operation::kDisconnect, ErrorDomain::kOs,
                       done.error);
}

absl::Status Socket::TakeError() {
  if (!is_open()) return ClosedError(Operation::kTakeError);
  const SysResult<int> pending = platform_->sockets().TakeError(handle_);
  // The question can fail too; its number means the same.
  const int native = pending.ok() ? pending.value : pending.error;
  if (native == 0) return absl::OkStatus();
  return PlatformError(*platform_, Operation::kTakeError, ErrorDomain::kOs,
                       native);
}

absl::StatusOr<SocketAddress> Socket::GetPeerName() const {
  if (!is_open()) return ClosedError(Operation::kGetPeerName);
  SocketAddress address;
  const SysResult<void> got =
      platform_->sockets().GetPeerName(handle_, address.mutable_raw());
  if (got.ok()) return address;
  return PlatformError(*platform_, Operation::kGetPeerName, ErrorDomain::kOs,
                       got.error);
}

absl::StatusOr<SocketAddress> Socket::GetSockName() const {
  if (!is_open()) return ClosedError(Operation::kGetSockName);
  SocketAddress address;
  const SysResult<void> got =
      platform_->sockets().GetSockName(handle_, address.mutable_raw());
  if (got.ok()) return address;
  return PlatformError(*platform_, Operation::kGetSockName, ErrorDomain::kOs,
                       got.error);
}

}  // namespace mortise
