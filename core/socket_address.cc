#include "mortise/core/socket_address.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <tuple>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "mortise/core/internal/family_text.h"
#include "mortise/core/internal/inet_text.h"
#include "mortise/core/internal/ip_ranges.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/or_default.h"
#include "mortise/core/internal/path_too_long.h"
#include "mortise/core/internal/quote.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace {

using internal::Ipv4Bytes;
using internal::Ipv6Bytes;
using internal::Operation;
using internal::Quote;
using internal::ReadDecimal;

constexpr std::uint32_t kMaxScopeId = 0xffffffff;
constexpr int kMaxFamily = 0xffff;

constexpr absl::string_view kUnixPrefix = "unix:";
// An '@' that begins a path, escaped so that it is not taken for the sign of an
// abstract name. Octal, which ends after three digits whatever follows.
constexpr absl::string_view kEscapedAt = "\\100";

absl::Status Invalid(absl::string_view argument, absl::string_view complaint) {
  return internal::ArgumentError(absl::StatusCode::kInvalidArgument,
                                 Operation::kAddress, argument, complaint);
}

absl::Status NotInRange(absl::string_view argument, absl::string_view value,
                        std::uint32_t most) {
  return internal::NotInRange(Operation::kAddress, argument, value, most);
}

absl::Status NotForIpv4(absl::string_view argument, std::uint32_t value) {
  return Invalid(argument, absl::StrCat(value, " is given, but AF_INET has no ",
                                        argument));
}

absl::Status NotAnAddress(absl::string_view text) {
  return Invalid("text", absl::StrCat(Quote(text), " is not a socket address"));
}

template <typename Bytes>
void SetBytes(const Bytes& bytes, SockAddr* raw) {
  raw->size = static_cast<std::uint8_t>(bytes.size());
  std::copy(bytes.begin(), bytes.end(), raw->bytes);
}

// False iff a backend filled in another number of bytes than the family has.
template <typename Bytes>
bool GetBytes(const SockAddr& raw, Bytes* bytes) {
  if (raw.size != bytes->size()) return false;
  std::copy_n(raw.bytes, raw.size, bytes->begin());
  return true;
}

// "fe80::1%eth0" taken apart.
struct Ipv6Host {
  Ipv6Bytes address;
  std::optional<absl::string_view> scope;
};

std::optional<Ipv6Host> ReadIpv6Host(absl::string_view host) {
  Ipv6Host result;
  const std::size_t percent = host.find('%');
  if (percent != absl::string_view::npos) {
    result.scope = host.substr(percent + 1);
    // A NUL would end the name halfway for the OS.
    if (result.scope->empty() ||
        result.scope->find('\0') != absl::string_view::npos) {
      return std::nullopt;
    }
  }
  if (!internal::ParseIpv6(host.substr(0, percent), &result.address)) {
    return std::nullopt;
  }
  return result;
}

// The number of a scope, which is one already or the name of an interface.
// `text` is what it stands in, for the error.
absl::StatusOr<std::uint32_t> ScopeId(absl::string_view scope,
                                      absl::string_view text,
                                      const Platform& platform) {
  if (const std::optional<std::uint64_t> number = ReadDecimal(scope)) {
    if (*number > kMaxScopeId) {
      return NotInRange("scope", Quote(scope), kMaxScopeId);
    }
    return static_cast<std::uint32_t>(*number);
  }
  const SysResult<std::uint32_t> index =
      platform.interfaces().NameToIndex(scope);
  if (index.ok()) return index.value;
  return internal::PlatformError(platform, Operation::kAddress,
                                 ErrorDomain::kOs, index.error, Quote(text));
}

// True iff Parse reads `name` back as the name of an interface, and as no more.
bool IsPlainInterfaceName(absl::string_view name) {
  return !name.empty() && !ReadDecimal(name).has_value() &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return absl::ascii_isgraph(c) && c != ']' && c != '%';
         });
}

std::string ScopeSuffix(std::uint32_t scope_id) {
  if (scope_id == 0) return "";
  const SysResult<std::string> name =
      internal::OrDefault(nullptr).interfaces().IndexToName(scope_id);
  if (name.ok() && IsPlainInterfaceName(name.value)) {
    return absl::StrCat("%", name.value);
  }
  return absl::StrCat("%", scope_id);
}

// Escaped where it cannot be shown, other UTF-8 as it is.
std::string UnixText(absl::string_view path) {
  absl::string_view sign;
  if (absl::ConsumePrefix(&path, absl::string_view("\0", 1))) {
    sign = "@";
  } else if (absl::ConsumePrefix(&path, "@")) {
    sign = kEscapedAt;
  }
  return absl::StrCat(kUnixPrefix, sign, internal::Escape(path));
}

absl::StatusOr<SocketAddress> ParseUnix(absl::string_view text) {
  absl::string_view escaped = absl::StripPrefix(text, kUnixPrefix);
  const bool is_abstract = absl::ConsumePrefix(&escaped, "@");
  std::string path;
  if (!absl::CUnescape(escaped, &path)) return NotAnAddress(text);
  if (is_abstract) {
    path.insert(path.begin(), '\0');
  } else if (!path.empty() && path.front() == '\0') {
    return NotAnAddress(text);
  }
  return SocketAddress::Unix(path);
}

absl::StatusOr<SocketAddress> ParseIp(absl::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == absl::string_view::npos) return NotAnAddress(text);
  absl::string_view host = text.substr(0, colon);
  const absl::string_view port_text = text.substr(colon + 1);

  const std::optional<std::uint64_t> port_number = ReadDecimal(port_text);
  if (!port_number.has_value()) return NotAnAddress(text);
  if (*port_number > internal::kMaxPort) {
    return NotInRange("text: port", Quote(port_text), internal::kMaxPort);
  }
  const auto port = static_cast<std::uint16_t>(*port_number);

  Ipv4Bytes ipv4;
  if (internal::ParseIpv4(host, &ipv4)) return SocketAddress::Ipv4(ipv4, port);

  if (!absl::ConsumePrefix(&host, "[") || !absl::ConsumeSuffix(&host, "]")) {
    return NotAnAddress(text);
  }
  const std::optional<Ipv6Host> ipv6 = ReadIpv6Host(host);
  if (!ipv6.has_value()) return NotAnAddress(text);
  if (!ipv6->scope.has_value()) return SocketAddress::Ipv6(ipv6->address, port);
  const absl::StatusOr<std::uint32_t> scope_id =
      ScopeId(*ipv6->scope, text, internal::OrDefault(nullptr));
  if (!scope_id.ok()) return scope_id.status();
  return SocketAddress::Ipv6(ipv6->address, port, /*flowinfo=*/0, *scope_id);
}

}  // namespace

SocketAddress SocketAddress::Ipv4(const std::array<std::uint8_t, 4>& address,
                                  std::uint16_t port) {
  SocketAddress result;
  result.raw_.family = kAfInet;
  result.raw_.port = port;
  SetBytes(address, &result.raw_);
  return result;
}

SocketAddress SocketAddress::Ipv6(const std::array<std::uint8_t, 16>& address,
                                  std::uint16_t port, std::uint32_t flowinfo,
                                  std::uint32_t scope_id) {
  SocketAddress result;
  result.raw_.family = kAfInet6;
  result.raw_.port = port;
  result.raw_.flowinfo = flowinfo;
  result.raw_.scope_id = scope_id;
  SetBytes(address, &result.raw_);
  return result;
}

absl::StatusOr<SocketAddress> SocketAddress::Numeric(absl::string_view host,
                                                     int port,
                                                     std::uint32_t flowinfo,
                                                     std::uint32_t scope_id,
                                                     Platform* platform) {
  absl::Status valid = internal::CheckPort(Operation::kAddress, port);
  if (valid.ok()) {
    valid = internal::CheckFlowinfo(Operation::kAddress, flowinfo);
  }
  if (!valid.ok()) return valid;

  Ipv4Bytes ipv4;
  if (internal::ParseIpv4Loosely(host, &ipv4)) {
    if (flowinfo != 0) return NotForIpv4("flowinfo", flowinfo);
    if (scope_id != 0) return NotForIpv4("scope_id", scope_id);
    return Ipv4(ipv4, static_cast<std::uint16_t>(port));
  }

  const std::optional<Ipv6Host> ipv6 = ReadIpv6Host(host);
  if (!ipv6.has_value()) {
    return Invalid("host", absl::StrCat(Quote(host),
                                        " is not a numeric IPv4 or IPv6 "
                                        "address"));
  }
  if (ipv6->scope.has_value()) {
    const absl::StatusOr<std::uint32_t> in_host =
        ScopeId(*ipv6->scope, host, internal::OrDefault(platform));
    if (!in_host.ok()) return in_host.status();
    if (scope_id != 0 && scope_id != *in_host) {
      return Invalid("scope_id", absl::StrCat(scope_id, " is not the scope of ",
                                              Quote(host)));
    }
    scope_id = *in_host;
  }
  return Ipv6(ipv6->address, static_cast<std::uint16_t>(port), flowinfo,
              scope_id);
}

absl::StatusOr<SocketAddress> SocketAddress::Unix(absl::string_view path) {
  if (path.size() > SockAddr::kCapacity) {
    return internal::PathTooLong(Operation::kAddress, path, "any system's",
                                 SockAddr::kCapacity);
  }
  const bool is_abstract = !path.empty() && path.front() == '\0';
  if (!is_abstract && path.find('\0') != absl::string_view::npos) {
    return Invalid("path", absl::StrCat(Quote(path), " has a NUL inside"));
  }
  SocketAddress result;
  result.raw_.family = kAfUnix;
  SetBytes(path, &result.raw_);
  return result;
}

absl::StatusOr<SocketAddress> SocketAddress::Raw(AddressFamily family,
                                                 absl::string_view bytes) {
  if (family.value() < 0 || family.value() > kMaxFamily) {
    return NotInRange("family", family.ToString(), kMaxFamily);
  }
  if (family == kAfUnspec || family == kAfInet || family == kAfInet6 ||
      family == kAfUnix) {
    return Invalid("family",
                   absl::StrCat(family.ToString(), " has a form of its own"));
  }
  if (bytes.size() > SockAddr::kCapacity) {
    return Invalid("bytes", absl::StrCat(bytes.size(), " are more than ",
                                         SockAddr::kCapacity));
  }
  SocketAddress result;
  result.raw_.family = static_cast<std::uint16_t>(family.value());
  SetBytes(bytes, &result.raw_);
  return result;
}

absl::StatusOr<SocketAddress> SocketAddress::Parse(absl::string_view text) {
  return absl::StartsWith(text, kUnixPrefix) ? ParseUnix(text) : ParseIp(text);
}

std::string SocketAddress::host() const {
  Ipv4Bytes ipv4;
  if (family() == kAfInet && GetBytes(raw_, &ipv4)) {
    return internal::FormatIpv4(ipv4);
  }
  Ipv6Bytes ipv6;
  if (family() == kAfInet6 && GetBytes(raw_, &ipv6)) {
    return internal::FormatIpv6(ipv6);
  }
  return "";
}

bool SocketAddress::IsIpv4Mapped() const {
  return family() == kAfInet6 && internal::IsIpv4Mapped(bytes());
}

SocketAddress SocketAddress::WithPort(std::uint16_t port) const {
  SocketAddress result = *this;
  if (family() == kAfInet || family() == kAfInet6) result.raw_.port = port;
  return result;
}

std::string SocketAddress::ToString() const {
  if (family() == kAfInet) return absl::StrCat(host(), ":", port());
  if (family() == kAfInet6) {
    return absl::StrCat("[", host(), ScopeSuffix(scope_id()), "]:", port());
  }
  if (family() == kAfUnix) return UnixText(bytes());
  if (family() == kAfUnspec) return "none";
  if (const std::optional<std::string> text =
          internal::FamilyText(raw_, internal::OrDefault(nullptr))) {
    return *text;
  }
  return absl::StrCat(family().ToString(), ":",
                      absl::BytesToHexString(bytes()));
}

bool operator<(const SocketAddress& a, const SocketAddress& b) {
  const auto key = [](const SocketAddress& address) {
    return std::make_tuple(address.raw_.family, address.bytes(),
                           address.raw_.port, address.raw_.scope_id,
                           address.raw_.flowinfo);
  };
  return key(a) < key(b);
}

std::ostream& operator<<(std::ostream& out, const SocketAddress& a) {
  return out << a.ToString();
}

}  // namespace mortise
