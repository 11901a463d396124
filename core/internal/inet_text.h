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

// Each parser returns false iff `text` is no such address, and leaves `bytes`
// alone then. None allocates.

// Four decimal parts without leading zeros, inet_pton(3)'s form.
bool ParseIpv4(absl::string_view text, Ipv4Bytes* bytes);
// The old forms of inet_aton(3) too: fewer parts, octal, hexadecimal.
bool ParseIpv4Loosely(absl::string_view text, Ipv4Bytes* bytes);
// RFC 4291, section 2.2, inet_pton(3)'s form: no scope, no brackets.
bool ParseIpv6(absl::string_view text, Ipv6Bytes* bytes);

// How a host is written, which decides whether a resolver is asked: as an IPv4
// address in any form of inet_aton(3), as an IPv6 address with or without a
// scope, or as anything else.
enum class HostForm { kIpv4, kIpv6, kName };
HostForm FormOf(absl::string_view host);

// Whether `address`, the bytes of an IPv6 address, is an IPv4 address in that
// form, ::ffff:0:0/96. RFC 4291, section 2.5.5.2.
bool IsIpv4Mapped(absl::string_view address);

// A number in plain decimal digits; beyond 32 bits it is 2^32. nullopt if it is
// anything else: a sign, a space, nothing at all.
std::optional<std::uint64_t> ReadDecimal(absl::string_view text);

std::string FormatIpv4(const Ipv4Bytes& bytes);
// RFC 5952, and dotted decimal where inet_ntop(3) has it.
std::string FormatIpv6(const Ipv6Bytes& bytes);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_INET_TEXT_H_
