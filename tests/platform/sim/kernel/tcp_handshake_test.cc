// How connections of TCP begin.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/kernel/tcp_socket.h"
#include "mortise/platform/sim/kernel/watchers.h"
#include "mortise/platform/sim/time.h"
#include "mortise/tests/platform/sim/kernel/kernel_lab.h"

namespace mortise {
namespace sim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(TcpHandshake, HasThreeSegments) {
  KernelLab lab;
  const File listener = lab.Listen();
  const File client = lab.NewTcp();
  EXPECT_EQ(client->socket().Connect(listener->socket().LocalName()),
            ErrorCode::kEinprogress);
  std::vector<Packet> sent = lab.Take();
  ASSERT_THAT(Describe(sent), ElementsAre("SYN"));
  EXPECT_EQ(sent[0].tcp.mss, 65535u - 40);
  EXPECT_EQ(client->socket().Ready() & kWritable, 0);
  lab.Deliver(sent[0]);
  sent = lab.Take();
  ASSERT_THAT(Describe(sent), ElementsAre("SYN ACK"));
  EXPECT_EQ(lab.Accept(listener), nullptr);
  lab.Deliver(sent[0]);
  EXPECT_NE(client->socket().Ready() & kWritable, 0);
  EXPECT_EQ(lab.Accept(listener), nullptr);
  sent = lab.Take();
  ASSERT_THAT(Describe(sent), ElementsAre("ACK"));
  lab.Deliver(sent[0]);
  EXPECT_NE(lab.Accept(listener), nullptr);
  EXPECT_EQ(client->socket().Connect(listener->socket().LocalName()), kDone);
  EXPECT_EQ(client->socket().Connect(listener->socket().LocalName()),
            ErrorCode::kEisconn);
}

TEST(TcpHandshake, WithoutAnAnswerTheSynIsSentSixTimesAgain) {
  KernelLab lab;
  const File listener = lab.Listen();
  const File client = lab.NewTcp();
  client->socket().Connect(listener->socket().LocalName());
  lab.Take();
  EXPECT_THAT(lab.LoseUntil(127 * kSecond - 1),
              ElementsAre(1 * kSecond, 3 * kSecond, 7 * kSecond, 15 * kSecond,
                          31 * kSecond, 63 * kSecond));
  EXPECT_EQ(client->socket().Connect(listener->socket().LocalName()),
            ErrorCode::kEalready);
  EXPECT_THAT(lab.LoseUntil(127 * kSecond), IsEmpty());
  EXPECT_EQ(client->socket().TakeError(), ErrorCode::kEtimedout);
}

TEST(TcpHandshake, ASynThatIsLostIsAnsweredTheNextTime) {
  KernelLab lab;
  const File listener = lab.Listen();
  const File client = lab.NewTcp();
  client->socket().Connect(listener->socket().LocalName());
  lab.Take();
  lab.RunUntil(kSecond - 1);
  EXPECT_EQ(lab.Accept(listener), nullptr);
  lab.RunUntil(kSecond);
  EXPECT_NE(lab.Accept(listener), nullptr);
}

TEST(TcpHandshake, AnAnswerThatIsLostIsSentAgain) {
  KernelLab lab;
  const File listener = lab.Listen();
  const File client = lab.NewTcp();
  client->socket().Connect(listener->socket().LocalName());
  lab.Deliver(lab.Take()[0]);
  EXPECT_THAT(Describe(lab.Take()), ElementsAre("SYN ACK"));
  // Both ends send again: the client its SYN, and the server its answer.
  lab.kernel().AdvanceTo(kSecond);
  EXPECT_THAT(Describe(lab.Take()), ElementsAre("SYN", "SYN ACK"));
  // A child that is never acknowledged is given up after five times.
  EXPECT_THAT(lab.LoseUntil(200 * kSecond).size(), 5u + 4u);
  EXPECT_EQ(client->socket().TakeError(), ErrorCode::kEtimedout);
}

TEST(TcpHandshake, WhereNobodyListensTheAnswerIsAReset) {
  KernelLab lab;
  const File silent = lab.NewTcp();
  ASSERT_EQ(silent->socket().Bind(Ipv4("127.0.0.1", 0)), kDone);
  const File client = lab.NewTcp();
  client->socket().Connect(silent->socket().LocalName());
  lab.Deliver(lab.Take()[0]);
  const std::vector<Packet> answer = lab.Take();
  ASSERT_THAT(Describe(answer), ElementsAre("RST"));
  lab.Deliver(answer[0]);
  EXPECT_EQ(client->socket().Ready(),
            kReadable | kWritable | kEnded | kHungUp | kFailed);
  EXPECT_EQ(client->socket().TakeError(), ErrorCode::kEconnrefused);
  EXPECT_EQ(client->socket().TakeError(), kDone);
}

TEST(TcpHandshake, BothEndsMayConnectAtOnce) {
  KernelLab lab;
  const File one = lab.NewTcp();
  const File two = lab.NewTcp();
  ASSERT_EQ(one->socket().Bind(Ipv4("127.0.0.1", 0)), kDone);
  ASSERT_EQ(two->socket().Bind(Ipv4("127.0.0.1", 0)), kDone);
  one->socket().Connect(two->socket().LocalName());
  two->socket().Connect(one->socket().LocalName());
  std::vector<Packet> sent = lab.Take();
  ASSERT_THAT(Describe(sent), ElementsAre("SYN", "SYN"));
  lab.Deliver(sent[0]);
  lab.Deliver(sent[1]);
  sent = lab.Take();
  ASSERT_THAT(Describe(sent), ElementsAre("SYN ACK", "SYN ACK"));
  lab.Deliver(sent[0]);
  lab.Deliver(sent[1]);
  lab.Settle();
  EXPECT_EQ(Send(one, "one"), "3");
  EXPECT_EQ(Send(two, "two"), "3");
  lab.Settle();
  EXPECT_EQ(Receive(one), "two");
  EXPECT_EQ(Receive(two), "one");
}

TEST(TcpHandshake, ASocketMayConnectToItself) {
  KernelLab lab;
  const File self = lab.NewTcp();
  ASSERT_EQ(self->socket().Bind(Ipv4("127.0.0.1", 0)), kDone);
  self->socket().Connect(self->socket().LocalName());
  lab.Settle();
  EXPECT_EQ(Send(self, "echo"), "4");
  lab.Settle();
  EXPECT_EQ(Receive(self), "echo");
}

TEST(TcpHandshake, AFullQueueTakesOneMoreThanItsBacklog) {
  KernelLab lab;
  const File listener = lab.Listen(1);
  std::vector<File> clients;
  for (int i = 0; i < 2; ++i) {
    clients.push_back(lab.NewTcp());
    clients.back()->socket().Connect(listener->socket().LocalName());
    lab.Settle();
    EXPECT_NE(clients.back()->socket().Ready() & kWritable, 0);
  }
  const File late = lab.NewTcp();
  late->socket().Connect(listener->socket().LocalName());
  lab.Deliver(lab.Take()[0]);
  EXPECT_THAT(Describe(lab.Take()), IsEmpty()) << "the SYN is ignored";
  lab.RunUntil(kSecond - 1);
  EXPECT_EQ(late->socket().Ready() & kWritable, 0);
  const File accepted = lab.Accept(listener);
  ASSERT_NE(accepted, nullptr);
  lab.RunUntil(kSecond);
  EXPECT_NE(late->socket().Ready() & kWritable, 0);
}

TEST(TcpHandshake, ALastSegmentThatFindsTheQueueFullIsIgnored) {
  KernelLab lab;
  const File listener = lab.Listen(0);
  const File first = lab.NewTcp();
  const File second = lab.NewTcp();
  first->socket().Connect(listener->socket().LocalName());
  second->socket().Connect(listener->socket().LocalName());
  lab.Settle();
  // The second one believes that it is connected, and sends in vain.
  EXPECT_EQ(Send(second, "early"), "5");
  lab.Settle();
  const File accepted_first = lab.Accept(listener);
  ASSERT_NE(accepted_first, nullptr);
  EXPECT_EQ(lab.Accept(listener), nullptr);
  lab.RunUntil(2 * kSecond);
  const File accepted_second = lab.Accept(listener);
  ASSERT_NE(accepted_second, nullptr);
  EXPECT_EQ(Receive(accepted_second), "early");
}

TEST(TcpHandshake, AListenerThatIsClosedResetsWhoWaits) {
  KernelLab lab;
  File listener = lab.Listen();
  const File client = lab.NewTcp();
  client->socket().Connect(listener->socket().LocalName());
  lab.Settle();
  listener.reset();
  EXPECT_THAT(Describe(lab.Take()), ElementsAre("RST"));
}

}  // namespace
}  // namespace sim
}  // namespace mortise
