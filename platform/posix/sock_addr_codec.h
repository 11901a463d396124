// Converts between the portable SockAddr and this OS's sockaddr structures. All
// functions here are thread-safe and do not block.

#ifndef MORTISE_PLATFORM_POSIX_SOCK_ADDR_CODEC_H_
#define MORTISE_PLATFORM_POSIX_SOCK_ADDR_CODEC_H_

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>

#include "mortise/platform/posix/own_length.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {
namespace posix {

// The longest AF_UNIX path that the OS takes, without a terminator.
extern const std::size_t kMaxUnixPath;

// A sockaddr as system calls take it. The bytes beyond `length` are
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
  socklen_t length = sizeof(sockaddr_storage);

  NativeAddress() {}  // NOLINT(modernize-use-equals-default)

  sockaddr* get() { return &base; }
  const sockaddr* get() const { return &base; }

  // These are members that ip_codec.h needs.
  static constexpr int kInet = AF_INET;
  static constexpr int kInet6 = AF_INET6;
  int family() const { return base.sa_family; }
  void SetLength(std::size_t size) {
    length = static_cast<socklen_t>(size);
    SetOwnLength(size, &base);
  }
};

// Converts `address`. Returns 0, or the errno to fail with if the address does
// not fit this OS.
int EncodeSockAddr(const SockAddr& address, NativeAddress* native);

// Converts `native` as a system call has filled it in. `*address` is AF_UNSPEC
// if the call has left it empty.
void DecodeSockAddr(const NativeAddress& native, SockAddr* address);

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_SOCK_ADDR_CODEC_H_
