// A resolved socket address: the address of one end of a connection, as a
// small value.
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
// It prints 192.0.2.1:80, [fe80::1%eth0]:80, unix:/run/x.sock, and unix:@x for
// the last one, which is in Linux's abstract namespace.
//
// It never resolves a name: what a user types goes through `Address`
// (mortise/core/address.h). Python's counterpart is the tuple (host, port) of
// AF_INET, (host, port, flowinfo, scopeid) of AF_INET6, the string of AF_UNIX.
//
// A value type: copies share nothing, and const methods are thread-safe.

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
  // No address: family AF_UNSPEC. What RecvFrom reports for a stream.
  SocketAddress() = default;

  // `address` in network order, so {127, 0, 0, 1}. `flowinfo` in host order;
  // any 32 bits, although those that callers set have 20 (see Numeric).
  static SocketAddress Ipv4(const std::array<std::uint8_t, 4>& address,
                            std::uint16_t port);
  static SocketAddress Ipv6(const std::array<std::uint8_t, 16>& address,
                            std::uint16_t port, std::uint32_t flowinfo = 0,
                            std::uint32_t scope_id = 0);

  // A numeric host: IPv4 in the forms of InetAton, IPv6 in those of InetPton
  // with an optional "%" and scope behind it, the scope being a number or the
  // name of an interface of this machine. No system call but for such a name;
  // what consists of digits is the number, even if an interface is named so.
  // `port` is 0 to 65535; `flowinfo` (0 to 0xfffff) and `scope_id` are for
  // IPv6 alone, and a scope in the text must not contradict `scope_id`.
  // `platform` is whose interfaces a scope names; nullptr is the OS.
  //
  // Fails with kInvalidArgument iff `host` is no numeric host, or one of the
  // others does not go with it; with kOutOfRange iff a number is out of range;
  // with kNotFound iff no interface has that name.
  static absl::StatusOr<SocketAddress> Numeric(absl::string_view host, int port,
                                               std::uint32_t flowinfo = 0,
                                               std::uint32_t scope_id = 0,
                                               Platform* platform = nullptr);

  // An AF_UNIX path; with a leading NUL an abstract name (Linux); empty for
  // the unnamed address, to which Linux binds by choosing an abstract name.
  //
  // Fails with kInvalidArgument iff a path has a NUL inside or is longer than
  // any system takes (kCapacity). The limit of the system at hand, 107 on
  // Linux, 103 on macOS, is checked when the address is used.
  static absl::StatusOr<SocketAddress> Unix(absl::string_view path);

  // An address of a family that the library does not know, or knows from
  // mortise/core/family_address.h. `bytes` are what follows the family in the
  // OS's `sockaddr`, at most SockAddr::kCapacity.
  //
  // Fails with kInvalidArgument iff they are more, or `family` is one that it
  // knows: AF_INET, AF_INET6, AF_UNIX, AF_UNSPEC; with kOutOfRange iff `family`
  // is not in 0 to 65535.
  static absl::StatusOr<SocketAddress> Raw(AddressFamily family,
                                           absl::string_view bytes);

  // Reads what ToString writes for AF_INET, AF_INET6 and AF_UNIX; of IPv4 that
  // is plain dotted decimal alone, of IPv6 any form of InetPton.
  //
  // Fails with kInvalidArgument iff `text` is none of it; with kOutOfRange iff
  // its port or its numeric scope is too large; with kNotFound iff no interface
  // has the name of its scope.
  static absl::StatusOr<SocketAddress> Parse(absl::string_view text);

  // From and to the form that the vtable takes.
  explicit SocketAddress(const SockAddr& raw) : raw_(raw) {}
  const SockAddr& raw() const { return raw_; }
  SockAddr* mutable_raw() { return &raw_; }

  AddressFamily family() const { return AddressFamily(raw_.family); }

  // The numeric host without its scope, "::1"; empty unless AF_INET, AF_INET6.
  std::string host() const;
  // 0 unless AF_INET or AF_INET6.
  std::uint16_t port() const { return raw_.port; }
  // 0 unless AF_INET6.
  std::uint32_t flowinfo() const { return raw_.flowinfo; }
  std::uint32_t scope_id() const { return raw_.scope_id; }
  // The bytes of the address: 4 or 16 in network order for IP, the path of
  // AF_UNIX (an abstract name begins with NUL), all of a raw address.
  absl::string_view bytes() const {
    return absl::string_view(
        reinterpret_cast<const char*>(raw_.bytes),
        std::min<std::size_t>(raw_.size, SockAddr::kCapacity));
  }

  // Python: ipaddress.IPv6Address.ipv4_mapped. Whether this is an IPv4 address
  // in the form that a socket of AF_INET6 takes, ::ffff:192.0.2.1. Such a
  // socket reaches it only with IPV6_V6ONLY off. Source: RFC 4291, section
  // 2.5.5.2.
  bool IsIpv4Mapped() const;

  // The same address at another port. AF_INET and AF_INET6 alone; any other
  // family is returned unchanged.
  SocketAddress WithPort(std::uint16_t port) const;

  // As above in the opening comment; "unix:" for the unnamed address; one of
  // mortise/core/family_address.h in words, "packet:eth0,proto=0x0800"; any
  // other as its family (AddressFamily::ToString) and bytes in hexadecimal,
  // "60000:001f"; "none" for no address. A scope prints as the name of this
  // machine's interface, or as its number if there is no such interface or its
  // name would not be read back; looking that up is the one system call. Flow
  // info does not print.
  //
  // The control characters, quotes and backslashes of a path, and what of it is
  // no UTF-8, print escaped as in C ("unix:/tmp/a\nb"). So does an '@' that
  // begins a path ("unix:\100x"), so that it is not taken for the sign of an
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
