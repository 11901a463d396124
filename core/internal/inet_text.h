// IP addresses between text and bytes, without errors to report: the common
// ground of inet.h, which is Python's, and SocketAddress.

#ifndef MORTISE_CORE_INTERNAL_INET_TEXT_H_
#define MORTISE_CORE_INTERNAL_INET_TEXT_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace mortise {
namespace internal {

// In network order, as they travel.
using Ipv4Bytes = std::array<std::uint8_t, 4>;
using Ipv6Bytes = std::array<std::uint8_t, 16>;

// Each parser returns false if `text` is not such an address, and then leaves
// `*bytes` unchanged. None of them allocates.

// Parses the form of inet_pton(3): four decimal parts without leading zeros.
bool ParseIpv4(absl::string_view text, Ipv4Bytes* bytes);
// Parses the old forms of inet_aton(3) too: fewer parts, octal, hexadecimal.
bool ParseIpv4Loosely(absl::string_view text, Ipv4Bytes* bytes);
// Parses the form of RFC 4291, section 2.2, and of inet_pton(3): without a
// scope and without brackets.
bool ParseIpv6(absl::string_view text, Ipv6Bytes* bytes);

// How a host is written, which decides whether a resolver is asked: as an IPv4
// address in any form of inet_aton(3), as an IPv6 address with or without a
// scope, or as anything else.
enum class HostForm { kIpv4, kIpv6, kName };
HostForm FormOf(absl::string_view host);

// Whether `address`, the bytes of an IPv6 address, is an IPv4 address in that
// form, ::ffff:0:0/96. RFC 4291, section 2.5.5.2.
bool IsIpv4Mapped(absl::string_view address);

// Reads a number in plain decimal digits. A number of more than 32 bits becomes
// 2^32. Returns nullopt if `text` is empty or has any other character, such as
// a sign or a space.
std::optional<std::uint64_t> ReadDecimal(absl::string_view text);

std::string FormatIpv4(const Ipv4Bytes& bytes);
// Writes the form of RFC 5952, with dotted decimal where inet_ntop(3) uses it.
std::string FormatIpv6(const Ipv6Bytes& bytes);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_INET_TEXT_H_
