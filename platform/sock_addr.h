// A socket address in a layout that is the same on every operating system.
//
// The OS's `sockaddr` structures differ (BSD begins them with a length, the
// path of AF_UNIX has another size on each system), so backends translate
// between them and this one at the system call. User code wants
// `mortise::SocketAddress`, which gives these bytes their meaning.

#ifndef MORTISE_PLATFORM_SOCK_ADDR_H_
#define MORTISE_PLATFORM_SOCK_ADDR_H_

#include <cstddef>
#include <cstdint>
#include <iosfwd>

namespace mortise {

struct SockAddr {
  // `sockaddr_storage` has 128 bytes on every system, two of them spent on the
  // family (or on length and family).
  static constexpr std::size_t kCapacity = 126;

  // The OS's AF_* number. AF_UNSPEC, 0 everywhere, is "no address".
  std::uint16_t family = 0;
  // How many of `bytes` count.
  std::uint8_t size = 0;
  // IP alone: the port, in host byte order.
  std::uint16_t port = 0;
  // AF_INET6 alone, both in host byte order.
  std::uint32_t flowinfo = 0;
  std::uint32_t scope_id = 0;
  // AF_INET: 4 bytes, AF_INET6: 16 bytes, both in network order. AF_UNIX: the
  // path without its terminator, or an abstract name with its leading NUL, or
  // nothing. Any other family: what follows the family in its `sockaddr`.
  // Left uninitialised beyond `size`, because addresses are made per datagram.
  std::uint8_t bytes[kCapacity];

  // User-provided so that value-initialisation leaves `bytes` alone too.
  SockAddr() {}  // NOLINT(modernize-use-equals-default)

  // Prints the numbers, and the bytes that count: "family 2, port 80,
  // 7f000001".
  template <typename Traits>
  friend std::basic_ostream<char, Traits>& operator<<(
      std::basic_ostream<char, Traits>& out, const SockAddr& address) {
    out << "family " << address.family << ", port " << address.port << ", ";
    for (std::size_t i = 0; i < address.size && i < kCapacity; ++i) {
      constexpr char kDigits[] = "0123456789abcdef";
      out << kDigits[address.bytes[i] / 16] << kDigits[address.bytes[i] % 16];
    }
    return out;
  }
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_SOCK_ADDR_H_
