// The calls of a Platform: names of services and protocols. The rules are in
// mortise/platform/backend.h.

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
      absl::string_view service, absl::string_view protocol);
  virtual SysResult<std::optional<std::string>> ServiceOfPort(
      std::uint16_t port, absl::string_view protocol);
  // getprotobyname(3).
  virtual SysResult<std::optional<int>> ProtocolOfName(absl::string_view name);
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_SERVICE_CALLS_H_
