// Names of services and protocols: getservbyname(3), getservbyport(3) and
// getprotobyname(3).

#ifndef MORTISE_PLATFORM_POSIX_SERVICES_H_
#define MORTISE_PLATFORM_POSIX_SERVICES_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {

class Services final : public ServiceCalls {
 public:
  SysResult<std::optional<std::uint16_t>> PortOfService(
      absl::string_view service, absl::string_view protocol) override;
  SysResult<std::optional<std::string>> ServiceOfPort(
      std::uint16_t port, absl::string_view protocol) override;
  SysResult<std::optional<int>> ProtocolOfName(absl::string_view name) override;
};

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_SERVICES_H_
