// IP addresses and ports inside of the simulation.

#ifndef MORTISE_PLATFORM_SIM_KERNEL_ADDRESS_H_
#define MORTISE_PLATFORM_SIM_KERNEL_ADDRESS_H_

#include <array>
#include <cstdint>
#include <string>
#include <tuple>

#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {
namespace sim {

// An IPv4 or IPv6 address. IPv4 is kept in its IPv6 form (::ffff:0:0/96), as
// sockets that carry both have it. A value type; const methods are thread-safe.
class IpAddress {
 public:
  // The address "::".
  constexpr IpAddress() = default;
  // `bytes` has 4 or 16 bytes, in network order.
  static IpAddress V4(const std::uint8_t* bytes);
  static IpAddress V4(std::uint8_t a, std::uint8_t b, std::uint8_t c,
                      std::uint8_t d);
  static IpAddress V6(const std::uint8_t* bytes);
  // "0.0.0.0" or "::", and 127.0.0.1 or ::1.
  static IpAddress Any(bool is_v4);
  static IpAddress Loopback(bool is_v4);

  // Returns "10.0.0.3" or, as RFC 5952 has it, "fe80::1".
  std::string ToString() const;

  bool is_v4() const;
  // 0.0.0.0 or ::.
  bool is_any() const;
  // 127.0.0.0/8 or ::1.
  bool is_loopback() const;
  bool is_multicast() const;
  // 255.255.255.255.
  bool is_broadcast() const;
  // fe80::/10. Such an address needs an interface.
  bool is_link_local() const;
  // Whether the first `bits` bits are those of `other`. For IPv4 the bits are
  // those of the 4 bytes.
  bool HasPrefix(const IpAddress& other, int bits) const;

  // 16 bytes; of an IPv4 address the last 4 bytes count.
  const std::uint8_t* bytes() const { return bytes_.data(); }
  const std::uint8_t* v4_bytes() const { return bytes_.data() + 12; }

  friend bool operator==(const IpAddress& a, const IpAddress& b) {
    return a.bytes_ == b.bytes_;
  }
  friend bool operator!=(const IpAddress& a, const IpAddress& b) {
    return !(a == b);
  }
  friend bool operator<(const IpAddress& a, const IpAddress& b) {
    return a.bytes_ < b.bytes_;
  }
  template <typename H>
  friend H AbslHashValue(H state, const IpAddress& address) {
    return H::combine(std::move(state), address.bytes_);
  }

 private:
  std::array<std::uint8_t, 16> bytes_ = {};
};

// An address with a port. A value type.
struct Endpoint {
  IpAddress ip;
  std::uint16_t port = 0;
  // The interface of a link-local address.
  std::uint32_t scope_id = 0;

  friend bool operator==(const Endpoint& a, const Endpoint& b) {
    return a.ip == b.ip && a.port == b.port && a.scope_id == b.scope_id;
  }
  friend bool operator!=(const Endpoint& a, const Endpoint& b) {
    return !(a == b);
  }
  template <typename H>
  friend H AbslHashValue(H state, const Endpoint& endpoint) {
    return H::combine(std::move(state), endpoint.ip, endpoint.port,
                      endpoint.scope_id);
  }
};

// Returns `address` for a socket of `family`, which is AF_INET or AF_INET6.
// Returns kEinval if it is too short, and kEafnosupport for another family.
Result<Endpoint> ReadEndpoint(const SockAddr& address, int family);

// Returns `endpoint` as a socket of `family` shows it.
SockAddr WriteEndpoint(const Endpoint& endpoint, int family);

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_KERNEL_ADDRESS_H_
