#include "mortise/core/address.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/core/internal/family_text.h"
#include "mortise/core/internal/inet_text.h"
#include "mortise/core/internal/ip_ranges.h"
#include "mortise/core/internal/lookup.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/quote.h"
#include "mortise/core/socket_address.h"
#include "mortise/platform/family_address.h"

namespace mortise {
namespace {

using internal::Operation;

std::string Text(const SocketAddress& resolved) { return resolved.ToString(); }

std::string Text(const HostPort& host_port) {
  const std::string host = internal::Escape(host_port.host);
  if (host.find(':') == std::string::npos) {
    return absl::StrCat(host, ":", host_port.port);
  }
  const bool has_own_scope = host.find('%') != std::string::npos;
  if (host_port.scope_id == 0 || has_own_scope) {
    return absl::StrCat("[", host, "]:", host_port.port);
  }
  return absl::StrCat("[", host, "%", host_port.scope_id, "]:", host_port.port);
}

std::string Text(const UnixPath& path) {
  const absl::StatusOr<SocketAddress> resolved = SocketAddress::Unix(path.path);
  if (resolved.ok()) return resolved->ToString();
  return absl::StrCat("unix:", internal::Escape(path.path));
}

std::string Text(const FamilyAddress& address) {
  return internal::FamilyText(address);
}

absl::Status Wrong(absl::string_view text, absl::string_view complaint) {
  return internal::ArgumentError(
      absl::StatusCode::kInvalidArgument, Operation::kAddress, "text",
      absl::StrCat(internal::Quote(text), " ", complaint));
}

constexpr absl::string_view kNoPort =
    "has no port; write it behind the host, \":80\"";

// The two parts of a text.
struct HostAndPort {
  absl::string_view host;
  absl::string_view port;
};

// "[::1]:80"
absl::StatusOr<HostAndPort> SplitBehindBrackets(absl::string_view text) {
  const std::size_t end = text.find(']');
  if (end == absl::string_view::npos) {
    return Wrong(text, "has no \"]\" behind its host");
  }
  const absl::string_view host = text.substr(1, end - 1);
  const absl::string_view rest = text.substr(end + 1);
  if (host.empty()) return Wrong(text, "has no host in its brackets");
  if (internal::FormOf(host) != internal::HostForm::kIpv6) {
    return Wrong(text, "has no IPv6 address in its brackets");
  }
  if (host.back() == '%') return Wrong(text, "has no scope behind its \"%\"");
  if (rest.empty()) return Wrong(text, kNoPort);
  if (rest.front() != ':') {
    return Wrong(text, "has something else than \":\" behind its brackets");
  }
  return HostAndPort{host, rest.substr(1)};
}

// "example.org:80"
absl::StatusOr<HostAndPort> SplitAtColon(absl::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == absl::string_view::npos) return Wrong(text, kNoPort);
  const absl::string_view host = text.substr(0, colon);
  // Without brackets, "::1" could also be "::" with port 1.
  for (const absl::string_view address : {text, host}) {
    if (internal::FormOf(address) == internal::HostForm::kIpv6) {
      return Wrong(text,
                   "is ambiguous; write an IPv6 address in brackets, "
                   "\"[::1]:80\"");
    }
  }
  if (absl::StrContains(host, ':')) {
    return Wrong(text, "has more than one colon");
  }
  if (host.empty()) return Wrong(text, "has no host in front of its port");
  for (const unsigned char c : host) {
    if (absl::ascii_isspace(c) || absl::ascii_iscntrl(c) || c == '[' ||
        c == ']') {
      return Wrong(text, "has a character in its host that no host has");
    }
  }
  return HostAndPort{host, text.substr(colon + 1)};
}

}  // namespace

absl::StatusOr<HostPort> HostPort::Parse(absl::string_view text) {
  if (text.empty()) return Wrong(text, "has neither a host nor a port");
  const absl::StatusOr<HostAndPort> parts =
      text.front() == '[' ? SplitBehindBrackets(text) : SplitAtColon(text);
  if (!parts.ok()) return parts.status();
  absl::Status valid =
      internal::CheckHost(Operation::kAddress, "text: host", parts->host);
  if (!valid.ok()) return valid;
  valid = internal::CheckAscii(Operation::kAddress, "text: host", parts->host);
  if (!valid.ok()) return valid;
  if (parts->port.empty()) return Wrong(text, kNoPort);
  const std::optional<std::uint64_t> port = internal::ReadDecimal(parts->port);
  if (!port.has_value()) {
    return Wrong(text,
                 absl::StrCat("has the port ", internal::Quote(parts->port),
                              ", which is not a number"));
  }
  if (*port > internal::kMaxPort) {
    return internal::NotInRange(Operation::kAddress, "text: port",
                                internal::Quote(parts->port),
                                internal::kMaxPort);
  }
  return HostPort{std::string(parts->host), static_cast<int>(*port)};
}

std::string Address::ToString() const {
  return Visit([](const auto& value) { return Text(value); });
}

}  // namespace mortise
