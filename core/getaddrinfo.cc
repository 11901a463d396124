#include "mortise/core/getaddrinfo.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mortise/core/internal/addr_info_query.h"
#include "mortise/core/internal/lookup.h"
#include "mortise/core/internal/operation.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/call_limit.h"

namespace mortise {

absl::StatusOr<std::vector<AddrInfo>> GetAddrInfo(
    std::optional<absl::string_view> host,
    std::optional<absl::string_view> service,
    const GetAddrInfoOptions& options) {
  const absl::StatusOr<AddrInfoQuery> query =
      internal::MakeQuery(host, service, options);
  if (!query.ok()) return query.status();
  Platform& platform = internal::OrDefault(options.platform);
  const absl::StatusOr<CallLimit> limit =
      internal::LimitOf(platform, internal::Operation::kGetAddrInfo,
                        options.timeout, options.cancellation_state());
  if (!limit.ok()) return limit.status();
  return internal::TakeAddrInfos(
      platform, *query, platform.names().FindAddresses(*query, *limit));
}

absl::StatusOr<std::vector<AddrInfo>> GetAddrInfo(
    std::optional<absl::string_view> host, int port,
    const GetAddrInfoOptions& options) {
  const absl::StatusOr<std::string> service = internal::ServiceOf(port);
  if (!service.ok()) return service.status();
  return GetAddrInfo(host, *service, options);
}

}  // namespace mortise
