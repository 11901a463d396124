#include "mortise/platform/sim/net/wire.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/kernel/packet.h"

namespace mortise {
namespace sim {
namespace {

constexpr std::size_t kIpv4Header = 20;
constexpr std::size_t kIpv6Header = 40;
constexpr std::size_t kUdpHeader = 8;
constexpr std::size_t kTcpHeader = 20;
constexpr std::size_t kIcmpHeader = 8;
// What an ICMP message quotes of the packet behind its IP header at the least,
// which is what Linux needs to find the socket.
constexpr std::size_t kQuoted = 8;

constexpr std::uint8_t kIcmpNumber = 1;
constexpr std::uint8_t kTcpNumber = 6;
constexpr std::uint8_t kUdpNumber = 17;
constexpr std::uint8_t kIcmpV6Number = 58;

// Options of TCP. Source: RFC 9293, section 3.2, and RFC 7323, section 2.2.
constexpr std::uint8_t kNoOperation = 1;
constexpr std::uint8_t kMaxSegment = 2;
constexpr std::uint8_t kMaxSegmentSize = 4;
constexpr std::uint8_t kWindowScale = 3;
constexpr std::uint8_t kWindowScaleSize = 3;

void Put8(std::string& bytes, std::uint32_t value) {
  bytes.push_back(static_cast<char>(value & 0xff));
}

void Put16(std::string& bytes, std::uint32_t value) {
  Put8(bytes, value >> 8);
  Put8(bytes, value);
}

void Put32(std::string& bytes, std::uint32_t value) {
  Put16(bytes, value >> 16);
  Put16(bytes, value);
}

void PutAddress(std::string& bytes, const IpAddress& ip) {
  const std::uint8_t* const data = ip.is_v4() ? ip.v4_bytes() : ip.bytes();
  for (std::size_t i = 0; i < (ip.is_v4() ? 4 : 16); ++i) Put8(bytes, data[i]);
}

// The sum of 16-bit words of RFC 1071, of several strings that have, but for
// the last one, an even length.
class Checksum {
 public:
  void Add(absl::string_view bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      const auto byte = static_cast<std::uint8_t>(bytes[i]);
      sum_ += i % 2 == 0 ? std::uint64_t{byte} << 8 : byte;
    }
  }
  std::uint32_t Finish() const {
    std::uint64_t sum = sum_;
    while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
    return ~static_cast<std::uint32_t>(sum) & 0xffff;
  }

 private:
  std::uint64_t sum_ = 0;
};

void Overwrite16(std::string& bytes, std::size_t at, std::uint32_t value) {
  bytes[at] = static_cast<char>(value >> 8 & 0xff);
  bytes[at + 1] = static_cast<char>(value & 0xff);
}

std::uint8_t ProtocolNumber(Transport transport, bool is_v4) {
  switch (transport) {
    case Transport::kTcp:
      return kTcpNumber;
    case Transport::kUdp:
      return kUdpNumber;
    case Transport::kIcmp:
      break;
  }
  return is_v4 ? kIcmpNumber : kIcmpV6Number;
}

// What the checksum of a transport covers beside its own bytes. Source: RFC
// 9293, section 3.1, and RFC 8200, section 8.1.
std::string PseudoHeader(const Packet& packet, std::size_t size) {
  const bool is_v4 = packet.to.ip.is_v4();
  std::string bytes;
  PutAddress(bytes, packet.from.ip);
  PutAddress(bytes, packet.to.ip);
  Put32(bytes, static_cast<std::uint32_t>(size));
  Put32(bytes, ProtocolNumber(packet.transport, is_v4));
  return bytes;
}

std::string IpHeader(const Packet& packet, std::size_t payload) {
  const bool is_v4 = packet.to.ip.is_v4();
  const auto traffic_class = static_cast<std::uint32_t>(packet.traffic_class);
  const auto hop_limit = static_cast<std::uint32_t>(packet.hop_limit);
  std::string bytes;
  if (!is_v4) {
    Put32(bytes, 6u << 28 | (traffic_class & 0xff) << 20);
    Put16(bytes, static_cast<std::uint32_t>(payload));
    Put8(bytes, ProtocolNumber(packet.transport, false));
    Put8(bytes, hop_limit);
    PutAddress(bytes, packet.from.ip);
    PutAddress(bytes, packet.to.ip);
    return bytes;
  }
  // TCP finds out the MTU, so that its segments are never fragmented. Only a
  // packet that may be fragmented needs an identification, and captures have
  // packets in one piece.
  const std::uint32_t flags = packet.transport == Transport::kTcp ? 0x4000 : 0;
  Put8(bytes, 4u << 4 | kIpv4Header / 4);
  Put8(bytes, traffic_class);
  Put16(bytes, static_cast<std::uint32_t>(kIpv4Header + payload));
  Put16(bytes, 0);
  Put16(bytes, flags);
  Put8(bytes, hop_limit);
  Put8(bytes, ProtocolNumber(packet.transport, true));
  Put16(bytes, 0);
  PutAddress(bytes, packet.from.ip);
  PutAddress(bytes, packet.to.ip);
  Checksum sum;
  sum.Add(bytes);
  Overwrite16(bytes, 10, sum.Finish());
  return bytes;
}

std::size_t TcpOptionsSize(const TcpHeader& tcp) {
  // The window scale has a byte before it, so that there are whole words.
  return (tcp.mss != 0 ? kMaxSegmentSize : 0) +
         (tcp.has_window_scale ? kWindowScaleSize + 1 : 0);
}

std::string TcpBytes(const Packet& packet) {
  const TcpHeader& tcp = packet.tcp;
  std::string bytes;
  Put16(bytes, packet.from.port);
  Put16(bytes, packet.to.port);
  Put32(bytes, tcp.seq);
  Put32(bytes, tcp.ack ? tcp.ack_number : 0);
  Put8(bytes,
       static_cast<std::uint32_t>((kTcpHeader + TcpOptionsSize(tcp)) / 4 << 4));
  const bool pushes = !packet.data.empty();
  Put8(bytes, (tcp.fin ? 1u : 0) | (tcp.syn ? 2u : 0) | (tcp.rst ? 4u : 0) |
                  (pushes ? 8u : 0) | (tcp.ack ? 16u : 0) |
                  (tcp.has_urgent ? 32u : 0));
  Put16(bytes, std::min(tcp.window >> tcp.window_shift, 65535u));
  Put16(bytes, 0);
  // It points behind the urgent byte. Source: RFC 6093, section 3.1.
  Put16(bytes, tcp.has_urgent ? std::min(tcp.urgent + 1 - tcp.seq, 65535u) : 0);
  if (tcp.mss != 0) {
    Put8(bytes, kMaxSegment);
    Put8(bytes, kMaxSegmentSize);
    Put16(bytes, tcp.mss);
  }
  if (tcp.has_window_scale) {
    Put8(bytes, kNoOperation);
    Put8(bytes, kWindowScale);
    Put8(bytes, kWindowScaleSize);
    Put8(bytes, tcp.window_scale);
  }
  bytes += packet.data;
  Checksum sum;
  sum.Add(PseudoHeader(packet, bytes.size()));
  sum.Add(bytes);
  Overwrite16(bytes, 16, sum.Finish());
  return bytes;
}

std::string UdpBytes(const Packet& packet) {
  const std::size_t size = kUdpHeader + packet.data.size();
  std::string bytes;
  Put16(bytes, packet.from.port);
  Put16(bytes, packet.to.port);
  Put16(bytes, static_cast<std::uint32_t>(size));
  Put16(bytes, 0);
  bytes += packet.data;
  Checksum sum;
  sum.Add(PseudoHeader(packet, size));
  sum.Add(bytes);
  const std::uint32_t checksum = sum.Finish();
  // 0 would mean that there is no checksum. Source: RFC 768.
  Overwrite16(bytes, 6, checksum == 0 ? 0xffff : checksum);
  return bytes;
}

// Returns the type of an ICMP message, and its code in the low byte. Sources:
// RFC 792, and RFC 4443, sections 3.1 and 3.3.
std::uint32_t TypeAndCode(IcmpKind kind, bool is_v4) {
  switch (kind) {
    case IcmpKind::kPortUnreachable:
      return is_v4 ? 0x0303 : 0x0104;
    case IcmpKind::kHostUnreachable:
      return is_v4 ? 0x0301 : 0x0103;
    case IcmpKind::kNetUnreachable:
      return is_v4 ? 0x0300 : 0x0100;
    case IcmpKind::kTimeExceeded:
      break;
  }
  return is_v4 ? 0x0b00 : 0x0300;
}

std::string Quote(const IcmpReport& report) {
  Packet quoted;
  quoted.transport = report.transport;
  quoted.from = report.from;
  quoted.to = report.to;
  const bool is_tcp = report.transport == Transport::kTcp;
  const std::size_t size =
      (is_tcp ? kTcpHeader : kUdpHeader) + report.data_size;
  std::string bytes = IpHeader(quoted, size);
  Put16(bytes, report.from.port);
  Put16(bytes, report.to.port);
  if (is_tcp) {
    Put32(bytes, report.seq);
  } else {
    Put16(bytes, static_cast<std::uint32_t>(size));
    Put16(bytes, 0);
  }
  return bytes;
}

std::string IcmpBytes(const Packet& packet) {
  const bool is_v4 = packet.to.ip.is_v4();
  std::string bytes;
  Put16(bytes, TypeAndCode(packet.icmp.kind, is_v4));
  Put16(bytes, 0);
  Put32(bytes, 0);
  bytes += Quote(packet.icmp);
  Checksum sum;
  // Only ICMPv6 covers the addresses. Source: RFC 4443, section 2.3.
  if (!is_v4) sum.Add(PseudoHeader(packet, bytes.size()));
  sum.Add(bytes);
  Overwrite16(bytes, 2, sum.Finish());
  return bytes;
}

}  // namespace

std::size_t WireSize(const Packet& packet) {
  const std::size_t header = packet.to.ip.is_v4() ? kIpv4Header : kIpv6Header;
  switch (packet.transport) {
    case Transport::kTcp:
      return header + kTcpHeader + TcpOptionsSize(packet.tcp) +
             packet.data.size();
    case Transport::kUdp:
      return header + kUdpHeader + packet.data.size();
    case Transport::kIcmp:
      break;
  }
  // The quoted packet is of the same version.
  return header + kIcmpHeader + header + kQuoted;
}

std::string WireBytes(const Packet& packet) {
  std::string payload;
  switch (packet.transport) {
    case Transport::kTcp:
      payload = TcpBytes(packet);
      break;
    case Transport::kUdp:
      payload = UdpBytes(packet);
      break;
    case Transport::kIcmp:
      payload = IcmpBytes(packet);
      break;
  }
  return IpHeader(packet, payload.size()) + payload;
}

}  // namespace sim
}  // namespace mortise
