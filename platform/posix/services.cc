#include "mortise/platform/posix/services.h"

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {

SysResult<std::optional<std::uint16_t>> Services::PortOfService(
    absl::string_view, absl::string_view) {
  return {std::nullopt, kNotSupportedError};
}

SysResult<std::optional<std::string>> Services::ServiceOfPort(
    std::uint16_t, absl::string_view) {
  return {std::nullopt, kNotSupportedError};
}

SysResult<std::optional<int>> Services::ProtocolOfName(absl::string_view) {
  return {std::nullopt, kNotSupportedError};
}

}  // namespace posix
}  // namespace mortise
