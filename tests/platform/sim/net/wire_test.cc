// Packets as bytes, against packets that were written out by hand.

#include "mortise/platform/sim/net/wire.h"

#include <cstdint>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/kernel/packet.h"

namespace mortise {
namespace sim {
namespace {

const IpAddress kA = IpAddress::V4(10, 0, 0, 1);
const IpAddress kB = IpAddress::V4(10, 0, 0, 2);

IpAddress V6(std::uint8_t last) {
  std::uint8_t bytes[16] = {0xfd};
  bytes[15] = last;
  return IpAddress::V6(bytes);
}

// The bytes as hexadecimal digits, and the same for text with spaces.
std::string Hex(const Packet& packet) {
  const std::string bytes = WireBytes(packet);
  EXPECT_EQ(bytes.size(), WireSize(packet));
  return absl::BytesToHexString(bytes);
}
std::string Digits(absl::string_view text) {
  return absl::StrReplaceAll(text, {{" ", ""}});
}

Packet NewPacket(Transport transport, const IpAddress& from,
                 const IpAddress& to) {
  Packet packet;
  packet.transport = transport;
  packet.from = {from, 1000, 0};
  packet.to = {to, 53, 0};
  return packet;
}

TEST(Wire, UdpOverIpv4) {
  Packet packet = NewPacket(Transport::kUdp, kA, kB);
  packet.data = "abc";
  packet.traffic_class = 0x10;
  // The sums: 4510+001f+0000+0000+4011+0a00+0001+0a00+0002 = 9943, inverted
  // 66bc; and 0a00+0001+0a00+0002+0011+000b + 03e8+0035+000b+6162+6300 = dca9,
  // inverted 2356.
  EXPECT_EQ(Hex(packet), Digits("4510001f 00000000 4011 66bc 0a000001 0a000002"
                                "03e8 0035 000b 2356 616263"));
}

TEST(Wire, UdpOverIpv6) {
  Packet packet = NewPacket(Transport::kUdp, V6(1), V6(2));
  packet.hop_limit = 5;
  packet.traffic_class = 0xab;
  packet.data = "abcd";
  // fd00+0001+fd00+0002+000c+0011 + 03e8+0035+000c+6162+6364 = 2c30f, folded
  // c311, inverted 3cee.
  EXPECT_EQ(Hex(packet), Digits("6ab00000 000c 11 05"
                                "fd000000000000000000000000000001"
                                "fd000000000000000000000000000002"
                                "03e8 0035 000c 3cee 61626364"));
}

TEST(Wire, AChecksumOfUdpIsNever0) {
  Packet packet = NewPacket(Transport::kUdp, kA, kB);
  // With 0a00+0001+0a00+0002+0011+000a + 03e8+0035+000a = 1845, these two bytes
  // make the sum ffff.
  packet.data = "\xe7\xba";
  EXPECT_EQ(Hex(packet).substr(40), Digits("03e8 0035 000a ffff e7ba"));
}

TEST(Wire, ASynHasOptions) {
  Packet packet = NewPacket(Transport::kTcp, kA, kB);
  packet.tcp.syn = true;
  packet.tcp.seq = 0x01020304;
  packet.tcp.window = 65535;
  packet.tcp.mss = 1460;
  packet.tcp.has_window_scale = true;
  packet.tcp.window_scale = 3;
  // 4500+0030+0000+4000+4006+0a00+0001+0a00+0002 = d939, inverted 26c6; and
  // 0a00+0001+0a00+0002+0006+001c + 03e8+0035+0102+0304+7002+ffff+0204+05b4+
  // 0103+0303 = 19807, folded 9808, inverted 67f7.
  EXPECT_EQ(Hex(packet),
            Digits("45000030 0000 4000 4006 26c6 0a000001 0a000002"
                   "03e8 0035 01020304 00000000 7002 ffff 67f7 0000"
                   "020405b4 01030303"));
}

TEST(Wire, TheWindowIsShifted) {
  Packet packet = NewPacket(Transport::kTcp, kA, kB);
  packet.tcp.ack = true;
  packet.tcp.ack_number = 7;
  packet.tcp.window = 0x40000;
  packet.tcp.window_shift = 3;
  packet.data = "x";
  const std::string bytes = WireBytes(packet);
  EXPECT_EQ(absl::BytesToHexString(bytes.substr(28, 8)), "0000000750188000");
}

TEST(Wire, TheUrgentPointerPointsBehindTheByte) {
  Packet packet = NewPacket(Transport::kTcp, kA, kB);
  packet.tcp.ack = true;
  packet.tcp.seq = 100;
  packet.tcp.has_urgent = true;
  packet.tcp.urgent = 102;
  packet.data = "abc";
  const std::string bytes = WireBytes(packet);
  EXPECT_EQ(absl::BytesToHexString(bytes.substr(33, 1)), "38");
  EXPECT_EQ(absl::BytesToHexString(bytes.substr(38, 2)), "0003");
}

TEST(Wire, IcmpQuotesTheHeaders) {
  Packet udp = NewPacket(Transport::kUdp, kA, kB);
  udp.data = "abc";
  const Packet report = ReportOn(udp, IcmpKind::kPortUnreachable, kB);
  // 0303 + the quoted 4500+001f+0000+0000+4011+66cc+0a00+0001+0a00+0002 = ffff
  // and 03e8+0035+000b = 0428: together 1072a, folded 072b, inverted f8d4.
  EXPECT_EQ(Hex(report), Digits("45000038 00000000 4001 66c3 0a000002 0a000001"
                                "0303 f8d4 00000000"
                                "4500001f 00000000 4011 66cc 0a000001 0a000002"
                                "03e8 0035 000b 0000"));
}

TEST(Wire, EachReportHasItsTypeAndCode) {
  const auto type_and_code = [](IcmpKind kind, const Packet& about) {
    const std::string bytes = WireBytes(ReportOn(about, kind, about.to.ip));
    return absl::BytesToHexString(
        bytes.substr(about.to.ip.is_v4() ? 20 : 40, 2));
  };
  const Packet v4 = NewPacket(Transport::kUdp, kA, kB);
  EXPECT_EQ(type_and_code(IcmpKind::kNetUnreachable, v4), "0300");
  EXPECT_EQ(type_and_code(IcmpKind::kHostUnreachable, v4), "0301");
  EXPECT_EQ(type_and_code(IcmpKind::kTimeExceeded, v4), "0b00");
  const Packet v6 = NewPacket(Transport::kUdp, V6(1), V6(2));
  EXPECT_EQ(type_and_code(IcmpKind::kNetUnreachable, v6), "0100");
  EXPECT_EQ(type_and_code(IcmpKind::kHostUnreachable, v6), "0103");
  EXPECT_EQ(type_and_code(IcmpKind::kPortUnreachable, v6), "0104");
  EXPECT_EQ(type_and_code(IcmpKind::kTimeExceeded, v6), "0300");
}

TEST(Wire, IcmpV6CoversTheAddresses) {
  Packet tcp = NewPacket(Transport::kTcp, V6(1), V6(2));
  tcp.tcp.seq = 0x0a0b0c0d;
  const Packet report = ReportOn(tcp, IcmpKind::kHostUnreachable, V6(2));
  // fd00+0002+fd00+0001+0038+003a + 0103 + 6000+0014+0640+fd00+0001+fd00+0002+
  // 03e8+0035+0a0b+0c0d = 47604, folded 7608, inverted 89f7.
  EXPECT_EQ(Hex(report), Digits("60000000 0038 3a 40"
                                "fd000000000000000000000000000002"
                                "fd000000000000000000000000000001"
                                "0103 89f7 00000000"
                                "60000000 0014 06 40"
                                "fd000000000000000000000000000001"
                                "fd000000000000000000000000000002"
                                "03e8 0035 0a0b0c0d"));
}

}  // namespace
}  // namespace sim
}  // namespace mortise
