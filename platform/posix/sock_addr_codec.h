// Between the portable SockAddr and this OS's sockaddr structures.

#ifndef MORTISE_PLATFORM_POSIX_SOCK_ADDR_CODEC_H_
#define MORTISE_PLATFORM_POSIX_SOCK_ADDR_CODEC_H_

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "mortise/platform/sock_addr.h"

namespace mortise {
namespace posix {

// The longest AF_UNIX path that the OS takes, without a terminator.
extern const std::size_t kMaxUnixPath;

// A sockaddr as system calls take it. Uninitialised beyond `length`.
struct NativeAddress {
  // The family, which all of them begin with, says which one it is.
  union {
    sockaddr base;
    sockaddr_in in;
    sockaddr_in6 in6;
    sockaddr_un un;
    sockaddr_storage storage;
  };
  socklen_t length = sizeof(sockaddr_storage);

  NativeAddress() {}  // NOLINT(modernize-use-equals-default)

  sockaddr* get() { return &base; }
  const sockaddr* get() const { return &base; }
};

// 0, or the errno to fail with if the address does not fit this OS.
int EncodeSockAddr(const SockAddr& address, NativeAddress* native);

// `native` as a system call filled it in; AF_UNSPEC if it left it empty.
void DecodeSockAddr(const NativeAddress& native, SockAddr* address);

// The same for the families of IP alone; false iff it is another. Inline, as it
// is done for each datagram, and the call would cost more than the work.

// BSD's structures begin with their own length, in front of a family of one
// byte; SIN6_LEN is what its headers define to say so (RFC 3493, section 3.4).
inline void SetLength(std::size_t length, NativeAddress* native) {
  native->length = static_cast<socklen_t>(length);
#ifdef SIN6_LEN
  native->base.sa_len = static_cast<std::uint8_t>(length);
#endif
}

inline bool EncodeIp(const SockAddr& address, NativeAddress* native) {
  if (address.family == AF_INET) {
    native->in = {};
    native->in.sin_family = AF_INET;
    native->in.sin_port = htons(address.port);
    std::memcpy(&native->in.sin_addr, address.bytes, sizeof(in_addr));
    SetLength(sizeof(sockaddr_in), native);
    return true;
  }
  if (address.family == AF_INET6) {
    native->in6 = {};
    native->in6.sin6_family = AF_INET6;
    native->in6.sin6_port = htons(address.port);
    native->in6.sin6_flowinfo = htonl(address.flowinfo);
    native->in6.sin6_scope_id = address.scope_id;
    std::memcpy(&native->in6.sin6_addr, address.bytes, sizeof(in6_addr));
    SetLength(sizeof(sockaddr_in6), native);
    return true;
  }
  return false;
}

inline bool DecodeIp(const NativeAddress& native, SockAddr* address) {
  // The length first: of what is shorter not even the family may be there.
  if (native.length >= sizeof(sockaddr_in) &&
      native.base.sa_family == AF_INET) {
    address->family = AF_INET;
    address->size = sizeof(in_addr);
    address->port = ntohs(native.in.sin_port);
    address->flowinfo = 0;
    address->scope_id = 0;
    std::memcpy(address->bytes, &native.in.sin_addr, sizeof(in_addr));
    return true;
  }
  if (native.length >= sizeof(sockaddr_in6) &&
      native.base.sa_family == AF_INET6) {
    address->family = AF_INET6;
    address->size = sizeof(in6_addr);
    address->port = ntohs(native.in6.sin6_port);
    address->flowinfo = ntohl(native.in6.sin6_flowinfo);
    address->scope_id = native.in6.sin6_scope_id;
    std::memcpy(address->bytes, &native.in6.sin6_addr, sizeof(in6_addr));
    return true;
  }
  return false;
}

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_SOCK_ADDR_CODEC_H_
