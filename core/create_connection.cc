#include "mortise/core/create_connection.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/addr_info.h"
#include "mortise/core/address.h"
#include "mortise/core/cancellation.h"
#include "mortise/core/default_timeout.h"
#include "mortise/core/getaddrinfo.h"
#include "mortise/core/internal/cancellation_state.h"
#include "mortise/core/internal/check_duration.h"
#include "mortise/core/internal/connection_race.h"
#include "mortise/core/internal/deadline.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/or_default.h"
#include "mortise/core/internal/resolve.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {
namespace {

using internal::ArgumentError;
using internal::ConnectionPlan;
using internal::ConnectionRace;
using internal::Deadline;
using internal::Operation;

absl::Status OutOfRange(absl::string_view argument,
                        absl::string_view complaint) {
  return ArgumentError(absl::StatusCode::kOutOfRange,
                       Operation::kCreateConnection, argument, complaint);
}

// Checks `address` for AF_INET6, because the family is not known yet and every
// host and port that AF_INET takes is right for AF_INET6 as well.
absl::Status CheckHostPort(Platform& platform, const HostPort& address) {
  return internal::CheckHostPort(
      {platform, kAfInet6, Operation::kCreateConnection}, address);
}

absl::Status CheckOptions(Platform& platform,
                          const CreateConnectionOptions& options) {
  absl::Status valid;
  if (options.timeout.has_value()) {
    valid = internal::CheckNotNegative(Operation::kCreateConnection, "timeout",
                                       *options.timeout);
  }
  if (valid.ok()) {
    valid = internal::CheckNotNegative(Operation::kCreateConnection,
                                       "attempt_delay", options.attempt_delay);
  }
  if (valid.ok()) {
    valid = internal::CheckNotNegative(Operation::kCreateConnection,
                                       "resolution_delay",
                                       options.resolution_delay);
  }
  if (valid.ok() && options.attempt_timeout <= absl::ZeroDuration()) {
    valid =
        OutOfRange("attempt_timeout",
                   absl::StrCat(absl::FormatDuration(options.attempt_timeout),
                                " is not more than zero"));
  }
  if (valid.ok() && options.source_address.has_value() &&
      options.source_address->host_port() != nullptr) {
    valid = CheckHostPort(platform, *options.source_address->host_port());
  }
  return valid;
}

// Looks the name up in one call.
absl::StatusOr<std::vector<AddrInfo>> LookUp(const ConnectionPlan& plan,
                                             const HostPort& address,
                                             AddressFamily family) {
  GetAddrInfoOptions query;
  query.family = family;
  query.type = kSockStream;
  query.timeout = plan.deadline.Remaining();
  query.cancellation = plan.attempts.cancellation;
  query.platform = &plan.attempts.platform;
  absl::StatusOr<std::vector<AddrInfo>> found =
      GetAddrInfo(address.host, address.port, query);
  if (!found.ok()) return found;
  if (found->empty()) {
    return internal::NoAddressError(plan.attempts.platform,
                                    Address(address).ToString());
  }
  if (family == kAfInet6) {
    for (AddrInfo& info : *found) {
      SockAddr& raw = *info.address.mutable_raw();
      raw.flowinfo = address.flowinfo;
      if (address.scope_id != 0) raw.scope_id = address.scope_id;
    }
  }
  return found;
}

// Gives `race` the addresses that `address` names, or lets it look them up.
absl::Status AddAddresses(const ConnectionPlan& plan, const HostPort& address,
                          ConnectionRace& race) {
  const absl::StatusOr<SocketAddress> numeric =
      SocketAddress::Numeric(address.host, address.port, address.flowinfo,
                             address.scope_id, &plan.attempts.platform);
  if (numeric.ok()) {
    race.Add({{numeric->family(), kSockStream, kIpprotoTcp, "", *numeric}});
    return absl::OkStatus();
  }
  const bool is_ipv6 = address.flowinfo != 0 || address.scope_id != 0;
  if (!is_ipv6 && !address.host.empty() &&
      plan.attempt_delay != absl::InfiniteDuration()) {
    return race.LookUp(address);
  }
  const absl::StatusOr<std::vector<AddrInfo>> found =
      LookUp(plan, address, is_ipv6 ? kAfInet6 : kAfUnspec);
  if (found.ok()) race.Add(*found);
  return found.status();
}

// `options` must outlive the plan.
ConnectionPlan MakePlan(Platform& platform,
                        const CreateConnectionOptions& options) {
  const absl::Duration timeout = options.timeout.value_or(GetDefaultTimeout());
  absl::Duration limit = internal::ResolveTimeout(timeout);
  // A non-blocking call does not wait, so its attempts need no time.
  if (options.cancellation.has_value() && timeout > absl::ZeroDuration()) {
    limit = std::min(limit, options.cancellation->state().get()->Remaining());
  }
  return {{platform, options.cancellation, options.source_address,
           options.source_reuse},
          timeout,
          Deadline(platform.clock(), limit),
          options.attempt_timeout,
          options.attempt_delay,
          options.resolution_delay};
}

}  // namespace

absl::StatusOr<Socket> CreateConnection(
    const HostPort& address, const CreateConnectionOptions& options) {
  Platform& platform = internal::OrDefault(options.platform);
  if (options.all_errors != nullptr) options.all_errors->clear();
  absl::Status valid = CheckOptions(platform, options);
  if (valid.ok()) valid = CheckHostPort(platform, address);
  if (!valid.ok()) return valid;
  const ConnectionPlan plan = MakePlan(platform, options);
  ConnectionRace race(plan, options.all_errors);
  absl::Status added = AddAddresses(plan, address, race);
  if (!added.ok()) return added;
  return race.Run();
}

absl::StatusOr<Socket> CreateConnection(
    absl::Span<const AddrInfo> addresses,
    const CreateConnectionOptions& options) {
  Platform& platform = internal::OrDefault(options.platform);
  if (options.all_errors != nullptr) options.all_errors->clear();
  absl::Status valid = CheckOptions(platform, options);
  if (!valid.ok()) return valid;
  if (addresses.empty()) {
    return ArgumentError(absl::StatusCode::kInvalidArgument,
                         Operation::kCreateConnection, "addresses",
                         "there are none");
  }
  const ConnectionPlan plan = MakePlan(platform, options);
  ConnectionRace race(plan, options.all_errors);
  race.Add(addresses);
  return race.Run();
}

}  // namespace mortise
