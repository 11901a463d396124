// Which of two addresses of a host to try first.
//
//   const int order = CompareDestinations(
//       {ipv6, FindSource(platform, ipv6)}, {ipv4, FindSource(platform,
//       ipv4)});
//
// Within a family the order of the system's own look-up is right. This compares
// addresses of two families that have been looked up separately. Source: RFC
// 6724.

#ifndef MORTISE_CORE_INTERNAL_ADDRESS_SELECTION_H_
#define MORTISE_CORE_INTERNAL_ADDRESS_SELECTION_H_

#include <optional>

#include "mortise/core/socket_address.h"
#include "mortise/platform/backend.h"

namespace mortise {
namespace internal {

// An IPv4 or IPv6 address to connect to, and the address from which the system
// would do so; none if there is no way to it.
struct Destination {
  SocketAddress address;
  std::optional<SocketAddress> source;
};

// Returns a negative number if `a` goes first, a positive one if `b` does, and
// 0 if the rules do not tell. A pure function of its arguments and of the
// default policy table (section 2.1).
//
// These are rules 1, 2, 5, 6 and 8 of section 6. Rules 3, 4 and 7 ask what no
// portable call tells: whether the source is deprecated or a mobile node's home
// address, and whether packets are encapsulated on their way. Rule 9, the
// longest common prefix, means nothing across families.
int CompareDestinations(const Destination& a, const Destination& b);

// Asks the system from which address it would send to `destination`, which has
// a port. Connects a datagram socket for this, which sends nothing. Returns
// nullopt if that fails. Does not block.
std::optional<SocketAddress> FindSource(const Platform& platform,
                                        const SocketAddress& destination);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_ADDRESS_SELECTION_H_
