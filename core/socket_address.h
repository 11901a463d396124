// A resolved socket address: the address of one end of a connection, as a small
// value.
//
//   const absl::StatusOr<mortise::SocketAddress> addresses[] = {
//       mortise::SocketAddress::Numeric("192.0.2.1", 80),
//       mortise::SocketAddress::Numeric("fe80::1%eth0", 80),
//       mortise::SocketAddress::Unix("/run/x.sock"),
//       mortise::SocketAddress::Unix(std::string("\0x", 2)),
//   };
//   for (const absl::StatusOr<mortise::SocketAddress>& address : addresses) {
//     if (address.ok()) std::cout << *address << "\n";
//   }
//
// This prints 192.0.2.1:80, [fe80::1%eth0]:80, unix:/run/x.sock and unix:@x.
// The last address is in Linux's abstract namespace.
//
// A SocketAddress never resolves a name. Use `Address` (mortise/core/address.h)
// for what a user types. Python's counterparts are the tuple (host, port) of
// AF_INET, the tuple (host, port, flowinfo, scopeid) of AF_INET6, and the
// string of AF_UNIX.
//
// A value type: copies share nothing, const methods are thread-safe, and
// nothing here waits for the network.

#ifndef MORTISE_CORE_SOCKET_ADDRESS_H_
#define MORTISE_CORE_SOCKET_ADDRESS_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {

class Platform;

class SocketAddress {
 public:
  // No address: the family is AF_UNSPEC. RecvFrom reports this for a stream.
  SocketAddress() = default;

  // `address` is in network order: {127, 0, 0, 1}. `flowinfo` is in host order
  // and may be any 32 bits, although the values that callers set have 20 bits
  // (see Numeric).
  static SocketAddress Ipv4(const std::array<std::uint8_t, 4>& address,
                            std::uint16_t port);
  static SocketAddress Ipv6(const std::array<std::uint8_t, 16>& address,
                            std::uint16_t port, std::uint32_t flowinfo = 0,
                            std::uint32_t scope_id = 0);

  // The address of a numeric host. An IPv4 host may have any form of InetAton.
  // An IPv6 host may have any form of InetPton, and may be followed by "%" and
  // a scope, which is a number or the name of an interface of this machine. A
  // scope that consists of digits is a number, even if an interface has that
  // name. Only the look-up of a scope's name makes a system call.
  //
  // `port` is 0 to 65535. `flowinfo` (0 to 0xfffff) and `scope_id` are for IPv6
  // only. A scope in the text must not contradict `scope_id`. `platform` is the
  // platform whose interfaces a scope names; nullptr is the operating system.
  //
  // Returns:
  //   kInvalidArgument  `host` is not a numeric host, or another argument does
  //                     not fit it
  //   kOutOfRange       a number is out of its range
  //   kNotFound         no interface has the name of the scope
  static absl::StatusOr<SocketAddress> Numeric(absl::string_view host, int port,
                                               std::uint32_t flowinfo = 0,
                                               std::uint32_t scope_id = 0,
                                               Platform* platform = nullptr);

  // The address of an AF_UNIX path. A path with a leading NUL is an abstract
  // name (Linux). An empty path is the unnamed address; when a socket binds to
  // it, Linux chooses an abstract name.
  //
  // Fails with kInvalidArgument if a path has a NUL inside or is longer than
  // every system's limit (kCapacity). The limit of the system in use, 107 on
  // Linux and 103 on macOS, is checked when the address is used.
  static absl::StatusOr<SocketAddress> Unix(absl::string_view path);

  // An address of a family that this class does not know. Such a family may be
  // in mortise/core/family_address.h. `bytes` are the bytes after the family in
  // the OS's `sockaddr`, at most SockAddr::kCapacity.
  //
  // Returns:
  //   kInvalidArgument  `bytes` is longer than that, or `family` is AF_INET,
  //                     AF_INET6, AF_UNIX or AF_UNSPEC
  //   kOutOfRange       `family` is not in 0 to 65535
  static absl::StatusOr<SocketAddress> Raw(AddressFamily family,
                                           absl::string_view bytes);

  // Parses the text that ToString writes for AF_INET, AF_INET6 and AF_UNIX. An
  // IPv4 host must be in plain dotted decimal. An IPv6 host may have any form
  // of InetPton.
  //
  // Returns:
  //   kInvalidArgument  `text` is not such a text
  //   kOutOfRange       the port or the numeric scope is too large
  //   kNotFound         no interface has the name of the scope
  static absl::StatusOr<SocketAddress> Parse(absl::string_view text);

  // Converts from and to the form that a platform's system calls take. The
  // reference and the pointer are valid as long as this object.
  explicit SocketAddress(const SockAddr& raw) : raw_(raw) {}
  const SockAddr& raw() const { return raw_; }
  SockAddr* mutable_raw() { return &raw_; }

  AddressFamily family() const { return AddressFamily(raw_.family); }

  // The numeric host without its scope: "::1". Empty unless the family is
  // AF_INET or AF_INET6.
  std::string host() const;
  // 0 unless the family is AF_INET or AF_INET6.
  std::uint16_t port() const { return raw_.port; }
  // 0 unless the family is AF_INET6.
  std::uint32_t flowinfo() const { return raw_.flowinfo; }
  std::uint32_t scope_id() const { return raw_.scope_id; }
  // The bytes of the address: 4 or 16 in network order for IP, the path of
  // AF_UNIX (an abstract name begins with NUL), or all bytes of a raw address.
  // The view is valid until this object changes or is destroyed.
  absl::string_view bytes() const {
    return absl::string_view(
        reinterpret_cast<const char*>(raw_.bytes),
        std::min<std::size_t>(raw_.size, SockAddr::kCapacity));
  }

  // Python: ipaddress.IPv6Address.ipv4_mapped. Whether this is an IPv4 address
  // in the form that an AF_INET6 socket takes, ::ffff:192.0.2.1. An AF_INET6
  // socket reaches such an address only if IPV6_V6ONLY is off. Source: RFC
  // 4291, section 2.5.5.2.
  bool IsIpv4Mapped() const;

  // The same address with another port, for AF_INET and AF_INET6 only. An
  // address of another family is returned unchanged.
  SocketAddress WithPort(std::uint16_t port) const;

  // The text of the address:
  //   IPv4, IPv6, AF_UNIX  as shown at the top of this file; "unix:" for the
  //                        unnamed address
  //   the families of mortise/core/family_address.h
  //                        their fields in words: "packet:eth0,proto=0x0800"
  //   another family       the family (AddressFamily::ToString) and the bytes
  //                        in hexadecimal: "60000:001f"
  //   no address           "none"
  // A scope prints as the name of this machine's interface. It prints as a
  // number if there is no such interface, or if Parse would not read the name
  // back. Only that look-up makes a system call. Flow info does not print.
  //
  // Control characters, quotes and backslashes in a path, and bytes that are
  // not UTF-8, print escaped as in C ("unix:/tmp/a\nb"). An '@' at the
  // beginning of a path is escaped too ("unix:\100x"), because '@' marks an
  // abstract name.
  std::string ToString() const;

  friend bool operator==(const SocketAddress& a, const SocketAddress& b) {
    return a.raw_.family == b.raw_.family && a.raw_.port == b.raw_.port &&
           a.raw_.flowinfo == b.raw_.flowinfo &&
           a.raw_.scope_id == b.raw_.scope_id && a.bytes() == b.bytes();
  }
  friend bool operator!=(const SocketAddress& a, const SocketAddress& b) {
    return !(a == b);
  }
  // An arbitrary total order, for ordered containers.
  friend bool operator<(const SocketAddress& a, const SocketAddress& b);

  template <typename H>
  friend H AbslHashValue(H h, const SocketAddress& a) {
    return H::combine(std::move(h), a.raw_.family, a.raw_.port, a.raw_.flowinfo,
                      a.raw_.scope_id, a.bytes());
  }

  friend std::ostream& operator<<(std::ostream& out, const SocketAddress& a);

 private:
  SockAddr raw_;
};

}  // namespace mortise

#endif  // MORTISE_CORE_SOCKET_ADDRESS_H_
