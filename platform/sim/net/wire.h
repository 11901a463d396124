// Packets as the bytes that a real network would carry.

#ifndef MORTISE_PLATFORM_SIM_NET_WIRE_H_
#define MORTISE_PLATFORM_SIM_NET_WIRE_H_

#include <cstddef>
#include <string>

#include "mortise/platform/sim/kernel/packet.h"

namespace mortise {
namespace sim {

// Returns how many bytes `packet` has with its IP header.
std::size_t WireSize(const Packet& packet);

// Returns `packet` as an IPv4 or IPv6 packet, with the options and checksums
// that belong there. Sources: RFC 791, 8200, 9293, 7323 (window scale), 768,
// 792 and 4443.
//
// An ICMP message quotes the headers of the packet that it is about. Its sender
// keeps neither the data nor what is not in IcmpReport, so that the length of
// the quoted packet is right, and its checksums are 0 where they would cover
// the data.
std::string WireBytes(const Packet& packet);

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_NET_WIRE_H_
