#include "mortise/core/getaddrinfo.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mortise/core/internal/addr_info_query.h"
#include "mortise/platform/backend.h"

namespace mortise {

absl::StatusOr<std::vector<AddrInfo>> GetAddrInfo(
    std::optional<absl::string_view> host,
    std::optional<absl::string_view> service,
    const GetAddrInfoOptions& options) {
  const absl::StatusOr<internal::AddrInfoRequest> request =
      internal::MakeRequest(host, service, options);
  if (!request.ok()) return request.status();
  return internal::TakeAddrInfos(
      *request->platform, request->query,
      request->platform->names().FindAddresses(request->query, request->limit));
}

absl::StatusOr<std::vector<AddrInfo>> GetAddrInfo(
    std::optional<absl::string_view> host, int port,
    const GetAddrInfoOptions& options) {
  const absl::StatusOr<std::string> service = internal::ServiceOf(port);
  if (!service.ok()) return service.status();
  return GetAddrInfo(host, *service, options);
}

}  // namespace mortise
