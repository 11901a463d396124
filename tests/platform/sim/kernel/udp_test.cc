// Datagrams of UDP.

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/kernel/message.h"
#include "mortise/platform/sim/kernel/options.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/tests/platform/sim/kernel/kernel_lab.h"

namespace mortise {
namespace sim {
namespace {

using ::testing::ElementsAre;

File Bound(KernelLab& lab) {
  File file = lab.NewUdp();
  EXPECT_EQ(file->socket().Bind(Ipv4("127.0.0.1", 0)), kDone);
  return file;
}

File ConnectedTo(KernelLab& lab, const File& peer) {
  File file = lab.NewUdp();
  EXPECT_EQ(file->socket().Connect(peer->socket().LocalName()), kDone);
  return file;
}

TEST(Udp, ADatagramIsCutAndSaysSo) {
  KernelLab lab;
  const File receiver = Bound(lab);
  const File sender = ConnectedTo(lab, receiver);
  EXPECT_EQ(Send(sender, "0123456789"), "10");
  EXPECT_EQ(Send(sender, "next"), "4");
  lab.Settle();
  char room[4];
  const absl::Span<char> buffer(room, sizeof(room));
  Incoming message;
  message.buffers = absl::MakeConstSpan(&buffer, 1);
  message.room = sizeof(room);
  ASSERT_EQ(receiver->socket().Receive(&message), kDone);
  EXPECT_EQ(message.size, 4u);
  EXPECT_EQ(message.whole_size, 10u);
  EXPECT_TRUE(message.is_truncated);
  EXPECT_EQ(message.from.port, sender->socket().LocalName().port);
  EXPECT_EQ(Receive(receiver), "next");
}

TEST(Udp, AConnectedSocketHearsItsPeerOnly) {
  KernelLab lab;
  const File peer = Bound(lab);
  const File stranger = Bound(lab);
  const File connected = ConnectedTo(lab, peer);
  const SockAddr address = connected->socket().LocalName();
  for (const File& sender : {stranger, peer}) {
    EXPECT_EQ(sender->socket().Connect(address), kDone);
  }
  EXPECT_EQ(Send(stranger, "stranger"), "8");
  EXPECT_EQ(Send(peer, "peer"), "4");
  lab.Settle();
  EXPECT_EQ(Receive(connected), "peer");
  EXPECT_EQ(Receive(connected), "EAGAIN");
  // Nobody takes what a stranger sends.
  EXPECT_EQ(Receive(stranger), "ECONNREFUSED");
}

TEST(Udp, OnlyAConnectedSocketLearnsThatNobodyIsThere) {
  KernelLab lab;
  File nobody = Bound(lab);
  const SockAddr address = nobody->socket().LocalName();
  const File connected = ConnectedTo(lab, nobody);
  const File unconnected = lab.NewUdp();
  nobody.reset();
  EXPECT_EQ(Send(connected, "x"), "1");
  lab.Deliver(lab.Take()[0]);
  const std::vector<Packet> report = lab.Take();
  ASSERT_THAT(Describe(report), ElementsAre("ICMP"));
  lab.Deliver(report[0]);
  EXPECT_EQ(Receive(connected), "ECONNREFUSED");
  EXPECT_EQ(Receive(connected), "EAGAIN");

  const absl::string_view data = "x";
  Outgoing message;
  message.pieces = absl::MakeConstSpan(&data, 1);
  message.size = 1;
  message.to = &address;
  EXPECT_EQ(unconnected->socket().Send(message, 0).error, kDone);
  lab.Settle();
  EXPECT_EQ(Receive(unconnected), "EAGAIN");
}

TEST(Udp, ADatagramForWhichThereIsNoRoomIsLost) {
  KernelLab lab;
  const File receiver = Bound(lab);
  ASSERT_EQ(
      receiver->socket().SetOption(kSolSocket, kSoRcvbuf, IntOption(5000)),
      kDone);
  const File sender = ConnectedTo(lab, receiver);
  int sent = 0;
  for (; sent < 100; ++sent) EXPECT_EQ(Send(sender, "x"), "1");
  lab.Settle();
  int received = 0;
  while (Receive(receiver) == "x") ++received;
  // 10,000 bytes, of which each datagram takes 768 beside its own.
  EXPECT_EQ(received, 13);
  EXPECT_EQ(Send(sender, "again"), "5");
  lab.Settle();
  EXPECT_EQ(Receive(receiver), "again");
}

TEST(Udp, TheSocketThatNamesMoreIsPreferred) {
  KernelLab lab;
  const File any = lab.NewUdp();
  const File exact = lab.NewUdp();
  const File sender = lab.NewUdp();
  ASSERT_EQ(any->socket().SetFlag(Option::kReuseAddress, true), kDone);
  ASSERT_EQ(exact->socket().SetFlag(Option::kReuseAddress, true), kDone);
  ASSERT_EQ(any->socket().Bind(Ipv4("0.0.0.0", 5000)), kDone);
  ASSERT_EQ(exact->socket().Bind(Ipv4("127.0.0.1", 5000)), kDone);
  ASSERT_EQ(sender->socket().Connect(Ipv4("127.0.0.1", 5000)), kDone);
  EXPECT_EQ(Send(sender, "to the exact one"), "16");
  lab.Settle();
  EXPECT_EQ(Receive(any), "EAGAIN");
  EXPECT_EQ(Receive(exact), "to the exact one");
}

TEST(Udp, ABroadcastNeedsARight) {
  KernelLab lab;
  const File socket = lab.NewUdp();
  EXPECT_EQ(socket->socket().Connect(Ipv4("255.255.255.255", 9)),
            ErrorCode::kEacces);
  ASSERT_EQ(socket->socket().SetFlag(Option::kBroadcast, true), kDone);
  EXPECT_EQ(socket->socket().Connect(Ipv4("255.255.255.255", 9)),
            ErrorCode::kEnetunreach)
      << "there is only the loopback interface";
}

TEST(Udp, ASendThatFailsLeavesAPort) {
  KernelLab lab;
  const File socket = lab.NewUdp();
  EXPECT_EQ(Send(socket, "x"), "EDESTADDRREQ");
  EXPECT_NE(socket->socket().LocalName().port, 0);
}

TEST(Udp, AnAddressOfOneVersionReachesNoneOfTheOther) {
  KernelLab lab;
  const File socket = lab.NewUdp(false);
  ASSERT_EQ(socket->socket().Bind(Ipv6Loopback(0)), kDone);
  // Linux has another error for an address in the form of IPv4.
  EXPECT_EQ(socket->socket().Connect(Ipv4("127.0.0.1", 7)),
            ErrorCode::kEafnosupport);
}

}  // namespace
}  // namespace sim
}  // namespace mortise
