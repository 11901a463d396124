// The text of an address of any family, for traces and reports.

#ifndef MORTISE_PLATFORM_SIM_HOST_ADDRESS_TEXT_H_
#define MORTISE_PLATFORM_SIM_HOST_ADDRESS_TEXT_H_

#include <string>

#include "mortise/platform/sock_addr.h"

namespace mortise {
namespace sim {

// Returns "10.0.0.3:80", "[fe80::1%2]:80" (the same on every system),
// "unix:/run/x", "unix:@abstract" or, of a socket of AF_UNIX without a name,
// "unix:". Other bytes than those of printable ASCII are escaped as in C.
// Thread-safe.
std::string AddressText(const SockAddr& address);

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOST_ADDRESS_TEXT_H_
