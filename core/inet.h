// IP addresses as text and as bytes. Pure functions: no system call, no
// resolver, the same answer on every system.
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

// Python: socket.inet_aton. The 4 bytes, in network order, of an IPv4 address
// in any of the forms of inet_aton(3): one to four parts, the last one filling
// the bytes that remain ("127.1"), each decimal, octal ("017") or hexadecimal
// ("0x7f").
//
// Fails with kInvalidArgument iff `ip_string` is anything else; what follows
// the address counts, so "127.0.0.1 x" fails here though glibc accepts it.
absl::StatusOr<std::string> InetAton(absl::string_view ip_string);

// Python: socket.inet_ntoa. "127.0.0.1" from 4 bytes in network order.
//
// Fails with kInvalidArgument iff `packed_ip` has not exactly 4 bytes.
absl::StatusOr<std::string> InetNtoa(absl::string_view packed_ip);

// Python: socket.inet_pton. The 4 bytes of an IPv4 address in plain dotted
// decimal, or the 16 of an IPv6 address (RFC 4291, section 2.2; no scope).
//
// Fails with kInvalidArgument iff `ip_string` is no such address, or `family`
// is neither AF_INET nor AF_INET6.
absl::StatusOr<std::string> InetPton(AddressFamily family,
                                     absl::string_view ip_string);

// Python: socket.inet_ntop. The text of 4 or 16 bytes in network order; IPv6
// in the form of RFC 5952, with the last 32 bits in dotted decimal for
// IPv4-mapped and IPv4-compatible addresses, as inet_ntop(3) has it.
//
// Fails with kInvalidArgument iff `packed_ip` has another length, or `family`
// is neither AF_INET nor AF_INET6.
absl::StatusOr<std::string> InetNtop(AddressFamily family,
                                     absl::string_view packed_ip);

}  // namespace mortise

#endif  // MORTISE_CORE_INET_H_
