#include "mortise/core/getaddrinfo.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/core/internal/check_duration.h"
#include "mortise/core/internal/ip_ranges.h"
#include "mortise/core/internal/lookup.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/call_limit.h"

namespace mortise {
namespace {

constexpr internal::Operation kOperation = internal::Operation::kGetAddrInfo;

// Treats "" as absent, because each system answers it in another way.
std::optional<std::string> NonEmpty(std::optional<absl::string_view> text) {
  if (!text.has_value() || text->empty()) return std::nullopt;
  return std::string(*text);
}

}  // namespace

absl::StatusOr<std::vector<AddrInfo>> GetAddrInfo(
    std::optional<absl::string_view> host,
    std::optional<absl::string_view> service,
    const GetAddrInfoOptions& options) {
  AddrInfoQuery query;
  query.host = NonEmpty(host);
  query.service = NonEmpty(service);
  query.family = options.family.value();
  query.type = options.type.value();
  query.protocol = options.protocol.value();
  query.flags = options.flags;
  absl::Status valid =
      internal::CheckNoNul(kOperation, "host", query.host.value_or(""));
  if (valid.ok()) {
    valid =
        internal::CheckNoNul(kOperation, "service", query.service.value_or(""));
  }
  if (valid.ok())
    valid = internal::CheckNotNegative(kOperation, "timeout", options.timeout);
  if (!valid.ok()) return valid;

  Platform& platform = internal::OrDefault(options.platform);
  const absl::StatusOr<CallLimit> limit = internal::LimitOf(
      platform, kOperation, options.timeout, options.cancellation_state());
  if (!limit.ok()) return limit.status();
  absl::StatusOr<std::vector<AddrInfoEntry>> found = internal::TakeFound(
      platform, kOperation, platform.names().FindAddresses(query, *limit),
      [&query] {
        return absl::StrCat(query.host.value_or(""),
                            query.service.has_value() ? ":" : "",
                            query.service.value_or(""));
      });
  if (!found.ok()) return found.status();

  std::vector<AddrInfo> infos;
  infos.reserve(found->size());
  for (AddrInfoEntry& entry : *found) {
    infos.push_back({AddressFamily(entry.family), SocketType(entry.type),
                     Protocol(entry.protocol), std::move(entry.canonical_name),
                     SocketAddress(entry.address)});
  }
  return infos;
}

absl::StatusOr<std::vector<AddrInfo>> GetAddrInfo(
    std::optional<absl::string_view> host, int port,
    const GetAddrInfoOptions& options) {
  absl::Status valid = internal::CheckPort(kOperation, port);
  if (!valid.ok()) return valid;
  return GetAddrInfo(host, absl::StrCat(port), options);
}

}  // namespace mortise
