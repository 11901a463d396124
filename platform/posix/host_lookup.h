// gethostbyname(3) and gethostbyaddr(3) in the form that any thread can call,
// which each system has and each has another.

#ifndef MORTISE_PLATFORM_POSIX_HOST_LOOKUP_H_
#define MORTISE_PLATFORM_POSIX_HOST_LOOKUP_H_

#include <string>

#include "mortise/platform/backend.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {
namespace posix {

// The IPv4 addresses of `name`.
LookupResult<HostEntry> HostByName(const std::string& name);

// Who has `address`, which is IPv4 or IPv6.
LookupResult<HostEntry> HostByAddress(const SockAddr& address);

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_HOST_LOOKUP_H_
