// The vtable, names of services and protocols.
// mortise/platform/backend.h has its rules.

#ifndef MORTISE_PLATFORM_SERVICE_CALLS_H_
#define MORTISE_PLATFORM_SERVICE_CALLS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "mortise/platform/sys_result.h"

namespace mortise {

// Nothing found is no error: `value` is empty then.
class ServiceCalls {
 public:
  virtual ~ServiceCalls() = default;

  // getservbyname(3), getservbyport(3); an empty `protocol` is any. Ports are
  // in host byte order.
  virtual SysResult<std::optional<std::uint16_t>> PortOfService(
      absl::string_view service, absl::string_view protocol) = 0;
  virtual SysResult<std::optional<std::string>> ServiceOfPort(
      std::uint16_t port, absl::string_view protocol) = 0;
  // getprotobyname(3).
  virtual SysResult<std::optional<int>> ProtocolOfName(
      absl::string_view name) = 0;
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_SERVICE_CALLS_H_
