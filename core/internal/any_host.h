// The meaning of "" as a host for the functions that make sockets, and so know
// the family before the caller does: every local address, in IPv6 too.

#ifndef MORTISE_CORE_INTERNAL_ANY_HOST_H_
#define MORTISE_CORE_INTERNAL_ANY_HOST_H_

#include "mortise/core/address.h"
#include "mortise/core/socket_types.h"

namespace mortise {
namespace internal {

// Returns `address`. If its host is "" and `family` is AF_INET6, the host
// becomes "::".
Address WithAnyHost(const Address& address, AddressFamily family);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_ANY_HOST_H_
