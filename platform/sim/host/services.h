// The names of services and protocols on a simulated host.

#ifndef MORTISE_PLATFORM_SIM_HOST_SERVICES_H_
#define MORTISE_PLATFORM_SIM_HOST_SERVICES_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "mortise/platform/service_calls.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace sim {

// The tables are built in: they are the same on every machine. Thread-safe;
// does not block.
class Services final : public ServiceCalls {
 public:
  SysResult<std::optional<std::uint16_t>> PortOfService(
      absl::string_view service, absl::string_view protocol) override;
  SysResult<std::optional<std::string>> ServiceOfPort(
      std::uint16_t port, absl::string_view protocol) override;
  SysResult<std::optional<int>> ProtocolOfName(absl::string_view name) override;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOST_SERVICES_H_
