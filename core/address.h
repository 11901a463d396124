// Where to bind, connect or send to, as a caller writes it: resolved already,
// or a host that may be a name.
//
//   const mortise::Address addresses[] = {
//       {"example.org", 80},
//       mortise::HostPort{"fe80::1", 80, /*flowinfo=*/0, /*scope_id=*/2},
//       mortise::UnixPath{"/run/x.sock"},
//       mortise::NetlinkAddress{/*pid=*/0, /*groups=*/1},
//   };
//   for (const mortise::Address& address : addresses) {
//     absl::Status status = socket.Connect(address);
//     if (!status.ok()) return status;
//   }
//
// The socket resolves it in its own family when it is used and takes the first
// answer; a numeric host never reaches the resolver. In the family AF_INET,
// "" stands for INADDR_ANY and "<broadcast>" for INADDR_BROADCAST.

#ifndef MORTISE_CORE_ADDRESS_H_
#define MORTISE_CORE_ADDRESS_H_

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mortise/core/socket_address.h"
#include "mortise/platform/family_address.h"

namespace mortise {

// Python: (host, port) and (host, port, flowinfo, scopeid).
struct HostPort {
  // An address, or a name in ASCII. A name with other letters is written as the
  // DNS has it, "xn--..."; any other is a usage error where it is looked up.
  std::string host;
  int port = 0;                // 0 to 65535
  std::uint32_t flowinfo = 0;  // AF_INET6 alone, 0 to 0xfffff
  std::uint32_t scope_id = 0;  // AF_INET6 alone

  // Reads what a person writes for both: "example.org:80", "127.0.0.1:80",
  // "[::1]:80", "[fe80::1%eth0]:80". An IPv6 address stands in brackets, and
  // nothing else does; its scope becomes part of `host`. The port is a number.
  // Nothing is looked up, neither the host nor the scope. Address::ToString
  // writes such a text, except where there is no host. Python has no
  // counterpart. Source: RFC 3986, section 3.2.2; RFC 4007, section 11.
  //
  // Fails with kInvalidArgument if `text` has no host or no port, if its port
  // is not a number, if an IPv6 address lacks its brackets, or if there is
  // anything else in it; with kOutOfRange if the port is more than 65535.
  static absl::StatusOr<HostPort> Parse(absl::string_view text);
};

// The path of an AF_UNIX socket; Linux's abstract names begin with a NUL.
struct UnixPath {
  std::string path;
};

// Implicitly made from whatever says where; nothing is checked until it is
// used.
class Address {
 public:
  Address(const SocketAddress& resolved) : value_(resolved) {}   // NOLINT
  Address(HostPort host_port) : value_(std::move(host_port)) {}  // NOLINT
  Address(UnixPath path) : value_(std::move(path)) {}            // NOLINT
  Address(absl::string_view host, int port)
      : value_(HostPort{std::string(host), port}) {}
  // One of the structures of mortise/core/family_address.h.
  template <typename T,
            std::enable_if_t<IsFamilyAddress<T>::value ||
                                 std::is_same<T, FamilyAddress>::value,
                             int> = 0>
  Address(T address)  // NOLINT
      : value_(FamilyAddress(std::move(address))) {}

  // What it was made from; nullptr for the others.
  const SocketAddress* resolved() const {
    return std::get_if<SocketAddress>(&value_);
  }
  const HostPort* host_port() const { return std::get_if<HostPort>(&value_); }
  const UnixPath* unix_path() const { return std::get_if<UnixPath>(&value_); }
  const FamilyAddress* family_address() const {
    return std::get_if<FamilyAddress>(&value_);
  }

  // Calls `visitor` with what it was made from, and returns what that returns.
  // A visitor has to take each of the four.
  template <typename Visitor>
  decltype(auto) Visit(Visitor&& visitor) const {
    return std::visit(std::forward<Visitor>(visitor), value_);
  }

  // As a person writes it: "example.org:80", "[fe80::1]:80", "unix:/run/x".
  std::string ToString() const;

 private:
  std::variant<SocketAddress, HostPort, UnixPath, FamilyAddress> value_;
};

}  // namespace mortise

#endif  // MORTISE_CORE_ADDRESS_H_
