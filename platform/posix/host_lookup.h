// gethostbyname(3) and gethostbyaddr(3) in a form that any thread may call.
// Each system has its own such form; linux/ and darwin/ implement this.

#ifndef MORTISE_PLATFORM_POSIX_HOST_LOOKUP_H_
#define MORTISE_PLATFORM_POSIX_HOST_LOOKUP_H_

#include <string>

#include "mortise/platform/backend.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {
namespace posix {

// Returns the host `name` with its IPv4 addresses. Waits until the system has
// an answer.
LookupResult<HostEntry> HostByName(const std::string& name);

// Returns the host that has `address`, which is IPv4 or IPv6. Waits until the
// system has an answer.
LookupResult<HostEntry> HostByAddress(const SockAddr& address);

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_HOST_LOOKUP_H_
