// Converts IP addresses between text and bytes. The functions are pure: they
// make no system call, ask no resolver, and return the same on every system.
// They are thread-safe and do not block.
//
//   absl::StatusOr<std::string> packed =
//       mortise::InetPton(mortise::kAfInet6, "::1");
//   if (!packed.ok()) return packed.status();
//   absl::StatusOr<std::string> text =
//       mortise::InetNtop(mortise::kAfInet6, *packed);

#ifndef MORTISE_CORE_INET_H_
#define MORTISE_CORE_INET_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mortise/core/socket_types.h"

namespace mortise {

// Python: socket.inet_aton. Returns the 4 bytes, in network order, of an IPv4
// address in any of the forms of inet_aton(3): one to four parts, each decimal,
// octal ("017") or hexadecimal ("0x7f"). The last part fills the bytes that
// remain ("127.1").
//
// Fails with kInvalidArgument if `ip_string` is anything else. Text after the
// address is an error too: "127.0.0.1 x" fails here, although glibc accepts it.
absl::StatusOr<std::string> InetAton(absl::string_view ip_string);

// Python: socket.inet_ntoa. Returns the dotted decimal text of 4 bytes in
// network order, such as "127.0.0.1".
//
// Fails with kInvalidArgument if `packed_ip` does not have exactly 4 bytes.
absl::StatusOr<std::string> InetNtoa(absl::string_view packed_ip);

// Python: socket.inet_pton. Returns the 4 bytes of an IPv4 address in plain
// dotted decimal, or the 16 bytes of an IPv6 address without a scope (RFC 4291,
// section 2.2).
//
// Fails with kInvalidArgument if `ip_string` is not such an address, or if
// `family` is neither AF_INET nor AF_INET6.
absl::StatusOr<std::string> InetPton(AddressFamily family,
                                     absl::string_view ip_string);

// Python: socket.inet_ntop. Returns the text of 4 or 16 bytes in network order.
// IPv6 is in the form of RFC 5952. The last 32 bits of IPv4-mapped and
// IPv4-compatible addresses are in dotted decimal, as inet_ntop(3) has it.
//
// Fails with kInvalidArgument if `packed_ip` has another length, or if `family`
// is neither AF_INET nor AF_INET6.
absl::StatusOr<std::string> InetNtop(AddressFamily family,
                                     absl::string_view packed_ip);

}  // namespace mortise

#endif  // MORTISE_CORE_INET_H_
