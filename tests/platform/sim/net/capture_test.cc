// Captures, read back by a parser of their own.

#include "mortise/platform/sim/net/capture.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/faults.h"
#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/net/fabric.h"
#include "mortise/platform/sim/net/pcapng.h"
#include "mortise/platform/sim/packet_match.h"
#include "mortise/platform/sim/rule.h"
#include "mortise/platform/sim/time.h"
#include "mortise/tests/platform/sim/kernel/kernel_lab.h"
#include "mortise/tests/platform/sim/net/net_lab.h"
#include "mortise/tests/platform/sim/net/pcapng_parser.h"

namespace mortise {
namespace sim {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::uint64_t kEpoch = 1767225600u * std::uint64_t{1000000000};

// --- A parser of packets -----------------------------------------------------

std::uint32_t Big(absl::string_view bytes, std::size_t at, int size) {
  std::uint32_t value = 0;
  for (int i = 0; i < size; ++i) {
    value = value << 8 | static_cast<std::uint8_t>(bytes[at + i]);
  }
  return value;
}

// Whether the 16-bit words add up to all ones, as they do if there is a right
// checksum among them.
bool AddsUp(const std::string& bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    const std::string word = bytes.substr(i, 2) + '\0';
    sum += Big(word, 0, 2);
    sum = (sum & 0xffff) + (sum >> 16);
  }
  return sum == 0xffff;
}

// Checks the lengths and checksums of a packet. Returns what it is:
// "UDP 1000-53 3".
std::string Check(const std::string& bytes) {
  const bool is_v4 = Big(bytes, 0, 1) >> 4 == 4;
  const std::size_t header = is_v4 ? 20 : 40;
  std::string addresses;
  int protocol = 0;
  if (is_v4) {
    EXPECT_EQ(Big(bytes, 0, 1), 0x45u);
    EXPECT_EQ(Big(bytes, 2, 2), bytes.size());
    EXPECT_TRUE(AddsUp(bytes.substr(0, 20))) << "the checksum of the header";
    addresses = bytes.substr(12, 8);
    protocol = static_cast<int>(Big(bytes, 9, 1));
  } else {
    EXPECT_EQ(Big(bytes, 0, 1) >> 4, 6u);
    EXPECT_EQ(Big(bytes, 4, 2), bytes.size() - 40);
    addresses = bytes.substr(8, 32);
    protocol = static_cast<int>(Big(bytes, 6, 1));
  }
  const std::string payload = bytes.substr(header);
  std::string sized = addresses;
  for (const std::size_t part : {payload.size() >> 8, payload.size()}) {
    sized.push_back(static_cast<char>(part & 0xff));
  }
  sized.push_back('\0');
  sized.push_back(static_cast<char>(protocol));
  const bool has_addresses = protocol != 1;
  EXPECT_TRUE(AddsUp((has_addresses ? sized : "") + payload))
      << "the checksum of the payload";
  const std::string ports =
      absl::StrCat(Big(payload, 0, 2), "-", Big(payload, 2, 2));
  if (protocol == 17) {
    EXPECT_EQ(Big(payload, 4, 2), payload.size());
    return absl::StrCat("UDP ", ports, " ", payload.size() - 8);
  }
  if (protocol == 6) {
    const std::size_t offset = (Big(payload, 12, 1) >> 4) * 4;
    return absl::StrCat("TCP ", ports, " ", payload.size() - offset);
  }
  return absl::StrCat("ICMP ", Big(payload, 0, 1), " ", Big(payload, 1, 1));
}

// --- Tests -------------------------------------------------------------------

class CaptureTest : public ::testing::Test {
 protected:
  explicit CaptureTest(Capture::Ends ends = Capture::Ends::kBoth)
      : capture_(
            absl::FromUnixSeconds(1767225600),
            [this](absl::string_view bytes) {
              file_.append(bytes.data(), bytes.size());
            },
            ends),
        a_(lab_.AddHost("web")),
        faults_(1, lab_.fabric(), lab_) {
    lab_.fabric().set_tap(&capture_);
    b_ = lab_.AddHost("db");
  }

  std::string file_;
  Capture capture_;
  NetLab lab_;
  const HostId a_;
  HostId b_;
  Faults faults_;
};

TEST_F(CaptureTest, InterfacesAndHostsHaveNames) {
  const InterfaceAddress more{IpAddress::V4(10, 1, 1, 1), 8};
  EXPECT_EQ(lab_.fabric().AddAddress(b_, "eth0", more), kDone);
  const Parsed file = Parse(file_);
  EXPECT_THAT(file.interfaces,
              ElementsAre("web/lo", "web/eth0", "db/lo", "db/eth0"));
  EXPECT_EQ(file.names.at("0a000001"), "web");
  EXPECT_EQ(file.names.at("0a000002"), "db");
  EXPECT_EQ(file.names.at("fd000000000000000000000000000001"), "web");
  EXPECT_EQ(file.names.at("0a010101"), "db");
  EXPECT_THAT(file.packets, IsEmpty());
}

TEST_F(CaptureTest, APacketIsSeenAtBothEnds) {
  const File receiver = lab_.Receiver(b_, 7);
  lab_.RunUntil(5 * kSecond);
  Send(lab_.Sender(a_, AddressOf(b_, 7)), "abc");
  lab_.RunFor(kMillisecond);
  const Parsed file = Parse(file_);
  ASSERT_THAT(file.packets, SizeIs(2));
  EXPECT_EQ(file.packets[0].interface, "web/eth0");
  EXPECT_EQ(file.packets[0].direction, "out");
  EXPECT_EQ(file.packets[0].time, kEpoch + 5 * kSecond);
  EXPECT_EQ(file.packets[1].interface, "db/eth0");
  EXPECT_EQ(file.packets[1].direction, "in");
  EXPECT_EQ(file.packets[1].time, kEpoch + 5 * kSecond + 500 * kMicrosecond);
  EXPECT_EQ(file.packets[1].bytes, file.packets[0].bytes);
  EXPECT_THAT(Check(file.packets[0].bytes), ::testing::EndsWith("-7 3"));
  EXPECT_EQ(file.packets[0].comment, "");
}

class SenderCaptureTest : public CaptureTest {
 protected:
  SenderCaptureTest() : CaptureTest(Capture::Ends::kSender) {}
};

TEST_F(SenderCaptureTest, APacketIsSeenOnceWhetherItArrivesOrNot) {
  const Rule drop = faults_.OnPackets({}, PacketFate::Drop(), When::Nth(2));
  const File receiver = lab_.Receiver(b_, 7);
  const File sender = lab_.Sender(a_, AddressOf(b_, 7));
  for (const char* text : {"one", "two", "three"}) Send(sender, text);
  lab_.RunFor(kMillisecond);
  const Parsed file = Parse(file_);
  ASSERT_THAT(file.packets, SizeIs(3));
  for (const Captured& packet : file.packets) {
    EXPECT_EQ(packet.interface, "web/eth0");
    EXPECT_EQ(packet.direction, "out");
  }
}

TEST_F(CaptureTest, TheLoopbackInterfaceSeesAPacketOnce) {
  const File receiver = lab_.Receiver(a_, 7);
  Send(lab_.Sender(a_, Ipv4("127.0.0.1", 7)), "abc");
  lab_.RunFor(kMillisecond);
  const Parsed file = Parse(file_);
  ASSERT_THAT(file.packets, SizeIs(1));
  EXPECT_EQ(file.packets[0].interface, "web/lo");
}

TEST_F(CaptureTest, APacketThatARuleTouchedHasAComment) {
  const Rule drop = faults_.OnPackets({}, PacketFate::Drop(), When::Nth(2));
  const Rule corrupt =
      faults_.OnPackets({}, PacketFate::Corrupt(), When::Nth(2));
  const File receiver = lab_.Receiver(b_, 7);
  const File sender = lab_.Sender(a_, AddressOf(b_, 7));
  for (const char* text : {"one", "two", "three"}) {
    Send(sender, text);
    lab_.RunFor(kMillisecond);
  }
  const Parsed file = Parse(file_);
  ASSERT_THAT(file.packets, SizeIs(5));
  EXPECT_EQ(file.packets[0].comment, "");
  EXPECT_EQ(file.packets[2].comment, "drop, Nth(2)");
  EXPECT_EQ(file.packets[3].comment, "corrupt, Nth(2)");
  EXPECT_NE(file.packets[4].bytes, file.packets[3].bytes);
  EXPECT_THAT(Check(file.packets[4].bytes), ::testing::EndsWith("-7 5"))
      << "the checksum fits what was corrupted";
}

// Connections and datagrams of both versions, to open and closed ports.
TEST_F(CaptureTest, EveryLengthAndChecksumIsRight) {
  FabricOptions lossy;
  lossy.link.loss = {1, 30};
  lab_.fabric().SetLink(a_, b_, lossy.link);
  const File listener = lab_.Listen(b_, 80);
  const File receiver = lab_.Receiver(b_, 7, /*is_v4=*/false);
  {
    auto [client, server] = lab_.Connect(a_, listener, AddressOf(b_, 80));
    Send(client, std::string(100001, 'x'));
    lab_.RunFor(60 * kSecond);
    EXPECT_EQ(Receive(server).size(), 100001u);
    Send(server, "odd");
    lab_.RunFor(kSecond);
    EXPECT_EQ(Receive(client), "odd");
  }
  Send(lab_.Sender(a_, V6AddressOf(b_, 7)), "odd");
  Send(lab_.Sender(a_, V6AddressOf(b_, 8)), "nobody");
  Send(lab_.Sender(a_, AddressOf(b_, 8)), "nobody");
  Send(lab_.Sender(a_, AddressOf(b_, 8)), std::string(60001, 'x'));
  const File client = lab_.NewTcp(a_, /*is_v4=*/false);
  client->socket().Connect(V6AddressOf(b_, 81));
  lab_.RunFor(60 * kSecond);
  EXPECT_EQ(client->socket().TakeError(), ErrorCode::kEconnrefused);
  const Parsed file = Parse(file_);
  EXPECT_GT(file.packets.size(), 150u);
  std::vector<std::string> seen;
  for (const Captured& packet : file.packets) {
    const std::string what = Check(packet.bytes);
    seen.push_back(what.substr(0, what.find(' ')));
  }
  EXPECT_THAT(seen, Contains("TCP"));
  EXPECT_THAT(seen, Contains("UDP"));
  EXPECT_THAT(seen, Contains("ICMP"));
}

}  // namespace
}  // namespace sim
}  // namespace mortise
