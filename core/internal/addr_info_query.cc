#include "mortise/core/internal/addr_info_query.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/core/addr_info.h"
#include "mortise/core/internal/check_duration.h"
#include "mortise/core/internal/ip_ranges.h"
#include "mortise/core/internal/lookup.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/call_limit.h"

namespace mortise {
namespace internal {
namespace {

constexpr Operation kOperation = Operation::kGetAddrInfo;

// Treats "" as absent, because each system answers it in another way.
std::optional<std::string> NonEmpty(std::optional<absl::string_view> text) {
  if (!text.has_value() || text->empty()) return std::nullopt;
  return std::string(*text);
}

}  // namespace

absl::StatusOr<AddrInfoQuery> MakeQuery(
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
  absl::Status valid = CheckNoNul(kOperation, "host", query.host.value_or(""));
  if (valid.ok()) {
    valid = CheckNoNul(kOperation, "service", query.service.value_or(""));
  }
  if (valid.ok()) {
    valid = CheckNotNegative(kOperation, "timeout", options.timeout);
  }
  if (!valid.ok()) return valid;
  return query;
}

absl::StatusOr<AddrInfoRequest> MakeRequest(
    std::optional<absl::string_view> host,
    std::optional<absl::string_view> service,
    const GetAddrInfoOptions& options) {
  absl::StatusOr<AddrInfoQuery> query = MakeQuery(host, service, options);
  if (!query.ok()) return query.status();
  Platform& platform = OrDefault(options.platform);
  const absl::StatusOr<CallLimit> limit = LimitOf(
      platform, kOperation, options.timeout, options.cancellation_state());
  if (!limit.ok()) return limit.status();
  return AddrInfoRequest{&platform, *std::move(query), *limit};
}

absl::StatusOr<std::string> ServiceOf(int port) {
  absl::Status valid = CheckPort(kOperation, port);
  if (!valid.ok()) return valid;
  return absl::StrCat(port);
}

std::string TextOf(const AddrInfoQuery& query) {
  return absl::StrCat(query.host.value_or(""),
                      query.service.has_value() ? ":" : "",
                      query.service.value_or(""));
}

absl::StatusOr<std::vector<AddrInfo>> TakeAddrInfos(const Platform& platform,
                                                    const AddrInfoQuery& query,
                                                    FoundAddresses found) {
  absl::StatusOr<std::vector<AddrInfoEntry>> entries =
      TakeFound(platform, kOperation, std::move(found),
                [&query] { return TextOf(query); });
  if (!entries.ok()) return entries.status();
  std::vector<AddrInfo> infos;
  infos.reserve(entries->size());
  for (AddrInfoEntry& entry : *entries) {
    infos.push_back({AddressFamily(entry.family), SocketType(entry.type),
                     Protocol(entry.protocol), std::move(entry.canonical_name),
                     SocketAddress(entry.address)});
  }
  return infos;
}

}  // namespace internal
}  // namespace mortise
