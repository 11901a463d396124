#include "mortise/core/internal/any_host.h"

#include <utility>

#include "mortise/core/address.h"
#include "mortise/core/socket_types.h"

namespace mortise {
namespace internal {

Address WithAnyHost(const Address& address, AddressFamily family) {
  const HostPort* const host_port = address.host_port();
  if (host_port == nullptr || !host_port->host.empty() || family != kAfInet6) {
    return address;
  }
  HostPort any = *host_port;
  any.host = "::";
  return any;
}

}  // namespace internal
}  // namespace mortise
