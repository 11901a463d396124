#include "mortise/core/getnameinfo.h"

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "mortise/core/address.h"
#include "mortise/core/internal/check_duration.h"
#include "mortise/core/internal/encode_family.h"
#include "mortise/core/internal/inet_text.h"
#include "mortise/core/internal/ip_ranges.h"
#include "mortise/core/internal/lookup.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/overloaded.h"
#include "mortise/core/internal/resolve.h"
#include "mortise/core/lookup_options.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/call_limit.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/family_address.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {
namespace {

using internal::HostForm;
using internal::Operation;

constexpr Operation kOperation = Operation::kGetNameInfo;

absl::StatusOr<SocketAddress> NumericHost(Platform& platform,
                                          const HostPort& asked) {
  // Numbers out of range are refused before the form of the host is checked.
  absl::Status valid = internal::CheckPort(kOperation, asked.port);
  if (valid.ok()) valid = internal::CheckFlowinfo(kOperation, asked.flowinfo);
  if (valid.ok()) valid = internal::CheckHost(kOperation, "host", asked.host);
  if (!valid.ok()) return valid;
  const Address address(asked);
  const HostForm form = internal::FormOf(asked.host);
  if (form == HostForm::kName) {
    // The error that getaddrinfo returns for a name with AI_NUMERICHOST.
    return internal::PlatformError(
        platform, kOperation, ErrorDomain::kGetAddrInfo,
        platform.facts().errors.Native(ErrorCode::kEaiNoname),
        address.ToString());
  }
  return internal::Resolve(
      {platform, form == HostForm::kIpv4 ? kAfInet : kAfInet6, kOperation},
      address, absl::InfiniteDuration());
}

// Converts `address` without looking anything up. Every family is accepted: the
// system decides which families have names.
absl::StatusOr<SocketAddress> Numeric(Platform& platform,
                                      const Address& address) {
  using Result = absl::StatusOr<SocketAddress>;
  return address.Visit(internal::Overloaded{
      [](const SocketAddress& resolved) -> Result { return resolved; },
      [&platform](const HostPort& host_port) -> Result {
        return NumericHost(platform, host_port);
      },
      [](const UnixPath& path) -> Result {
        return SocketAddress::Unix(path.path);
      },
      [&platform](const FamilyAddress& family) -> Result {
        const absl::StatusOr<SockAddr> encoded =
            internal::EncodeFamily(family, kOperation, platform);
        if (!encoded.ok()) return encoded.status();
        return SocketAddress(*encoded);
      }});
}

}  // namespace

absl::StatusOr<NameInfo> GetNameInfo(const Address& address, int flags,
                                     const LookupOptions& options) {
  absl::Status valid =
      internal::CheckNotNegative(kOperation, "timeout", options.timeout);
  if (!valid.ok()) return valid;
  Platform& platform = internal::OrDefault(options.platform);
  const absl::StatusOr<SocketAddress> numeric = Numeric(platform, address);
  if (!numeric.ok()) return numeric.status();
  const absl::StatusOr<CallLimit> limit = internal::LimitOf(
      platform, kOperation, options.timeout, options.cancellation_state());
  if (!limit.ok()) return limit.status();
  return internal::TakeFound(
      platform, kOperation,
      platform.names().FindName(numeric->raw(), flags, *limit),
      [&numeric] { return numeric->ToString(); });
}

}  // namespace mortise
