// The structures of IP_PKTINFO and IPV6_PKTINFO in the layout of the build.
//
// A received structure and one to be sent have the local address in different
// fields, whereas the functions of mortise/platform/control_layout.h are for
// programs: they write one to be sent, and read a received one. A simulated
// kernel needs the reverse of both.

#ifndef MORTISE_PLATFORM_SIM_HOST_PACKET_INFO_H_
#define MORTISE_PLATFORM_SIM_HOST_PACKET_INFO_H_

#include <cstdint>
#include <optional>

#include "absl/types/span.h"
#include "mortise/platform/control_layout.h"
#include "mortise/platform/control_value.h"
#include "mortise/platform/sim/kernel/address.h"

namespace mortise {
namespace sim {

// Both are thread-safe and do not block.

// Returns the message about a datagram that came to `local` through the
// interface, or nullopt if the build has no such message.
std::optional<EncodedControl> ReceivedPacketInfo(const IpAddress& local,
                                                 std::uint32_t interface_index);

// Returns the address that a datagram is to be sent from, or nullopt if
// `message` is no packet information.
std::optional<IpAddress> SentPacketInfo(const ControlMessage& message);

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOST_PACKET_INFO_H_
