#include "mortise/platform/posix/sockets.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>

#include "absl/base/attributes.h"
#include "absl/base/optimization.h"
#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/ip_codec.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/posix/get_option.h"
#include "mortise/platform/posix/new_descriptor.h"
#include "mortise/platform/posix/sock_addr_codec.h"
#include "mortise/platform/posix/system_call.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {
namespace {

SysResult<int> GetIntOption(int fd, int name) {
  int value = 0;
  socklen_t size = sizeof(value);
  if (getsockopt(fd, SOL_SOCKET, name, &value, &size) == -1) return {0, errno};
  return {value, 0};
}

SysResult<void> SetIntOption(int fd, int name, int value) {
  return DoneOrErrno(setsockopt(fd, SOL_SOCKET, name, &value, sizeof(value)));
}

// `call` is getsockname or getpeername.
template <typename Call>
SysResult<void> GetName(Call call, NativeHandle handle, SockAddr* address) {
  NativeAddress native;
  if (call(Fd(handle), native.get(), &native.length) == -1) return {errno};
  DecodeSockAddr(native, address);
  return {};
}

// The rare cases of SendTo and RecvFrom. They are out of line, because a call
// in the middle of a function makes all of the function save registers.

ABSL_ATTRIBUTE_NOINLINE SysResult<std::size_t> SendToOther(
    NativeHandle handle, absl::Span<const char> data, int flags,
    const SockAddr& to) {
  NativeAddress native;
  if (const int unfit = EncodeSockAddr(to, &native)) return {0, unfit};
  return SizeOrErrno(sendto(Fd(handle), data.data(), data.size(),
                            flags | MSG_NOSIGNAL, native.get(), native.length));
}

ABSL_ATTRIBUTE_NOINLINE SysResult<std::size_t> DecodeAndReturn(
    ssize_t size, const NativeAddress& native, SockAddr* from) {
  DecodeSockAddr(native, from);
  return SizeOrErrno(size);
}

}  // namespace

bool Sockets::IsHandle(NativeHandle handle) const {
  return IsDescriptor(handle);
}

SysResult<NativeHandle> Sockets::Socket(int family, int type, int protocol) {
  return NewSocket(family, type, protocol);
}

SysResult<HandlePair> Sockets::SocketPair(int family, int type, int protocol) {
  return NewSocketPair(family, type, protocol);
}

SysResult<NativeHandle> Sockets::Dup(NativeHandle handle) {
  return NewDuplicate(Fd(handle));
}

SysResult<void> Sockets::Close(NativeHandle handle) {
  return DoneOrErrno(close(Fd(handle)));
}

SysResult<void> Sockets::DeferPort(NativeHandle handle) {
#ifdef IP_BIND_ADDRESS_NO_PORT
  // IPv6 has the same option.
  const int on = 1;
  return DoneOrErrno(setsockopt(Fd(handle), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT,
                                &on, sizeof(on)));
#else
  return SocketCalls::DeferPort(handle);
#endif
}

SysResult<void> Sockets::Bind(NativeHandle handle, const SockAddr& address) {
  NativeAddress native;
  if (const int unfit = EncodeSockAddr(address, &native)) return {unfit};
  return DoneOrErrno(bind(Fd(handle), native.get(), native.length));
}

SysResult<void> Sockets::Listen(NativeHandle handle, int backlog) {
  return DoneOrErrno(listen(Fd(handle), backlog));
}

SysResult<NativeHandle> Sockets::Accept(NativeHandle handle, SockAddr* peer) {
  NativeAddress native;
  const SysResult<NativeHandle> accepted = NewAccepted(Fd(handle), &native);
  if (accepted.ok()) DecodeSockAddr(native, peer);
  return accepted;
}

SysResult<void> Sockets::Connect(NativeHandle handle, const SockAddr& address) {
  NativeAddress native;
  if (const int unfit = EncodeSockAddr(address, &native)) return {unfit};
  return DoneOrErrno(connect(Fd(handle), native.get(), native.length));
}

SysResult<void> Sockets::Disconnect(NativeHandle handle) {
  NativeAddress none;
  none.base = {};
  none.base.sa_family = AF_UNSPEC;
  none.SetLength(sizeof(none.base));
  const SysResult<void> result =
      DoneOrErrno(connect(Fd(handle), none.get(), none.length));
  // macOS and the BSDs take away the peer, and then fail because they find
  // nothing to connect to.
  if (result.error == EAFNOSUPPORT || result.error == EINVAL) {
    SockAddr peer;
    if (GetPeerName(handle, &peer).error == ENOTCONN) return {};
  }
  return result;
}

SysResult<int> Sockets::TakeError(NativeHandle handle) {
  return GetIntOption(Fd(handle), SO_ERROR);
}

SysResult<void> Sockets::Shutdown(NativeHandle handle, ShutdownHow how) {
  static_assert(static_cast<int>(ShutdownHow::kRead) == SHUT_RD &&
                static_cast<int>(ShutdownHow::kWrite) == SHUT_WR &&
                static_cast<int>(ShutdownHow::kBoth) == SHUT_RDWR);
  return DoneOrErrno(shutdown(Fd(handle), static_cast<int>(how)));
}

SysResult<std::size_t> Sockets::Recv(NativeHandle handle,
                                     absl::Span<char> buffer, int flags) {
  return SizeOrErrno(recv(Fd(handle), buffer.data(), buffer.size(), flags));
}

SysResult<std::size_t> Sockets::RecvFrom(NativeHandle handle,
                                         absl::Span<char> buffer, int flags,
                                         SockAddr* from) {
  NativeAddress native;
  const ssize_t size = recvfrom(Fd(handle), buffer.data(), buffer.size(), flags,
                                native.get(), &native.length);
  if (size == -1) return {0, errno};
  if (ABSL_PREDICT_TRUE(internal::DecodeIp(native, from)))
    return SizeOrErrno(size);
  return DecodeAndReturn(size, native, from);
}

SysResult<std::size_t> Sockets::Send(NativeHandle handle,
                                     absl::Span<const char> data, int flags) {
  return SizeOrErrno(
      send(Fd(handle), data.data(), data.size(), flags | MSG_NOSIGNAL));
}

SysResult<std::size_t> Sockets::SendTo(NativeHandle handle,
                                       absl::Span<const char> data, int flags,
                                       const SockAddr& to) {
  NativeAddress native;
  if (ABSL_PREDICT_FALSE(!internal::EncodeIp(to, &native))) {
    return SendToOther(handle, data, flags, to);
  }
  return SizeOrErrno(sendto(Fd(handle), data.data(), data.size(),
                            flags | MSG_NOSIGNAL, native.get(), native.length));
}

SysResult<void> Sockets::GetSockName(NativeHandle handle, SockAddr* address) {
  return GetName(getsockname, handle, address);
}

SysResult<void> Sockets::GetPeerName(NativeHandle handle, SockAddr* address) {
  return GetName(getpeername, handle, address);
}

SysResult<std::size_t> Sockets::GetSockOpt(NativeHandle handle, int level,
                                           int name, absl::Span<char> buffer) {
  return GetOption(Fd(handle), level, name, buffer);
}

SysResult<void> Sockets::SetSockOpt(NativeHandle handle, int level, int name,
                                    absl::Span<const char> value) {
  return DoneOrErrno(setsockopt(Fd(handle), level, name, value.data(),
                                static_cast<socklen_t>(value.size())));
}

SysResult<void> Sockets::SetAddressReuse(NativeHandle handle,
                                         AddressReuse reuse) {
  const int fd = Fd(handle);
  const SysResult<int> type = GetIntOption(fd, SO_TYPE);
  if (!type.ok()) return {type.error};
  // Only connections linger. On a datagram socket SO_REUSEADDR means sharing,
  // on Linux even without SO_REUSEPORT.
  const bool share = reuse == AddressReuse::kShare;
  const bool reuse_address = share || (reuse == AddressReuse::kAfterClose &&
                                       type.value == SOCK_STREAM);
#ifdef SO_REUSEPORT
  // Set only if that changes something, because AF_UNIX refuses the option.
  const SysResult<int> shared = GetIntOption(fd, SO_REUSEPORT);
  if (share || (shared.ok() && shared.value != 0)) {
    const SysResult<void> set = SetIntOption(fd, SO_REUSEPORT, share ? 1 : 0);
    if (!set.ok()) return set;
  }
#endif
  return SetIntOption(fd, SO_REUSEADDR, reuse_address ? 1 : 0);
}

SysResult<void> Sockets::SetBlocking(NativeHandle handle, bool blocking) {
  // This is one call, whereas fcntl(2) needs two.
  int non_blocking = blocking ? 0 : 1;
  return DoneOrErrno(ioctl(Fd(handle), FIONBIO, &non_blocking));
}

#ifdef POLLRDHUP
SysResult<bool> Sockets::HasReceivingEnded(NativeHandle handle) {
  pollfd entry = {Fd(handle), POLLRDHUP, 0};
  if (poll(&entry, 1, 0) == -1) return {false, errno};
  return {(entry.revents & POLLRDHUP) != 0, 0};
}
#else
SysResult<bool> Sockets::HasReceivingEnded(NativeHandle handle) {
  return SocketCalls::HasReceivingEnded(handle);
}
#endif

SysResult<std::uint64_t> Sockets::Identity(NativeHandle handle) {
  struct stat status;
  if (fstat(Fd(handle), &status) == -1) return {0, errno};
  // By reading, macOS numbers no sockets but those of AF_UNIX.
  if (status.st_ino == 0) return SocketCalls::Identity(handle);
  return {status.st_ino, 0};
}

SysResult<bool> Sockets::IsNonBlocking(NativeHandle handle) {
  const int flags = fcntl(Fd(handle), F_GETFL);
  if (flags == -1) return {false, errno};
  return {(flags & O_NONBLOCK) != 0, 0};
}

}  // namespace posix
}  // namespace mortise
