#include "mortise/platform/winsock/new_descriptor.h"

#include <cstddef>
#include <cstring>
#include <utility>

#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/winsock/os_headers.h"
#include "mortise/platform/winsock/sock_addr_codec.h"
#include "mortise/platform/winsock/startup.h"
#include "mortise/platform/winsock/system_call.h"

namespace mortise {
namespace winsock {
namespace {

// Sockets are overlapped, as socket() makes them, because SO_RCVTIMEO needs
// that, and so does a program that puts the handle into a completion port. The
// calls made here are synchronous all the same.
constexpr DWORD kBirthFlags = WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT;

// Closes a socket unless it has been released.
class OwnedSocket {
 public:
  explicit OwnedSocket(SOCKET socket) : socket_(socket) {}
  OwnedSocket(OwnedSocket&& other) noexcept : socket_(other.Release()) {}
  OwnedSocket& operator=(OwnedSocket&& other) noexcept {
    std::swap(socket_, other.socket_);
    return *this;
  }
  ~OwnedSocket() {
    if (socket_ != INVALID_SOCKET) closesocket(socket_);
  }

  SOCKET get() const { return socket_; }
  bool valid() const { return socket_ != INVALID_SOCKET; }
  SOCKET Release() { return std::exchange(socket_, INVALID_SOCKET); }

 private:
  SOCKET socket_;
};

// By default a datagram that could not be delivered makes a later receive fail,
// although UDP promises nothing and the receive has nothing to do with that
// datagram. A Windows that does not know these controls does not do this
// either.
void IgnoreUnreachablePeers(SOCKET socket) {
  BOOL report = FALSE;
  DWORD unused = 0;
  for (const DWORD control : {static_cast<DWORD>(SIO_UDP_CONNRESET),
                              static_cast<DWORD>(SIO_UDP_NETRESET)}) {
    WSAIoctl(socket, control, &report, sizeof(report), nullptr, 0, &unused,
             nullptr, nullptr);
  }
}

// Whether this Windows does not have the family at all, or not for the type of
// the socket.
bool MeansNoSuchFamily(int error) {
  return error == WSAEAFNOSUPPORT || error == WSAEPFNOSUPPORT ||
         error == WSAESOCKTNOSUPPORT || error == WSAEPROTONOSUPPORT ||
         error == WSAEPROTOTYPE;
}

// --- Pairs ------------------------------------------------------------------

// Calls getsockname or getpeername.
bool GetName(int(WSAAPI* call)(SOCKET, sockaddr*, int*), const OwnedSocket& of,
             NativeAddress* name) {
  *name = NativeAddress();
  return call(of.get(), name->get(), &name->length) != SOCKET_ERROR;
}

bool SameAddress(const NativeAddress& a, const NativeAddress& b) {
  SockAddr decoded[2];
  DecodeSockAddr(a, &decoded[0]);
  DecodeSockAddr(b, &decoded[1]);
  return decoded[0].family == decoded[1].family &&
         decoded[0].port == decoded[1].port &&
         decoded[0].size == decoded[1].size &&
         std::memcmp(decoded[0].bytes, decoded[1].bytes, decoded[0].size) == 0;
}

bool SetOption(const OwnedSocket& socket, int level, int name) {
  const BOOL on = TRUE;
  return setsockopt(socket.get(), level, name,
                    reinterpret_cast<const char*>(&on),
                    sizeof(on)) != SOCKET_ERROR;
}

// If the functions from here on fail, they return false or an invalid socket,
// and WSAGetLastError tells why.

// Makes a socket on a port of the loopback address that no other program can
// have.
OwnedSocket NewAtLoopback(int family, int type, int protocol,
                          NativeAddress* name) {
  const SysResult<NativeHandle> made = NewSocket(family, type, protocol);
  if (!made.ok()) WSASetLastError(made.error);
  OwnedSocket socket(AsSocket(made.value));
  if (!socket.valid()) return socket;
  // Without this option another program could take the port too, and be the
  // peer.
  if (!SetOption(socket, SOL_SOCKET, SO_EXCLUSIVEADDRUSE)) {
    return OwnedSocket(INVALID_SOCKET);
  }
  NativeAddress loopback;
  if (family == AF_INET) {
    loopback.in = {};
    loopback.in.sin_family = AF_INET;
    loopback.in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    loopback.SetLength(sizeof(loopback.in));
  } else {
    loopback.in6 = {};
    loopback.in6.sin6_family = AF_INET6;
    loopback.in6.sin6_addr = in6addr_loopback;
    loopback.SetLength(sizeof(loopback.in6));
  }
  if (bind(socket.get(), loopback.get(), loopback.length) == SOCKET_ERROR ||
      !GetName(getsockname, socket, name)) {
    return OwnedSocket(INVALID_SOCKET);
  }
  return socket;
}

bool ConnectStreams(int family, int protocol, OwnedSocket* first,
                    OwnedSocket* second) {
  NativeAddress meeting;
  const OwnedSocket listener =
      NewAtLoopback(family, SOCK_STREAM, protocol, &meeting);
  if (!listener.valid() || listen(listener.get(), SOMAXCONN) == SOCKET_ERROR) {
    return false;
  }
  NativeAddress own;
  *first = NewAtLoopback(family, SOCK_STREAM, protocol, &own);
  if (!first->valid() ||
      connect(first->get(), meeting.get(), meeting.length) == SOCKET_ERROR) {
    return false;
  }
  // Any program of this machine may have connected before our socket. Ours is
  // in the queue, so this loop ends.
  for (;;) {
    NativeAddress peer;
    const SysResult<NativeHandle> accepted = NewAccepted(listener.get(), &peer);
    if (!accepted.ok()) {
      WSASetLastError(accepted.error);
      return false;
    }
    *second = OwnedSocket(AsSocket(accepted.value));
    if (SameAddress(peer, own)) break;
  }
  // A pair is used like a pipe, so it must not wait for more data to send.
  SetOption(*first, IPPROTO_TCP, TCP_NODELAY);
  SetOption(*second, IPPROTO_TCP, TCP_NODELAY);
  return true;
}

// Drops the datagrams that other programs sent before the socket was connected.
// Once it is connected, it takes none from them.
bool Drain(const OwnedSocket& socket) {
  u_long non_blocking = 1;
  if (ioctlsocket(socket.get(), FIONBIO, &non_blocking) == SOCKET_ERROR) {
    return false;
  }
  char byte;
  while (recv(socket.get(), &byte, 1, 0) != SOCKET_ERROR ||
         WSAGetLastError() == WSAEMSGSIZE) {
  }
  non_blocking = 0;
  return ioctlsocket(socket.get(), FIONBIO, &non_blocking) != SOCKET_ERROR;
}

bool ConnectDatagrams(int family, int protocol, OwnedSocket* first,
                      OwnedSocket* second) {
  NativeAddress one;
  NativeAddress other;
  *first = NewAtLoopback(family, SOCK_DGRAM, protocol, &one);
  if (!first->valid()) return false;
  *second = NewAtLoopback(family, SOCK_DGRAM, protocol, &other);
  return second->valid() &&
         connect(first->get(), other.get(), other.length) != SOCKET_ERROR &&
         connect(second->get(), one.get(), one.length) != SOCKET_ERROR &&
         Drain(*first) && Drain(*second);
}

}  // namespace

SysResult<NativeHandle> NewSocket(int family, int type, int protocol) {
  if (const int error = StartUp()) return {NativeHandle(), error};
  const SOCKET socket =
      WSASocketW(family, type, protocol, nullptr, 0, kBirthFlags);
  if (socket == INVALID_SOCKET) {
    const int error = WSAGetLastError();
    return {NativeHandle(), family == AF_UNIX && MeansNoSuchFamily(error)
                                ? kNotSupportedError
                                : error};
  }
  if (type == SOCK_DGRAM) IgnoreUnreachablePeers(socket);
  return {AsHandle(socket), 0};
}

SysResult<HandlePair> NewSocketPair(int family, int type, int protocol) {
  if ((family != AF_INET && family != AF_INET6) ||
      (type != SOCK_STREAM && type != SOCK_DGRAM)) {
    return {HandlePair(), kNotSupportedError};
  }
  OwnedSocket first(INVALID_SOCKET);
  OwnedSocket second(INVALID_SOCKET);
  const auto connect_both =
      type == SOCK_STREAM ? &ConnectStreams : &ConnectDatagrams;
  if (!connect_both(family, protocol, &first, &second)) {
    return {HandlePair(), WSAGetLastError()};
  }
  return {{AsHandle(first.Release()), AsHandle(second.Release())}, 0};
}

SysResult<NativeHandle> NewAccepted(SOCKET listener, NativeAddress* peer) {
  NativeAddress address;
  OwnedSocket socket(accept(listener, address.get(), &address.length));
  if (!socket.valid()) {
    // Wine reports a connection that was reset in the queue as WSAENOTCONN.
    const int error = WSAGetLastError();
    return {NativeHandle(), error == WSAENOTCONN ? WSAECONNRESET : error};
  }
  // No document says whether an accepted socket is inherited. It has the mode
  // of the listener.
  if (!SetHandleInformation(reinterpret_cast<HANDLE>(socket.get()),
                            HANDLE_FLAG_INHERIT, 0)) {
    return {NativeHandle(), static_cast<int>(GetLastError())};
  }
  u_long non_blocking = 0;
  if (ioctlsocket(socket.get(), FIONBIO, &non_blocking) == SOCKET_ERROR) {
    return {NativeHandle(), WSAGetLastError()};
  }
  *peer = address;
  return {AsHandle(socket.Release()), 0};
}

SysResult<NativeHandle> NewDuplicate(SOCKET socket) {
  // DuplicateHandle is not for sockets: it leaves out what Winsock keeps for
  // the handle.
  WSAPROTOCOL_INFOW info;
  if (WSADuplicateSocketW(socket, GetCurrentProcessId(), &info) ==
      SOCKET_ERROR) {
    return {NativeHandle(), WSAGetLastError()};
  }
  return NewShared(info);
}

SysResult<NativeHandle> NewShared(const WSAPROTOCOL_INFOW& info) {
  if (const int error = StartUp()) return {NativeHandle(), error};
  WSAPROTOCOL_INFOW copy = info;
  return HandleOrError(WSASocketW(FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO,
                                  FROM_PROTOCOL_INFO, &copy, 0, kBirthFlags));
}

}  // namespace winsock
}  // namespace mortise
