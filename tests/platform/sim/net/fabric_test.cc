// How packets find their way from host to host.

#include "mortise/platform/sim/net/fabric.h"

#include <cstddef>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/kernel/message.h"
#include "mortise/platform/sim/kernel/network.h"
#include "mortise/platform/sim/kernel/options.h"
#include "mortise/platform/sim/link_options.h"
#include "mortise/platform/sim/time.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/tests/platform/sim/kernel/kernel_lab.h"
#include "mortise/tests/platform/sim/net/net_lab.h"

namespace mortise {
namespace sim {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST(Fabric, ADatagramTakesTheLatencyOfTheLink) {
  NetLab lab;
  Log log;
  lab.fabric().set_tap(&log);
  const HostId a = lab.AddHost("a");
  const HostId b = lab.AddHost("b");
  const File receiver = lab.Receiver(b, 7);
  const File sender = lab.Sender(a, AddressOf(b, 7));
  EXPECT_EQ(Send(sender, "hello"), "5");
  EXPECT_EQ(lab.fabric().next(), 500 * kMicrosecond);
  lab.RunUntil(500 * kMicrosecond - 1);
  EXPECT_EQ(Receive(receiver), "EAGAIN");
  lab.RunUntil(500 * kMicrosecond);
  EXPECT_EQ(Receive(receiver), "hello");
  EXPECT_EQ(lab.fabric().next(), kNever);
  EXPECT_THAT(log.Take(),
              ElementsAre("0 sent by 1: UDP 5", "500000 arrived at 2: UDP 5"));
}

TEST(Fabric, AHostIsNearToItself) {
  NetLab lab;
  const HostId a = lab.AddHost("a");
  const File receiver = lab.Receiver(a, 7);
  EXPECT_EQ(Send(lab.Sender(a, Ipv4("127.0.0.1", 7)), "one"), "3");
  EXPECT_EQ(Send(lab.Sender(a, AddressOf(a, 7)), "two"), "3");
  lab.RunFor(10 * kMicrosecond);
  EXPECT_EQ(Receive(receiver), "one");
  EXPECT_EQ(Receive(receiver), "two");
}

TEST(Fabric, EachDirectionHasALinkOfItsOwn) {
  NetLab lab;
  const HostId a = lab.AddHost("a");
  const HostId b = lab.AddHost("b");
  LinkOptions slow;
  slow.latency_min = slow.latency_mean = absl::Seconds(1);
  const HostId c = lab.AddHost("c");
  lab.fabric().SetLink(a, b, slow);
  const File at_a = lab.Receiver(a, 7);
  const File at_b = lab.Receiver(b, 7);
  const File at_c = lab.Receiver(c, 7);
  Send(lab.Sender(a, AddressOf(c, 7)), "elsewhere");
  Send(lab.Sender(a, AddressOf(b, 7)), "there");
  Send(lab.Sender(b, AddressOf(a, 7)), "back");
  lab.RunFor(500 * kMicrosecond);
  EXPECT_EQ(Receive(at_a), "back");
  EXPECT_EQ(Receive(at_c), "elsewhere");
  EXPECT_EQ(Receive(at_b), "EAGAIN");
  lab.RunUntil(kSecond);
  EXPECT_EQ(Receive(at_b), "there");
}

TEST(Fabric, PacketsThatArriveTogetherComeInTheOrderOfSending) {
  NetLab lab;
  const HostId a = lab.AddHost("a");
  const HostId b = lab.AddHost("b");
  const HostId c = lab.AddHost("c");
  const File receiver = lab.Receiver(c, 7);
  const File from_a = lab.Sender(a, AddressOf(c, 7));
  const File from_b = lab.Sender(b, AddressOf(c, 7));
  Send(from_b, "1");
  Send(from_a, "2");
  Send(from_b, "3");
  lab.RunFor(kSecond);
  EXPECT_EQ(Receive(receiver), "1");
  EXPECT_EQ(Receive(receiver), "2");
  EXPECT_EQ(Receive(receiver), "3");
}

TEST(Fabric, AKernelGetsAPacketAtTheTimeOfItsArrival) {
  NetLab lab;
  const HostId a = lab.AddHost("a");
  const HostId b = lab.AddHost("b");
  Send(lab.Sender(a, AddressOf(b, 7)), "x");
  // Nobody else tells the kernels what time it is.
  lab.fabric().RunDue(kSecond);
  EXPECT_EQ(lab.kernel(b).now(), 500 * kMicrosecond);
  EXPECT_EQ(lab.kernel(a).now(), kMillisecond) << "of the report";
}

TEST(Fabric, TcpAndBothVersionsOfIpWork) {
  NetLab lab;
  const HostId a = lab.AddHost("a");
  const HostId b = lab.AddHost("b");
  const File listener = lab.Listen(b, 80);
  auto [client, server] = lab.Connect(a, listener, AddressOf(b, 80));
  EXPECT_EQ(Send(client, "question"), "8");
  lab.RunFor(kMillisecond);
  EXPECT_EQ(Receive(server), "question");
  const File receiver = lab.Receiver(b, 7, /*is_v4=*/false);
  Send(lab.Sender(a, V6AddressOf(b, 7)), "six");
  lab.RunFor(kMillisecond);
  EXPECT_EQ(Receive(receiver), "six");
}

// --- Nobody there ------------------------------------------------------------

TEST(Fabric, NobodyAnswersForAHostThatIsOff) {
  NetLab lab;
  Log log;
  lab.fabric().set_tap(&log);
  const HostId a = lab.AddHost("a");
  const HostId b = lab.AddHost("b");
  lab.PowerOff(b);
  const File client = lab.NewTcp(a);
  EXPECT_EQ(client->socket().Connect(AddressOf(b, 80)),
            ErrorCode::kEinprogress);
  lab.RunUntil(127 * kSecond - 1);
  EXPECT_EQ(client->socket().Connect(AddressOf(b, 80)), ErrorCode::kEalready);
  lab.RunUntil(127 * kSecond);
  EXPECT_EQ(client->socket().TakeError(), ErrorCode::kEtimedout);
  EXPECT_THAT(log.Take(), SizeIs(7)) << "the SYN, and six times again";
}

TEST(Fabric, AClosedPortIsReportedAfterARoundTrip) {
  NetLab lab;
  const HostId a = lab.AddHost("a");
  const HostId b = lab.AddHost("b");
  const File client = lab.NewTcp(a);
  EXPECT_EQ(client->socket().Connect(AddressOf(b, 80)),
            ErrorCode::kEinprogress);
  const File sender = lab.Sender(a, AddressOf(b, 7));
  Send(sender, "x");
  lab.RunUntil(kMillisecond - 1);
  EXPECT_EQ(client->socket().TakeError(), kDone);
  lab.RunUntil(kMillisecond);
  EXPECT_EQ(client->socket().TakeError(), ErrorCode::kEconnrefused);
  EXPECT_EQ(Receive(sender), "ECONNREFUSED");
}

// A host whose only way is the default route, and one in a network of its own.
class Routed : public ::testing::Test {
 protected:
  Routed() {
    Interface away;
    away.name = "eth0";
    away.addresses = {{IpAddress::V4(192, 168, 1, 1), 0}};
    client_ = lab_.AddHost("client", {away});
    lab_.AddHost("other");
  }

  ErrorCode ErrorOf(const File& client, Time time) {
    lab_.RunUntil(time);
    return client->socket().TakeError();
  }
  File ConnectTo(const SockAddr& address) {
    File client = lab_.NewTcp(client_);
    EXPECT_EQ(client->socket().Connect(address), ErrorCode::kEinprogress);
    return client;
  }

  NetLab lab_;
  HostId client_;
};

TEST_F(Routed, ARouterReportsANetworkThatDoesNotExistAtOnce) {
  const File client = ConnectTo(Ipv4("172.16.0.1", 80));
  EXPECT_EQ(ErrorOf(client, 500 * kMicrosecond - 1), kDone);
  EXPECT_EQ(ErrorOf(client, 500 * kMicrosecond), ErrorCode::kEnetunreach);
}

TEST_F(Routed, ARouterReportsAHostThatDoesNotExistAfterThreeSeconds) {
  const File client = ConnectTo(Ipv4("10.9.9.9", 80));
  EXPECT_EQ(ErrorOf(client, 3 * kSecond), kDone);
  EXPECT_EQ(ErrorOf(client, 3 * kSecond + 500 * kMicrosecond),
            ErrorCode::kEhostunreach);
}

TEST_F(Routed, DatagramsOfLinuxLearnOnlyOfClosedPorts) {
  const File nowhere = lab_.Sender(client_, Ipv4("172.16.0.1", 7));
  const File closed = lab_.Sender(client_, Ipv4("10.0.0.2", 7));
  Send(nowhere, "x");
  Send(closed, "x");
  lab_.RunFor(10 * kSecond);
  EXPECT_EQ(Receive(nowhere), "EAGAIN");
  EXPECT_EQ(Receive(closed), "EAGAIN")
      << "the answer to 192.168.1.1 has no way back";
}

TEST(Fabric, RoutersTakeFromTheHopLimit) {
  NetLab lab;
  const HostId a = lab.AddHost("a");
  const HostId b = lab.AddHost("b");
  LinkOptions far;
  far.routers = 3;
  lab.fabric().SetLink(a, b, far);
  const File receiver = lab.Receiver(b, 7);
  ASSERT_EQ(receiver->socket().SetFlag(Option::kReceiveTtl, true), kDone);
  const File sender = lab.Sender(a, AddressOf(b, 7));
  const auto set_ttl = [](const File& file, int ttl) {
    ASSERT_EQ(file->socket().SetOption(kIpprotoIp, kIpTtl, IntOption(ttl)),
              kDone);
  };
  set_ttl(sender, 3);
  Send(sender, "too far");
  set_ttl(sender, 4);
  Send(sender, "just");
  lab.RunFor(kSecond);
  Incoming message;
  EXPECT_EQ(receiver->socket().Receive(&message), kDone);
  EXPECT_EQ(message.whole_size, 4u);
  EXPECT_EQ(message.ancillary.hop_limit, 1);

  const File client = lab.NewTcp(a);
  set_ttl(client, 3);
  EXPECT_EQ(client->socket().Connect(AddressOf(b, 80)),
            ErrorCode::kEinprogress);
  lab.RunFor(kMillisecond);
  EXPECT_EQ(client->socket().TakeError(), ErrorCode::kEhostunreach);
}

// --- Sizes -------------------------------------------------------------------

TEST(Fabric, ALinkWithoutLossTakesLargeSegments) {
  NetLab lab;
  Log log;
  const HostId a = lab.AddHost("a");
  const HostId b = lab.AddHost("b");
  const File listener = lab.Listen(b, 80);
  auto [client, server] = lab.Connect(a, listener, AddressOf(b, 80));
  // The first acknowledgement opens the window.
  Send(client, "x");
  lab.RunFor(kSecond);
  lab.fabric().set_tap(&log);
  Send(client, std::string(100000, 'x'));
  // 44 segments of 1460 bytes, then 24, and the rest once these have been
  // acknowledged.
  EXPECT_THAT(log.Take(),
              ElementsAre(HasSubstr("ACK 64240"), HasSubstr("ACK 35040")));
  lab.RunFor(kSecond);
  EXPECT_EQ(Receive(server).size(), 100001u);
}

TEST(Fabric, ALinkThatLosesPacketsTakesSegmentsOfItsMtu) {
  NetLab lab;
  Log log;
  const HostId a = lab.AddHost("a");
  const HostId b = lab.AddHost("b");
  LinkOptions narrow;
  narrow.mtu = 600;
  narrow.rate = 1000000;
  lab.fabric().SetLink(a, b, narrow);
  const File listener = lab.Listen(b, 80);
  auto [client, server] = lab.Connect(a, listener, AddressOf(b, 80));
  Send(client, "x");
  lab.RunFor(kSecond);
  lab.fabric().set_tap(&log);
  Send(client, std::string(1120, 'x'));
  EXPECT_THAT(log.Take(),
              ElementsAre(HasSubstr("ACK 560"), HasSubstr("ACK 560")));
}

TEST(Fabric, ADatagramAboveTheMtuNeedsAllItsFragments) {
  FabricOptions options;
  options.link.loss = {1, 20};
  NetLab lab(options);
  const HostId a = lab.AddHost("a");
  const HostId b = lab.AddHost("b");
  const File receiver = lab.Receiver(b, 7);
  const File sender = lab.Sender(a, AddressOf(b, 7));
  const auto arrived = [&](std::size_t size) {
    int count = 0;
    for (int i = 0; i < 1000; ++i) {
      Send(sender, std::string(size, 'x'));
      lab.RunFor(kMillisecond);
      if (Receive(receiver).size() == size) ++count;
    }
    return count;
  };
  EXPECT_NEAR(arrived(1000), 950, 30);
  // 28 fragments: 0.95^28.
  EXPECT_NEAR(arrived(40000), 238, 50);
}

TEST(FabricDeathTest, AnUnknownHostIsNamed) {
  NetLab lab;
  lab.AddHost("a");
  EXPECT_DEATH(lab.fabric().SetLink(HostId(1), HostId(2), {}),
               "HostId is not a host of this simulation");
}

}  // namespace
}  // namespace sim
}  // namespace mortise
