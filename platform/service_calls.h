// The calls of a Platform: names of services and protocols. The rules that hold
// for every method are in mortise/platform/backend.h.

#ifndef MORTISE_PLATFORM_SERVICE_CALLS_H_
#define MORTISE_PLATFORM_SERVICE_CALLS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "mortise/platform/sys_result.h"

namespace mortise {

// If nothing is found, this is not an error: `value` is empty. Ports are in
// host byte order. An empty `protocol` means any protocol. The calls read the
// tables of the system, which are commonly files, and block while they do.
class ServiceCalls {
 public:
  virtual ~ServiceCalls() = default;

  // Returns the port of the service ("http") with the protocol ("tcp"). Used by
  // `GetServByName`. Python: socket.getservbyname. Source: getservbyname(3).
  virtual SysResult<std::optional<std::uint16_t>> PortOfService(
      absl::string_view service, absl::string_view protocol);
  // Returns the name of the service at `port` with the protocol. Used by
  // `GetServByPort`. Python: socket.getservbyport. Source: getservbyport(3).
  virtual SysResult<std::optional<std::string>> ServiceOfPort(
      std::uint16_t port, absl::string_view protocol);
  // Returns the number of the protocol ("icmp"). Used by `GetProtoByName`.
  // Python: socket.getprotobyname. Source: getprotobyname(3).
  virtual SysResult<std::optional<int>> ProtocolOfName(absl::string_view name);
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_SERVICE_CALLS_H_
