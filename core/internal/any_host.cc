#include "mortise/internal/any_host.h"

#include <utility>

#include "mortise/address.h"
#include "mortise/socket_types.h"

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
