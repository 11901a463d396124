#include "mortise/core/gethostbyname.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/core/internal/check_duration.h"
#include "mortise/core/internal/deadline.h"
#include "mortise/core/internal/inet_text.h"
#include "mortise/core/internal/lookup.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/resolve.h"
#include "mortise/core/lookup_options.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/call_limit.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace {

using internal::HostForm;
using internal::Operation;

constexpr absl::string_view kBroadcast = "<broadcast>";
constexpr absl::string_view kBroadcastAddress = "255.255.255.255";

absl::Status Check(Operation operation, absl::string_view argument,
                   absl::string_view host, const LookupOptions& options) {
  absl::Status valid = internal::CheckHost(operation, argument, host);
  if (!valid.ok()) return valid;
  return internal::CheckNotNegative(operation, "timeout", options.timeout);
}

absl::StatusOr<HostInfo> TakeHost(const Platform& platform, Operation operation,
                                  LookupResult<HostEntry> found,
                                  absl::string_view asked) {
  absl::StatusOr<HostEntry> entry =
      internal::TakeFound(platform, operation, std::move(found),
                          [asked] { return std::string(asked); });
  if (!entry.ok()) return entry.status();
  HostInfo info;
  info.name = std::move(entry->name);
  info.aliases = std::move(entry->aliases);
  for (const SockAddr& raw : entry->addresses) {
    info.addresses.push_back(SocketAddress(raw).host());
  }
  return info;
}

// Returns the address that GetHostByAddr is asked for.
absl::StatusOr<SocketAddress> AddressOf(const internal::ResolveContext& context,
                                        absl::string_view ip_address,
                                        absl::Duration timeout) {
  if (ip_address == kBroadcast) ip_address = kBroadcastAddress;
  if (internal::FormOf(ip_address) != HostForm::kName) {
    return SocketAddress::Numeric(ip_address, /*port=*/0, /*flowinfo=*/0,
                                  /*scope_id=*/0, &context.platform);
  }
  return internal::LookUpHost(context, std::string(ip_address), ip_address,
                              timeout);
}

}  // namespace

absl::StatusOr<std::string> GetHostByName(absl::string_view hostname,
                                          const LookupOptions& options) {
  constexpr Operation kOperation = Operation::kGetHostByName;
  absl::Status valid = Check(kOperation, "hostname", hostname, options);
  if (!valid.ok()) return valid;
  if (hostname.empty()) return "0.0.0.0";
  if (hostname == kBroadcast) return std::string(kBroadcastAddress);

  internal::Ipv4Bytes bytes;
  if (internal::ParseIpv4Loosely(hostname, &bytes)) {
    return internal::FormatIpv4(bytes);
  }
  Platform& platform = internal::OrDefault(options.platform);
  if (internal::FormOf(hostname) == HostForm::kIpv6) {
    // An IPv4-mapped address counts as an IPv4 address, as in getaddrinfo.
    internal::Ipv6Bytes mapped;
    if (internal::ParseIpv6(hostname, &mapped) &&
        SocketAddress::Ipv6(mapped, 0).IsIpv4Mapped()) {
      std::copy(mapped.end() - bytes.size(), mapped.end(), bytes.begin());
      return internal::FormatIpv4(bytes);
    }
    // Not every system tells this from a name that does not exist.
    const ErrorTable& errors = platform.facts().errors;
    const int native = errors.Native(ErrorCode::kEaiAddrfamily);
    return internal::PlatformError(
        platform, kOperation, ErrorDomain::kGetAddrInfo,
        native != kNotSupportedError ? native
                                     : errors.Native(ErrorCode::kEaiNoname),
        hostname);
  }
  const absl::StatusOr<SocketAddress> address = internal::LookUpHost(
      {platform, kAfInet, kOperation, options.cancellation_state()},
      std::string(hostname), hostname, options.timeout);
  if (!address.ok()) return address.status();
  return address->host();
}

absl::StatusOr<HostInfo> GetHostByNameEx(absl::string_view hostname,
                                         const LookupOptions& options) {
  constexpr Operation kOperation = Operation::kGetHostByName;
  absl::Status valid = Check(kOperation, "hostname", hostname, options);
  if (!valid.ok()) return valid;
  Platform& platform = internal::OrDefault(options.platform);
  // Windows would take "" for this machine.
  if (hostname.empty()) {
    return internal::PlatformError(
        platform, kOperation, ErrorDomain::kHostLookup,
        platform.facts().errors.Native(ErrorCode::kHostNotFound));
  }
  const absl::StatusOr<CallLimit> limit = internal::LimitOf(
      platform, kOperation, options.timeout, options.cancellation_state());
  if (!limit.ok()) return limit.status();
  return TakeHost(platform, kOperation,
                  platform.names().FindHostByName(hostname, *limit), hostname);
}

absl::StatusOr<HostInfo> GetHostByAddr(absl::string_view ip_address,
                                       const LookupOptions& options) {
  constexpr Operation kOperation = Operation::kGetHostByAddr;
  absl::Status valid = Check(kOperation, "ip_address", ip_address, options);
  if (!valid.ok()) return valid;
  if (ip_address.empty()) {
    return internal::ArgumentError(absl::StatusCode::kInvalidArgument,
                                   kOperation, "ip_address", "is empty");
  }
  Platform& platform = internal::OrDefault(options.platform);
  const internal::Deadline deadline(platform.clock(), options.timeout);
  const absl::StatusOr<SocketAddress> address =
      AddressOf({platform, kAfUnspec, kOperation, options.cancellation_state()},
                ip_address, options.timeout);
  if (!address.ok()) return address.status();
  const absl::StatusOr<CallLimit> limit = internal::LimitOf(
      platform, kOperation, deadline.Remaining(), options.cancellation_state());
  if (!limit.ok()) return limit.status();
  return TakeHost(platform, kOperation,
                  platform.names().FindHostByAddress(address->raw(), *limit),
                  ip_address);
}

}  // namespace mortise
