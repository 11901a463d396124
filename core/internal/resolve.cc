#include "mortise/core/internal/resolve.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/core/address.h"
#include "mortise/core/internal/encode_family.h"
#include "mortise/core/internal/inet_text.h"
#include "mortise/core/internal/ip_ranges.h"
#include "mortise/core/internal/lookup.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/overloaded.h"
#include "mortise/core/internal/path_too_long.h"
#include "mortise/core/internal/whole_address.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/call_limit.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/family_address.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {
namespace internal {
namespace {

absl::Status WrongFamily(const ResolveContext& context, absl::string_view what,
                         absl::string_view is) {
  return ArgumentError(absl::StatusCode::kInvalidArgument, context.operation,
                       "address",
                       absl::StrCat(what, " is ", is, ", the socket is ",
                                    context.family.ToString()));
}

absl::StatusOr<SocketAddress> LookUp(const ResolveContext& context,
                                     const HostPort& host_port,
                                     absl::Duration timeout) {
  absl::StatusOr<SocketAddress> address = LookUpHost(
      context, host_port.host, Address(host_port).ToString(), timeout);
  if (!address.ok()) return address;
  SockAddr& raw = *address->mutable_raw();
  raw.port = static_cast<std::uint16_t>(host_port.port);
  raw.flowinfo = host_port.flowinfo;
  if (host_port.scope_id != 0) raw.scope_id = host_port.scope_id;
  return address;
}

absl::StatusOr<SocketAddress> ResolveHostPort(const ResolveContext& context,
                                              const HostPort& host_port,
                                              absl::Duration timeout) {
  absl::Status valid = CheckHostPort(context, host_port);
  if (!valid.ok()) return valid;

  const auto port = static_cast<std::uint16_t>(host_port.port);
  if (host_port.host.empty() || host_port.host == "<broadcast>") {
    if (context.family != kAfInet) {
      return ArgumentError(
          absl::StatusCode::kInvalidArgument, context.operation, "host",
          absl::StrCat("\"", host_port.host,
                       "\" has a meaning only in AF_INET; write the address"));
    }
    const std::uint8_t byte = host_port.host.empty() ? 0 : 255;
    return SocketAddress::Ipv4({byte, byte, byte, byte}, port);
  }

  const HostForm form = FormOf(host_port.host);
  if (form == HostForm::kName) return LookUp(context, host_port, timeout);
  const bool is_ipv4 = form == HostForm::kIpv4;
  if (is_ipv4 != (context.family == kAfInet)) {
    return WrongFamily(context, host_port.host,
                       is_ipv4 ? "an IPv4 address" : "an IPv6 address");
  }
  return SocketAddress::Numeric(host_port.host, host_port.port,
                                host_port.flowinfo, host_port.scope_id,
                                &context.platform);
}

// Returns `address` if the socket can take it. Every form of address other than
// a host and port needs this check.
absl::StatusOr<SocketAddress> Checked(const ResolveContext& context,
                                      absl::StatusOr<SocketAddress> address) {
  if (!address.ok()) return address;
  absl::Status valid = CheckResolved(context, *address);
  if (!valid.ok()) return valid;
  return address;
}

absl::StatusOr<SocketAddress> Encoded(const ResolveContext& context,
                                      const FamilyAddress& address) {
  const absl::StatusOr<SockAddr> encoded =
      EncodeFamily(address, context.operation, context.platform);
  if (!encoded.ok()) return encoded.status();
  return SocketAddress(*encoded);
}

}  // namespace

absl::Status CheckHostPort(const ResolveContext& context,
                           const HostPort& host_port) {
  if (context.family != kAfInet && context.family != kAfInet6) {
    return WrongFamily(context, Address(host_port).ToString(),
                       "a host and port");
  }
  absl::Status valid = CheckPort(context.operation, host_port.port);
  if (!valid.ok()) return valid;
  valid = CheckFlowinfo(context.operation, host_port.flowinfo);
  if (!valid.ok()) return valid;
  if (context.family == kAfInet &&
      (host_port.flowinfo != 0 || host_port.scope_id != 0)) {
    return ArgumentError(absl::StatusCode::kInvalidArgument, context.operation,
                         host_port.flowinfo != 0 ? "flowinfo" : "scope_id",
                         "AF_INET has none");
  }
  valid = CheckHost(context.operation, "host", host_port.host);
  if (!valid.ok()) return valid;
  valid = CheckAscii(context.operation, "host", host_port.host);
  // The scope of an IPv6 address is the name of an interface, which need not be
  // ASCII.
  if (!valid.ok() && FormOf(host_port.host) == HostForm::kName) return valid;
  return absl::OkStatus();
}

absl::StatusOr<SocketAddress> LookUpHost(const ResolveContext& context,
                                         const std::string& host,
                                         absl::string_view asked,
                                         absl::Duration timeout) {
  AddrInfoQuery query;
  query.host = host;
  query.family = context.family.value();
  // Any type would do; naming one keeps the answer from listing each address
  // once for every type.
  query.type = kSockStream;
  const absl::StatusOr<CallLimit> limit = LimitOf(
      context.platform, context.operation, timeout, context.cancellation);
  if (!limit.ok()) return limit.status();
  const absl::StatusOr<std::vector<AddrInfoEntry>> found =
      TakeFound(context.platform, context.operation,
                context.platform.names().FindAddresses(query, *limit),
                [asked] { return asked; });
  if (!found.ok()) return found.status();
  for (const AddrInfoEntry& entry : *found) {
    const SocketAddress address(entry.address);
    if (context.family == kAfUnspec || address.family() == context.family) {
      return address;
    }
  }
  return PlatformError(
      context.platform, context.operation, ErrorDomain::kGetAddrInfo,
      context.platform.facts().errors.Native(ErrorCode::kEaiNoname), asked);
}

absl::Duration ResolveTimeout(absl::Duration socket_timeout) {
  return socket_timeout == absl::ZeroDuration() ? absl::InfiniteDuration()
                                                : socket_timeout;
}

absl::Status CheckResolved(const ResolveContext& context,
                           const SocketAddress& address) {
  if (address.family() != context.family) {
    return WrongFamily(context, address.ToString(),
                       address.family().ToString());
  }
  if (address.family() != kAfUnix) {
    return CheckWhole(context.operation, address);
  }
  const absl::string_view path = address.bytes();
  const std::size_t most = context.platform.facts().max_unix_path +
                           (!path.empty() && path[0] == '\0' ? 1 : 0);
  if (path.size() <= most) return absl::OkStatus();
  return PathTooLong(context.operation, path, "this system's", most);
}

absl::StatusOr<SocketAddress> Resolve(const ResolveContext& context,
                                      const Address& address,
                                      absl::Duration timeout) {
  return address.Visit(
      Overloaded{[&context](const SocketAddress& resolved) {
                   return Checked(context, resolved);
                 },
                 [&context, timeout](const HostPort& host_port) {
                   return ResolveHostPort(context, host_port, timeout);
                 },
                 [&context](const UnixPath& path) {
                   return Checked(context, SocketAddress::Unix(path.path));
                 },
                 [&context](const FamilyAddress& family_address) {
                   return Checked(context, Encoded(context, family_address));
                 }});
}

}  // namespace internal
}  // namespace mortise
