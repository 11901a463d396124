// The address to bind, connect or send to, as a caller writes it: either
// already resolved, or a host that may be a name.
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
// A socket resolves the address in its own family when the address is used, and
// takes the first answer. A numeric host never reaches the resolver. In the
// family AF_INET, "" means INADDR_ANY and "<broadcast>" means INADDR_BROADCAST.
//
// The types here are value types: copies share nothing, const methods are
// thread-safe, and nothing here waits for the network.

#ifndef MORTISE_CORE_ADDRESS_H_
#define MORTISE_CORE_ADDRESS_H_

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mortise/core/socket_address.h"
#include "mortise/platform/family_address.h"

namespace mortise {
namespace internal {

// Fails to compile, with what is to be written in place of a text.
template <typename Text>
std::string TextIsNoAddress() {
  static_assert(
      std::is_void_v<Text>,
      "a text is no address: write {\"example.org\", 80} for a host "
      "and a port, HostPort::Parse(text) for a text that has both, or "
      "UnixPath{path} for a path");
  return std::string();
}

// Fails to compile, for a host and a port that are two arguments.
template <typename Host>
absl::Status AddressIsOneArgument() {
  static_assert(std::is_void_v<Host>,
                "an address is one argument: write {\"example.org\", 80}, with "
                "braces around the host and the port");
  return absl::OkStatus();
}

}  // namespace internal

// Python: (host, port) and (host, port, flowinfo, scopeid).
struct HostPort {
  // An address, or a name in ASCII. Write a name with other letters as the DNS
  // has it ("xn--..."). A name that is not ASCII is a usage error when it is
  // looked up.
  std::string host;
  int port = 0;                // 0 to 65535
  std::uint32_t flowinfo = 0;  // AF_INET6 only, 0 to 0xfffff
  std::uint32_t scope_id = 0;  // AF_INET6 only

  // Parses a host and port as people write them: "example.org:80",
  // "127.0.0.1:80", "[::1]:80", "[fe80::1%eth0]:80". An IPv6 address must be in
  // brackets, and nothing else may be. Its scope becomes part of `host`. The
  // port is a number. Parse looks up neither the host nor the scope.
  // Address::ToString writes this form, except when the host is empty. Python
  // has no counterpart. Source: RFC 3986, section 3.2.2; RFC 4007, section 11.
  //
  // Returns:
  //   kInvalidArgument  `text` has no host or no port, its port is not a
  //                     number, an IPv6 address lacks its brackets, or `text`
  //                     holds anything else
  //   kOutOfRange       the port is more than 65535
  static absl::StatusOr<HostPort> Parse(absl::string_view text);
};

// The path of an AF_UNIX socket. An abstract name (Linux) begins with a NUL.
struct UnixPath {
  std::string path;
};

// Converts implicitly from every form of address. Nothing is checked until the
// address is used.
class Address {
 public:
  Address(const SocketAddress& resolved) : value_(resolved) {}   // NOLINT
  Address(HostPort host_port) : value_(std::move(host_port)) {}  // NOLINT
  Address(UnixPath path) : value_(std::move(path)) {}            // NOLINT
  Address(absl::string_view host, int port)
      : value_(HostPort{std::string(host), port}) {}
  // From one of the structures of mortise/core/family_address.h.
  template <typename T,
            std::enable_if_t<IsFamilyAddress<T>::value ||
                                 std::is_same<T, FamilyAddress>::value,
                             int> = 0>
  Address(T address)  // NOLINT
      : value_(FamilyAddress(std::move(address))) {}
  // A text is no address: it might be a host, a path, or a host and a port.
  // This does not compile, and says what to write.
  template <
      typename T,
      std::enable_if_t<std::is_convertible_v<T, absl::string_view>, int> = 0>
  Address(const T&)  // NOLINT
      : value_(UnixPath{internal::TextIsNoAddress<T>()}) {}

  // The form that the address was made from; nullptr for the other forms. The
  // pointer is valid as long as this object lives and is not assigned to.
  const SocketAddress* resolved() const {
    return std::get_if<SocketAddress>(&value_);
  }
  const HostPort* host_port() const { return std::get_if<HostPort>(&value_); }
  const UnixPath* unix_path() const { return std::get_if<UnixPath>(&value_); }
  const FamilyAddress* family_address() const {
    return std::get_if<FamilyAddress>(&value_);
  }

  // Calls `visitor` with the form that the address was made from, and returns
  // the result. The visitor must accept each of the four forms.
  template <typename Visitor>
  decltype(auto) Visit(Visitor&& visitor) const {
    return std::visit(std::forward<Visitor>(visitor), value_);
  }

  // The text that people write: "example.org:80", "[fe80::1]:80",
  // "unix:/run/x".
  std::string ToString() const;

 private:
  std::variant<SocketAddress, HostPort, UnixPath, FamilyAddress> value_;
};

}  // namespace mortise

#endif  // MORTISE_CORE_ADDRESS_H_
