#include "mortise/core/services.h"

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/core/internal/ip_ranges.h"
#include "mortise/core/internal/lookup.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace {

using internal::Operation;
using internal::OrDefault;

// "http/tcp", or "http" for any protocol.
std::string Asked(absl::string_view name, absl::string_view protocol) {
  return absl::StrCat(name, protocol.empty() ? "" : "/", protocol);
}

// Returns the value of `found`. If there is none, the error says `complaint`.
template <typename T>
absl::StatusOr<T> Take(const Platform& platform, Operation operation,
                       SysResult<std::optional<T>> found,
                       absl::string_view asked, absl::string_view complaint) {
  if (!found.ok()) {
    return internal::PlatformError(platform, operation, ErrorDomain::kOs,
                                   found.error, asked);
  }
  if (!found.value.has_value()) {
    return internal::NameNotFoundError(operation, asked, complaint);
  }
  return *found.value;
}

}  // namespace

absl::StatusOr<int> GetServByName(absl::string_view service,
                                  absl::string_view protocol,
                                  Platform* platform) {
  constexpr Operation kOperation = Operation::kGetServByName;
  absl::Status valid = internal::CheckNoNul(kOperation, "service", service);
  if (valid.ok())
    valid = internal::CheckNoNul(kOperation, "protocol", protocol);
  if (!valid.ok()) return valid;
  Platform& os = OrDefault(platform);
  return Take(os, kOperation, os.services().PortOfService(service, protocol),
              Asked(service, protocol), "service/proto not found");
}

absl::StatusOr<std::string> GetServByPort(int port, absl::string_view protocol,
                                          Platform* platform) {
  constexpr Operation kOperation = Operation::kGetServByPort;
  absl::Status valid = internal::CheckPort(kOperation, port);
  if (valid.ok())
    valid = internal::CheckNoNul(kOperation, "protocol", protocol);
  if (!valid.ok()) return valid;
  Platform& os = OrDefault(platform);
  return Take(
      os, kOperation,
      os.services().ServiceOfPort(static_cast<std::uint16_t>(port), protocol),
      Asked(absl::StrCat(port), protocol), "port/proto not found");
}

absl::StatusOr<Protocol> GetProtoByName(absl::string_view protocol,
                                        Platform* platform) {
  constexpr Operation kOperation = Operation::kGetProtoByName;
  absl::Status valid = internal::CheckNoNul(kOperation, "protocol", protocol);
  if (!valid.ok()) return valid;
  Platform& os = OrDefault(platform);
  const absl::StatusOr<int> number =
      Take(os, kOperation, os.services().ProtocolOfName(protocol), protocol,
           "protocol not found");
  if (!number.ok()) return number.status();
  return Protocol(*number);
}

}  // namespace mortise
