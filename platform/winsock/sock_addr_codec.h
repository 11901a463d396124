// Between the portable SockAddr and Windows' sockaddr structures.

#ifndef MORTISE_PLATFORM_WINSOCK_SOCK_ADDR_CODEC_H_
#define MORTISE_PLATFORM_WINSOCK_SOCK_ADDR_CODEC_H_

#include <cstddef>

#include "mortise/platform/sock_addr.h"
#include "mortise/platform/winsock/os_headers.h"

namespace mortise {
namespace winsock {

// The longest AF_UNIX path that Windows takes, without a terminator.
extern const std::size_t kMaxUnixPath;

// A sockaddr as Winsock takes it. Uninitialised beyond the family and `length`.
struct NativeAddress {
  // The family, which all of them begin with, says which one it is.
  union {
    sockaddr base;
    sockaddr_in in;
    sockaddr_in6 in6;
    sockaddr_un un;
    sockaddr_storage storage;
  };
  int length = sizeof(sockaddr_storage);

  // Winsock leaves the address of a stream's sender alone, length and all.
  NativeAddress() { base.sa_family = AF_UNSPEC; }

  sockaddr* get() { return &base; }
  const sockaddr* get() const { return &base; }

  // What ip_codec.h wants to know.
  static constexpr int kInet = AF_INET;
  static constexpr int kInet6 = AF_INET6;
  int family() const { return base.sa_family; }
  void SetLength(std::size_t size) { length = static_cast<int>(size); }
};

// 0, or the error to fail with if the address does not fit Windows.
int EncodeSockAddr(const SockAddr& address, NativeAddress* native);

// `native` as Winsock filled it in; AF_UNSPEC if it left it empty.
void DecodeSockAddr(const NativeAddress& native, SockAddr* address);

}  // namespace winsock
}  // namespace mortise

#endif  // MORTISE_PLATFORM_WINSOCK_SOCK_ADDR_CODEC_H_
