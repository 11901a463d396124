// Making, ending and configuring a socket. socket_connection.cc has what leads
// to a connection, and socket_io.cc what sends and receives.

#include "mortise/core/socket.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/buffer.h"
#include "mortise/core/cancellation.h"
#include "mortise/core/internal/cancellation_state.h"
#include "mortise/core/internal/check_duration.h"
#include "mortise/core/internal/check_handle.h"
#include "mortise/core/internal/default_timeout.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/or_default.h"
#include "mortise/core/internal/waiter.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/plain_socket_type.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace {

using internal::ArgumentError;
using internal::ClosedError;
using internal::Operation;
using internal::OrDefault;
using internal::OsError;

// The bytes of an int option, as the OS wants them.
absl::Span<const char> BytesOf(const int& value) {
  return absl::Span<const char>(reinterpret_cast<const char*>(&value),
                                sizeof(value));
}

// `argument` is what says the size of `value`.
absl::Status SetOption(Socket& socket, int level, int optname,
                       absl::string_view argument,
                       absl::Span<const char> value) {
  if (!socket.is_open()) return ClosedError(Operation::kSetSockOpt);
  constexpr std::size_t kMost = std::numeric_limits<std::int32_t>::max();
  if (value.size() > kMost) {
    return ArgumentError(
        absl::StatusCode::kOutOfRange, Operation::kSetSockOpt, argument,
        absl::StrCat(value.size(), " bytes are more than ", kMost));
  }
  Platform& platform = *socket.platform();
  const SysResult<void> set = platform.sockets().SetSockOpt(
      socket.native_handle(), level, optname, value);
  if (!set.ok()) return OsError(platform, Operation::kSetSockOpt, set.error);
  return absl::OkStatus();
}

// OK if a socket can remember what the caller says that a descriptor is.
absl::Status CheckKind(Operation operation, AddressFamily family, int type) {
  const struct {
    absl::string_view argument;
    int value;
    int most;
  } kinds[] = {
      {"family", family.value(), std::numeric_limits<std::int16_t>::max()},
      {"type", type, std::numeric_limits<std::uint8_t>::max()}};
  for (const auto& kind : kinds) {
    if (kind.value < 0 || kind.value > kind.most) {
      return ArgumentError(
          absl::StatusCode::kOutOfRange, operation, kind.argument,
          absl::StrCat(kind.value, " is not in 0 to ", kind.most));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<SocketDescription> DescribeHandle(Operation operation,
                                                 NativeHandle fd,
                                                 const Platform& platform) {
  absl::Status valid =
      internal::CheckHandle(platform.sockets(), operation, "fd", fd);
  if (!valid.ok()) return valid;
  const SysResult<SocketDescription> description =
      platform.sockets().Describe(fd);
  if (!description.ok()) {
    return OsError(platform, operation, description.error);
  }
  return description.value;
}

bool IsListener(const Socket& socket) {
  const absl::StatusOr<int> listens =
      socket.GetSockOpt(kSolSocket, kSoAcceptconn);
  return listens.ok() && *listens != 0;
}

// As Socket stores it. More than 292 years are infinite, and what is not a
// whole number is rounded up, so that no timeout becomes zero.
std::int64_t ToNanoseconds(absl::Duration timeout) {
  return absl::ToInt64Nanoseconds(absl::Ceil(timeout, absl::Nanoseconds(1)));
}

// Whether a blocking socket with that cancellation needs a non-blocking
// descriptor, because the system has no flag against waiting that all calls
// heed.
bool NeedsMode(const Platform& platform,
               const internal::CancellationState* cancellation) {
  return cancellation != nullptr &&
         !platform.facts().wait_flags.keep_all_from_waiting();
}

std::string Describe(AddressFamily family, SocketType type, Protocol protocol) {
  std::string text = absl::StrCat(family.ToString(), " ", type.ToString());
  if (protocol.value() != 0) absl::StrAppend(&text, " ", protocol.ToString());
  return text;
}

}  // namespace

static_assert(sizeof(Socket) <= 48, "a Socket is a small value");

absl::StatusOr<Socket> Socket::Create(AddressFamily family, SocketType type,
                                      Protocol protocol, Platform* platform) {
  Platform& os = OrDefault(platform);
  const PlainSocketType plain = SplitSocketType(type.value());
  const SysResult<NativeHandle> handle =
      os.sockets().Socket(family.value(), plain.type, protocol.value());
  if (!handle.ok()) {
    return OsError(os, Operation::kSocket, handle.error,
                   Describe(family, plain.type, protocol));
  }
  Socket socket(&os, handle.value, family, plain.type, protocol);
  // Linux and Windows start out differently, and BSD has settings for it. Raw
  // sockets carry IPv6 alone in any case, and Linux refuses them the option.
  if (family == kAfInet6 && plain.type != kSockRaw) {
    absl::Status only = socket.SetSockOpt(kIpprotoIpv6, kIpv6V6only, 1);
    if (!only.ok()) return only;
  }
  absl::Status set = plain.non_blocking
                         ? socket.SetBlocking(false)
                         : internal::ApplyDefaultTimeout(&socket);
  if (!set.ok()) return set;
  return socket;
}

absl::StatusOr<Socket> Socket::FromFd(NativeHandle fd, Platform* platform) {
  const absl::StatusOr<SocketDescription> is =
      DescribeHandle(Operation::kDup, fd, OrDefault(platform));
  if (!is.ok()) return is.status();
  return FromFd(fd, is->family, is->type, is->protocol, platform);
}

absl::StatusOr<Socket> Socket::FromFd(NativeHandle fd, AddressFamily family,
                                      SocketType type, Protocol protocol,
                                      Platform* platform) {
  Platform& os = OrDefault(platform);
  absl::Status valid =
      internal::CheckHandle(os.sockets(), Operation::kDup, "fd", fd);
  if (!valid.ok()) return valid;
  const int plain_type = SplitSocketType(type.value()).type;
  valid = CheckKind(Operation::kDup, family, plain_type);
  if (!valid.ok()) return valid;
  const SysResult<NativeHandle> copy = os.sockets().Dup(fd);
  if (!copy.ok()) return OsError(os, Operation::kDup, copy.error);
  Socket socket(&os, copy.value, family, plain_type, protocol);
  absl::Status set = internal::ApplyDefaultTimeout(&socket);
  if (!set.ok()) return set;
  return socket;
}

absl::StatusOr<Socket> Socket::Adopt(NativeHandle fd, Platform* platform) {
  const absl::StatusOr<SocketDescription> is =
      DescribeHandle(Operation::kSocket, fd, OrDefault(platform));
  if (!is.ok()) return is.status();
  return Adopt(fd, is->family, is->type, is->protocol, platform);
}

absl::StatusOr<Socket> Socket::Adopt(NativeHandle fd, AddressFamily family,
                                     SocketType type, Protocol protocol,
                                     Platform* platform) {
  Platform& os = OrDefault(platform);
  absl::Status valid =
      internal::CheckHandle(os.sockets(), Operation::kSocket, "fd", fd);
  if (!valid.ok()) return valid;
  const int plain_type = SplitSocketType(type.value()).type;
  valid = CheckKind(Operation::kSocket, family, plain_type);
  if (!valid.ok()) return valid;
  Socket socket(&os, fd, family, plain_type, protocol);
  absl::Status set = internal::ApplyDefaultTimeout(&socket);
  if (set.ok()) return socket;
  (void)socket.Detach();
  return set;
}

absl::StatusOr<Socket> Socket::Dup() const {
  if (!is_open()) return ClosedError(Operation::kDup);
  const SysResult<NativeHandle> handle = platform_->sockets().Dup(handle_);
  if (!handle.ok()) return OsError(*platform_, Operation::kDup, handle.error);
  Socket copy(platform_, handle.value, family_, type_, protocol_);
  // The two share the mode, which is right as it is: to change it, even for a
  // moment, would disturb other threads' calls on this socket.
  copy.timeout_ = timeout_;
  copy.wait_flags_ = wait_flags_;
  copy.extras_.SetCancellation(
      internal::CancellationPointer::Share(cancellation()));
  copy.shut_down_ = shut_down_.load();
  return copy;
}

Socket::Socket(Socket&& other) noexcept { *this = std::move(other); }

Socket& Socket::operator=(Socket&& other) noexcept {
  if (this == &other) return *this;
  if (is_open()) platform_->sockets().Close(Detach());
  platform_ = other.platform_;
  handle_ = std::exchange(other.handle_, NativeHandle());
  timeout_ = other.timeout_;
  wait_flags_ = other.wait_flags_;
  extras_ = std::move(other.extras_);
  family_ = other.family_;
  type_ = other.type_;
  protocol_ = other.protocol_;
  shut_down_ = other.shut_down_.load();
  return *this;
}

Socket::~Socket() {
  if (is_open()) platform_->sockets().Close(Detach());
}

absl::Status Socket::Close() {
  if (!is_open()) return ClosedError(Operation::kClose);
  const SysResult<void> closed = platform_->sockets().Close(Detach());
  if (closed.ok()) return absl::OkStatus();
  // Both say that the descriptor is gone: a second try could close the one that
  // another thread has just been given.
  const ErrorCode code =
      internal::PortableCode(*platform_, ErrorDomain::kOs, closed.error);
  if (code == ErrorCode::kEconnreset || code == ErrorCode::kEintr) {
    return absl::OkStatus();
  }
  return OsError(*platform_, Operation::kClose, closed.error);
}

NativeHandle Socket::Detach() {
  extras_.LeavePoller(handle_, /*number=*/0);
  extras_.SetCancellation({});
  return std::exchange(handle_, NativeHandle());
}

absl::StatusOr<bool> Socket::GetInheritable() const {
  if (!is_open()) return ClosedError(Operation::kGetInheritable);
  const SysResult<bool> inheritable =
      platform_->sockets().GetInheritable(handle_);
  if (!inheritable.ok()) {
    return OsError(*platform_, Operation::kGetInheritable, inheritable.error);
  }
  return inheritable.value;
}

absl::Status Socket::SetInheritable(bool inheritable) {
  if (!is_open()) return ClosedError(Operation::kSetInheritable);
  const SysResult<void> set =
      platform_->sockets().SetInheritable(handle_, inheritable);
  if (!set.ok()) {
    return OsError(*platform_, Operation::kSetInheritable, set.error);
  }
  return absl::OkStatus();
}

absl::Status Socket::SetAddressReuse(AddressReuse reuse) {
  if (!is_open()) return ClosedError(Operation::kSetSockOpt);
  const SysResult<void> set =
      platform_->sockets().SetAddressReuse(handle_, reuse);
  if (!set.ok()) return OsError(*platform_, Operation::kSetSockOpt, set.error);
  return absl::OkStatus();
}

absl::StatusOr<int> Socket::GetSockOpt(int level, int optname) const {
  if (!is_open()) return ClosedError(Operation::kGetSockOpt);
  int value = 0;
  const SysResult<std::size_t> filled = platform_->sockets().GetSockOpt(
      handle_, level, optname,
      absl::Span<char>(reinterpret_cast<char*>(&value), sizeof(value)));
  if (!filled.ok()) {
    return OsError(*platform_, Operation::kGetSockOpt, filled.error);
  }
  // The first byte is the value; on a big-endian machine not the lowest one.
  if (filled.value == 1) {
    return static_cast<int>(*reinterpret_cast<const unsigned char*>(&value));
  }
  return value;
}

absl::StatusOr<std::string> Socket::GetSockOpt(int level, int optname,
                                               std::size_t buflen) const {
  if (!is_open()) return ClosedError(Operation::kGetSockOpt);
  if (buflen < 1 || buflen > kMaxOptionSize) {
    return ArgumentError(
        absl::StatusCode::kOutOfRange, Operation::kGetSockOpt, "buflen",
        absl::StrCat(buflen, " is not in 1 to ", kMaxOptionSize));
  }
  // Zeroed, as not every system counts what it has filled truthfully.
  char buffer[kMaxOptionSize] = {};
  const SysResult<std::size_t> filled = platform_->sockets().GetSockOpt(
      handle_, level, optname, absl::Span<char>(buffer, buflen));
  if (!filled.ok()) {
    return OsError(*platform_, Operation::kGetSockOpt, filled.error);
  }
  return std::string(buffer, std::min(filled.value, buflen));
}

absl::Status Socket::SetSockOpt(int level, int optname, int value) {
  return SetOption(*this, level, optname, "value", BytesOf(value));
}

absl::Status Socket::SetSockOpt(int level, int optname, ConstBuffer value) {
  return SetOption(*this, level, optname, "value", value);
}

absl::Status Socket::SetSockOpt(int level, int optname, std::nullptr_t,
                                std::size_t optlen) {
  return SetOption(
      *this, level, optname, "optlen",
      absl::Span<const char>(static_cast<const char*>(nullptr), optlen));
}

absl::Status Socket::SetBlocking(bool flag) {
  return SetTimeout(flag ? absl::InfiniteDuration() : absl::ZeroDuration());
}

absl::Status Socket::SetTimeout(absl::Duration timeout) {
  if (!is_open()) return ClosedError(Operation::kSetTimeout);
  absl::Status valid =
      internal::CheckNotNegative(Operation::kSetTimeout, "timeout", timeout);
  if (!valid.ok()) return valid;
  const std::int64_t nanoseconds = ToNanoseconds(timeout);
  // What keeps a call of another thread from waiting, where it has no flag.
  const bool blocking =
      nanoseconds == kInfinite && !NeedsMode(*platform_, cancellation());
  const SysResult<void> set =
      platform_->sockets().SetBlocking(handle_, blocking);
  if (!set.ok()) return OsError(*platform_, Operation::kSetTimeout, set.error);
  timeout_ = nanoseconds;
  SetWaitFlags();
  return absl::OkStatus();
}

absl::Status Socket::SetCancellation(
    const std::optional<Cancellation>& cancellation) {
  if (!is_open()) return ClosedError(Operation::kSetCancellation);
  internal::CancellationPointer wanted;
  if (cancellation.has_value()) wanted = cancellation->state();
  // Accept may have made the descriptor non-blocking for the token, too. Where
  // a token needs that, it stays so: a duplicate may have a token.
  const bool taken_away =
      wanted.get() == nullptr && this->cancellation() != nullptr;
  const bool blocking = !NeedsMode(*platform_, wanted.get());
  if (timeout_ == kInfinite &&
      (!blocking ||
       (taken_away && !NeedsMode(*platform_, this->cancellation())))) {
    const SysResult<void> set =
        platform_->sockets().SetBlocking(handle_, blocking);
    if (!set.ok()) {
      return OsError(*platform_, Operation::kSetCancellation, set.error);
    }
  }
  extras_.SetCancellation(std::move(wanted));
  SetWaitFlags();
  return absl::OkStatus();
}

std::optional<Cancellation> Socket::GetCancellation() const {
  return Cancellation::Of(cancellation());
}

void Socket::SetWaitFlags() {
  const bool may_wait_inside =
      timeout_ == kInfinite && cancellation() == nullptr;
  wait_flags_ = may_wait_inside ? 0 : platform_->facts().wait_flags.do_not_wait;
}

absl::Status Socket::Shutdown(ShutdownHow how) {
  if (!is_open()) return ClosedError(Operation::kShutdown);
  const bool system_wakes_accept =
      internal::SystemWakesAccept(*platform_, family_);
  const SysResult<void> done = platform_->sockets().Shutdown(handle_, how);
  if (!system_wakes_accept && IsListener(*this)) {
    // Whatever the system says: no error of it would end Accept.
    if (how != ShutdownHow::kWrite) shut_down_ = true;
  } else if (!done.ok()) {
    return internal::CallError(
        {*platform_, handle_, family_, GetTimeout(), cancellation(),
         Operation::kShutdown, WaitEvents::kWritable},
        done.error);
  }
  internal::WakeWaits(*platform_, handle_, family_);
  return absl::OkStatus();
}

// What may make sockets of two handles and whatever the caller said.
class PairOfSockets {
 public:
  static std::pair<Socket, Socket> Make(Platform* platform, HandlePair handles,
                                        AddressFamily family, SocketType type,
                                        Protocol protocol) {
    return {Socket(platform, handles.first, family, type, protocol),
            Socket(platform, handles.second, family, type, protocol)};
  }
};

absl::StatusOr<std::pair<Socket, Socket>> SocketPair(AddressFamily family,
                                                     SocketType type,
                                                     Protocol protocol,
                                                     Platform* platform) {
  Platform& os = OrDefault(platform);
  if (family == kAfUnspec) family = os.facts().pair_family;
  const PlainSocketType plain = SplitSocketType(type.value());
  const SysResult<HandlePair> handles =
      os.sockets().SocketPair(family.value(), plain.type, protocol.value());
  if (!handles.ok()) {
    return OsError(os, Operation::kSocketPair, handles.error,
                   Describe(family, plain.type, protocol));
  }
  std::pair<Socket, Socket> pair =
      PairOfSockets::Make(&os, handles.value, family, plain.type, protocol);
  for (Socket* socket : {&pair.first, &pair.second}) {
    absl::Status set = plain.non_blocking
                           ? socket->SetBlocking(false)
                           : internal::ApplyDefaultTimeout(socket);
    if (!set.ok()) return set;
  }
  return pair;
}

}  // namespace mortise
