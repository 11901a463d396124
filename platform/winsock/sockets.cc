#include "mortise/platform/winsock/sockets.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/ip_codec.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/winsock/new_descriptor.h"
#include "mortise/platform/winsock/os_headers.h"
#include "mortise/platform/winsock/sock_addr_codec.h"
#include "mortise/platform/winsock/system_call.h"

namespace mortise {
namespace winsock {
namespace {

SysResult<int> GetIntOption(SOCKET socket, int name) {
  int value = 0;
  int size = sizeof(value);
  if (getsockopt(socket, SOL_SOCKET, name, reinterpret_cast<char*>(&value),
                 &size) == SOCKET_ERROR) {
    return {0, WSAGetLastError()};
  }
  return {value, 0};
}

SysResult<void> SetIntOption(SOCKET socket, int name, int value) {
  return DoneOrError(setsockopt(socket, SOL_SOCKET, name,
                                reinterpret_cast<const char*>(&value),
                                sizeof(value)));
}

// `call` is getsockname or getpeername.
SysResult<void> GetName(int(WSAAPI* call)(SOCKET, sockaddr*, int*),
                        NativeHandle handle, SockAddr* address) {
  NativeAddress native;
  if (call(AsSocket(handle), native.get(), &native.length) == SOCKET_ERROR) {
    return {WSAGetLastError()};
  }
  DecodeSockAddr(native, address);
  return {};
}

// Converts the result of a receive. Two errors of Winsock are successes here.
SysResult<std::size_t> Received(int result, absl::Span<char> buffer) {
  if (result != SOCKET_ERROR) return {static_cast<std::size_t>(result), 0};
  switch (const int error = WSAGetLastError()) {
    // The datagram was longer, and the buffer is full of its beginning.
    case WSAEMSGSIZE:
      return {static_cast<std::size_t>(CutLength(buffer.size())), 0};
    // This side has shut down its receiving half, which is an end like any
    // other.
    case WSAESHUTDOWN:
      return {0, 0};
    default:
      return {0, error};
  }
}

// Winsock rejects null buffers, even those of length 0.
char* Place(absl::Span<char> buffer, char* nowhere) {
  return buffer.data() != nullptr ? buffer.data() : nowhere;
}

const char* Place(absl::Span<const char> data) {
  return data.data() != nullptr ? data.data() : "";
}

}  // namespace

bool Sockets::IsHandle(NativeHandle handle) const {
  return AsSocket(handle) != INVALID_SOCKET;
}

SysResult<NativeHandle> Sockets::Socket(int family, int type, int protocol) {
  return NewSocket(family, type, protocol);
}

SysResult<HandlePair> Sockets::SocketPair(int family, int type, int protocol) {
  return NewSocketPair(family, type, protocol);
}

SysResult<NativeHandle> Sockets::Dup(NativeHandle handle) {
  return NewDuplicate(AsSocket(handle));
}

SysResult<void> Sockets::Close(NativeHandle handle) {
  const SOCKET socket = AsSocket(handle);
  int result = closesocket(socket);
  // closesocket does not wait on a non-blocking socket with a linger time. It
  // fails, and the socket stays open.
  if (result == SOCKET_ERROR && WSAGetLastError() == WSAEWOULDBLOCK) {
    SetBlocking(handle, true);
    result = closesocket(socket);
  }
  return DoneOrError(result);
}

SysResult<void> Sockets::Bind(NativeHandle handle, const SockAddr& address) {
  const SOCKET socket = AsSocket(handle);
  NativeAddress native;
  if (const int unfit = EncodeSockAddr(address, &native)) return {unfit};
  if (native.family() == AF_INET || native.family() == AF_INET6) {
    // If an address was not taken exclusively, any program can take it away
    // with SO_REUSEADDR. A caller that has set SO_REUSEADDR itself wants to
    // share.
    const SysResult<int> shared = GetIntOption(socket, SO_REUSEADDR);
    if (shared.ok() && shared.value == 0) {
      const SysResult<void> set = SetIntOption(socket, SO_EXCLUSIVEADDRUSE, 1);
      if (!set.ok()) return set;
    }
  }
  return DoneOrError(bind(socket, native.get(), native.length));
}

SysResult<void> Sockets::Listen(NativeHandle handle, int backlog) {
  return DoneOrError(listen(AsSocket(handle), backlog));
}

SysResult<NativeHandle> Sockets::Accept(NativeHandle handle, SockAddr* peer) {
  NativeAddress native;
  const SysResult<NativeHandle> accepted =
      NewAccepted(AsSocket(handle), &native);
  if (accepted.ok()) DecodeSockAddr(native, peer);
  return accepted;
}

SysResult<void> Sockets::Connect(NativeHandle handle, const SockAddr& address) {
  NativeAddress native;
  if (const int unfit = EncodeSockAddr(address, &native)) return {unfit};
  SysResult<void> connected =
      DoneOrError(connect(AsSocket(handle), native.get(), native.length));
  // Winsock reports with WSAEWOULDBLOCK that the attempt goes on. Its
  // WSAEINPROGRESS means something else.
  if (connected.error == WSAEWOULDBLOCK) connected.error = WSAEINPROGRESS;
  return connected;
}

SysResult<void> Sockets::Disconnect(NativeHandle handle) {
  const SOCKET socket = AsSocket(handle);
  // Zeros in the socket's own family take away the peer. Source: Microsoft's
  // page of connect, section "Remarks".
  NativeAddress none;
  const SysResult<void> named =
      DoneOrError(getsockname(socket, none.get(), &none.length));
  // A socket without an address of its own has no peer.
  if (named.error == WSAEINVAL) return {};
  if (!named.ok()) return named;
  const ADDRESS_FAMILY family = none.base.sa_family;
  std::memset(&none.storage, 0, sizeof(none.storage));
  none.base.sa_family = family;
  return DoneOrError(connect(socket, none.get(), none.length));
}

SysResult<int> Sockets::TakeError(NativeHandle handle) {
  return GetIntOption(AsSocket(handle), SO_ERROR);
}

SysResult<void> Sockets::Shutdown(NativeHandle handle, ShutdownHow how) {
  static_assert(static_cast<int>(ShutdownHow::kRead) == SD_RECEIVE &&
                static_cast<int>(ShutdownHow::kWrite) == SD_SEND &&
                static_cast<int>(ShutdownHow::kBoth) == SD_BOTH);
  return DoneOrError(shutdown(AsSocket(handle), static_cast<int>(how)));
}

SysResult<std::size_t> Sockets::Recv(NativeHandle handle,
                                     absl::Span<char> buffer, int flags) {
  char nowhere;
  return Received(recv(AsSocket(handle), Place(buffer, &nowhere),
                       CutLength(buffer.size()), flags),
                  buffer);
}

SysResult<std::size_t> Sockets::RecvFrom(NativeHandle handle,
                                         absl::Span<char> buffer, int flags,
                                         SockAddr* from) {
  char nowhere;
  NativeAddress native;
  const SysResult<std::size_t> received = Received(
      recvfrom(AsSocket(handle), Place(buffer, &nowhere),
               CutLength(buffer.size()), flags, native.get(), &native.length),
      buffer);
  if (received.ok()) DecodeSockAddr(native, from);
  return received;
}

SysResult<std::size_t> Sockets::Send(NativeHandle handle,
                                     absl::Span<const char> data, int flags) {
  return SizeOrError(
      send(AsSocket(handle), Place(data), CutLength(data.size()), flags));
}

SysResult<std::size_t> Sockets::SendTo(NativeHandle handle,
                                       absl::Span<const char> data, int flags,
                                       const SockAddr& to) {
  NativeAddress native;
  if (const int unfit = EncodeSockAddr(to, &native)) return {0, unfit};
  return SizeOrError(sendto(AsSocket(handle), Place(data),
                            CutLength(data.size()), flags, native.get(),
                            native.length));
}

SysResult<void> Sockets::GetSockName(NativeHandle handle, SockAddr* address) {
  return GetName(getsockname, handle, address);
}

SysResult<void> Sockets::GetPeerName(NativeHandle handle, SockAddr* address) {
  return GetName(getpeername, handle, address);
}

SysResult<std::size_t> Sockets::GetSockOpt(NativeHandle handle, int level,
                                           int name, absl::Span<char> buffer) {
  // A BOOL has four bytes. Windows writes one byte or all four, and reports one
  // or four, independently of what it has written.
  const std::size_t bool_size = std::min(buffer.size(), sizeof(BOOL));
  std::memset(buffer.data(), 0, bool_size);
  int size = CutLength(buffer.size());
  if (getsockopt(AsSocket(handle), level, name, buffer.data(), &size) ==
      SOCKET_ERROR) {
    return {0, WSAGetLastError()};
  }
  if (size == 1) return {bool_size, 0};
  return {std::min(static_cast<std::size_t>(size), buffer.size()), 0};
}

SysResult<void> Sockets::SetSockOpt(NativeHandle handle, int level, int name,
                                    absl::Span<const char> value) {
  return DoneOrError(setsockopt(AsSocket(handle), level, name,
                                value.empty() ? Place(value) : value.data(),
                                CutLength(value.size())));
}

SysResult<void> Sockets::SetAddressReuse(NativeHandle handle,
                                         AddressReuse reuse) {
  const SOCKET socket = AsSocket(handle);
  // Windows lets a new socket take the address of a closed listener without
  // being asked, so kAfterClose is kExclusive. The two options exclude each
  // other, so one is cleared before the other is set.
  const bool share = reuse == AddressReuse::kShare;
  const int wanted = share ? SO_REUSEADDR : SO_EXCLUSIVEADDRUSE;
  const int other = share ? SO_EXCLUSIVEADDRUSE : SO_REUSEADDR;
  const SysResult<void> cleared = SetIntOption(socket, other, 0);
  if (!cleared.ok()) return cleared;
  return SetIntOption(socket, wanted, 1);
}

SysResult<void> Sockets::SetBlocking(NativeHandle handle, bool blocking) {
  u_long non_blocking = blocking ? 0 : 1;
  return DoneOrError(
      ioctlsocket(AsSocket(handle), static_cast<long>(FIONBIO), &non_blocking));
}

}  // namespace winsock
}  // namespace mortise
