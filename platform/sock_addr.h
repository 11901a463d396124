// A socket address in a layout that is the same on every operating system.
//
// The `sockaddr` structures of operating systems differ: BSD's begin with a
// length, and the path of AF_UNIX has another size on each system. Therefore
// backends translate between them and this structure at the system call. User
// code should use `mortise::SocketAddress`, which interprets these bytes.

#ifndef MORTISE_PLATFORM_SOCK_ADDR_H_
#define MORTISE_PLATFORM_SOCK_ADDR_H_

#include <cstddef>
#include <cstdint>
#include <iosfwd>

namespace mortise {

// A value type: copies share nothing.
struct SockAddr {
  // `sockaddr_storage` has 128 bytes on every system. Two of them are the
  // family (or the length and the family).
  static constexpr std::size_t kCapacity = 126;

  // The OS's AF_* number. AF_UNSPEC, which is 0 everywhere, means "no address".
  std::uint16_t family = 0;
  // How many of `bytes` are used.
  std::uint8_t size = 0;
  // IP only: the port, in host byte order.
  std::uint16_t port = 0;
  // AF_INET6 only; both are in host byte order.
  std::uint32_t flowinfo = 0;
  std::uint32_t scope_id = 0;
  // AF_INET: 4 bytes, AF_INET6: 16 bytes, both in network order. AF_UNIX: the
  // path without its terminator, an abstract name with its leading NUL, or
  // nothing. Any other family: the bytes that follow the family in its
  // `sockaddr`. The bytes beyond `size` are uninitialised, because an address
  // is made for each datagram.
  std::uint8_t bytes[kCapacity];

  // User-provided so that value-initialisation does not clear `bytes` either.
  SockAddr() {}  // NOLINT(modernize-use-equals-default)

  // Prints the numbers and the used bytes: "family 2, port 80, 7f000001".
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
