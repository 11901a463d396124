#include "mortise/getaddrinfo.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/internal/make_error.h"
#include "mortise/internal/operation.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/socket_address.h"
#include "mortise/socket_types.h"

namespace mortise {
namespace {

using internal::ArgumentError;
using internal::Operation;

absl::Status HoldsNul(absl::string_view argument) {
  return ArgumentError(absl::StatusCode::kInvalidArgument,
                       Operation::kGetAddrInfo, argument, "holds a NUL");
}

// Python passes "" on as NULL.
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
  if (query.host.has_value() && query.host->find('\0') != std::string::npos) {
    return HoldsNul("host");
  }
  if (query.service.has_value() &&
      query.service->find('\0') != std::string::npos) {
    return HoldsNul("service");
  }
  if (options.timeout < absl::ZeroDuration()) {
    return ArgumentError(
        absl::StatusCode::kOutOfRange, Operation::kGetAddrInfo, "timeout",
        absl::StrCat(absl::FormatDuration(options.timeout), " is negative"));
  }

  Platform& platform =
      options.platform != nullptr ? *options.platform : Platform::Default();
  LookupResult<std::vector<AddrInfoEntry>> found =
      platform.names().FindAddresses(query, options.timeout);
  const std::string asked = absl::StrCat(query.host.value_or(""),
                                         query.service.has_value() ? ":" : "",
                                         query.service.value_or(""));
  if (found.timed_out) {
    return internal::TimeoutError(Operation::kGetAddrInfo, asked);
  }
  if (found.error != 0) {
    return internal::PlatformError(platform, Operation::kGetAddrInfo,
                                   found.domain, found.error, asked);
  }

  std::vector<AddrInfo> infos;
  infos.reserve(found.value.size());
  for (AddrInfoEntry& entry : found.value) {
    infos.push_back({AddressFamily(entry.family), SocketType(entry.type),
                     Protocol(entry.protocol), std::move(entry.canonical_name),
                     SocketAddress(entry.address)});
  }
  return infos;
}

absl::StatusOr<std::vector<AddrInfo>> GetAddrInfo(
    std::optional<absl::string_view> host, int port,
    const GetAddrInfoOptions& options) {
  if (port < 0 || port > 65535) {
    return ArgumentError(absl::StatusCode::kOutOfRange, Operation::kGetAddrInfo,
                         "port", absl::StrCat(port, " is not in 0 to 65535"));
  }
  return GetAddrInfo(host, absl::StrCat(port), options);
}

}  // namespace mortise
