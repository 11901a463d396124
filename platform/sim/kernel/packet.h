// What kernels send to each other.

#ifndef MORTISE_PLATFORM_SIM_KERNEL_PACKET_H_
#define MORTISE_PLATFORM_SIM_KERNEL_PACKET_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "mortise/platform/sim/kernel/address.h"

namespace mortise {
namespace sim {

enum class Transport : std::uint8_t { kTcp, kUdp, kIcmp };

// The header of a TCP segment. `window` is in bytes: what the header's 16 bits
// mean after scaling by `window_shift`, which was agreed on when the connection
// began. `mss` and `window_scale` are 0 where the option is missing.
struct TcpHeader {
  std::uint32_t seq = 0;
  std::uint32_t ack_number = 0;
  bool syn = false;
  bool ack = false;
  bool fin = false;
  bool rst = false;
  std::uint32_t window = 0;
  std::uint8_t window_shift = 0;
  std::uint32_t mss = 0;
  bool has_window_scale = false;
  std::uint8_t window_scale = 0;
  // The place of an urgent byte, if `has_urgent` is set.
  bool has_urgent = false;
  std::uint32_t urgent = 0;
};

// What an ICMP message reports about a packet.
enum class IcmpKind : std::uint8_t {
  kPortUnreachable,
  kHostUnreachable,
  kNetUnreachable,
  // The packet passed more routers than its hop limit allows.
  kTimeExceeded,
};

// The packet that an ICMP message is about, as its sender saw it: its
// addresses, how many bytes of data it had, and of a TCP segment the sequence
// number.
struct IcmpReport {
  IcmpKind kind = IcmpKind::kPortUnreachable;
  Transport transport = Transport::kUdp;
  Endpoint from;
  Endpoint to;
  std::size_t data_size = 0;
  std::uint32_t seq = 0;
};

// A packet on its way. Only the header of its transport counts. A value type.
struct Packet {
  Transport transport = Transport::kUdp;
  Endpoint from;
  Endpoint to;
  int hop_limit = 64;
  int traffic_class = 0;
  TcpHeader tcp;
  IcmpReport icmp;
  std::string data;
};

// Returns the ICMP message by which `reporter` tells the sender of `packet`
// that it has not arrived.
Packet ReportOn(const Packet& packet, IcmpKind kind, const IpAddress& reporter);

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_KERNEL_PACKET_H_
