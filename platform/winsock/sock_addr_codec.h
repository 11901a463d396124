// Converts between the portable SockAddr and Windows' sockaddr structures. All
// functions here are thread-safe and do not block.

#ifndef MORTISE_PLATFORM_WINSOCK_SOCK_ADDR_CODEC_H_
#define MORTISE_PLATFORM_WINSOCK_SOCK_ADDR_CODEC_H_

#include <cstddef>

#include "mortise/platform/sock_addr.h"
#include "mortise/platform/winsock/os_headers.h"

namespace mortise {
namespace winsock {

// The longest AF_UNIX path that Windows takes, without a terminator.
extern const std::size_t kMaxUnixPath;

// A sockaddr as Winsock takes it. The bytes beyond the family and `length` are
// uninitialised.
struct NativeAddress {
  // All of these structures begin with the family, which tells the structure in
  // use.
  union {
    sockaddr base;
    sockaddr_in in;
    sockaddr_in6 in6;
    sockaddr_un un;
    sockaddr_storage storage;
  };
  int length = sizeof(sockaddr_storage);

  // For a stream, Winsock does not write the address of the sender, or its
  // length.
  NativeAddress() { base.sa_family = AF_UNSPEC; }

  sockaddr* get() { return &base; }
  const sockaddr* get() const { return &base; }

  // These are members that ip_codec.h needs.
  static constexpr int kInet = AF_INET;
  static constexpr int kInet6 = AF_INET6;
  int family() const { return base.sa_family; }
  void SetLength(std::size_t size) { length = static_cast<int>(size); }
};

// Converts `address`. Returns 0, or the error to fail with if the address does
// not fit Windows.
int EncodeSockAddr(const SockAddr& address, NativeAddress* native);

// Converts `native` as Winsock has filled it in. `*address` is AF_UNSPEC if
// Winsock has left it empty.
void DecodeSockAddr(const NativeAddress& native, SockAddr* address);

}  // namespace winsock
}  // namespace mortise

#endif  // MORTISE_PLATFORM_WINSOCK_SOCK_ADDR_CODEC_H_
