// How connections of TCP end.

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/kernel/watchers.h"
#include "mortise/platform/sim/time.h"
#include "mortise/tests/platform/sim/kernel/kernel_lab.h"

namespace mortise {
namespace sim {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

void SetLinger(const File& file, int seconds) {
  const Result<std::string> off =
      file->socket().GetOption(kSolSocket, kSoLinger);
  ASSERT_EQ(off.error, kDone);
  const std::size_t half = off.value.size() / 2;
  std::string on = off.value;
  const int one = 1;
  on.replace(0, half, reinterpret_cast<const char*>(&one), half);
  on.replace(half, half, reinterpret_cast<const char*>(&seconds), half);
  ASSERT_EQ(file->socket().SetOption(kSolSocket, kSoLinger, on), kDone);
}

TEST(TcpClose, HalfAConnectionStaysOpen) {
  KernelLab lab;
  const File listener = lab.Listen();
  auto [client, server] = lab.Connect(listener);
  Send(client, "question");
  ASSERT_EQ(client->socket().Shutdown(false, true), kDone);
  lab.Settle();
  EXPECT_EQ(Receive(server), "question");
  EXPECT_EQ(Receive(server), "");
  EXPECT_EQ(Send(client, "more"), "EPIPE");
  EXPECT_EQ(Send(server, "answer"), "6");
  lab.Settle();
  EXPECT_EQ(Receive(client), "answer");
  EXPECT_EQ(Receive(client), "EAGAIN");
  // The half stays open for as long as the file does.
  lab.RunUntil(1000 * kSecond);
  EXPECT_EQ(Send(server, "still"), "5");
  lab.Settle();
  EXPECT_EQ(Receive(client), "still");
}

TEST(TcpClose, TheFinComesBehindTheData) {
  KernelLab lab;
  const File listener = lab.Listen();
  auto [client, server] = lab.Connect(listener);
  Send(client, "last");
  client.reset();
  std::vector<Packet> sent = lab.Take();
  ASSERT_THAT(Describe(sent), ElementsAre("ACK 4", "FIN ACK"));
  // The FIN overtakes the data.
  lab.Deliver(sent[1]);
  EXPECT_EQ(Receive(server), "EAGAIN");
  lab.Deliver(sent[0]);
  EXPECT_EQ(Receive(server), "last");
  EXPECT_EQ(Receive(server), "");
}

// The window has room for a part of the data only.
TEST(TcpClose, TheFinWaitsForDataThatWaitsForTheWindow) {
  KernelLab lab;
  const File listener = lab.Listen();
  SetInt(listener, kSolSocket, kSoRcvbuf, 4096);
  auto [client, server] = lab.Connect(listener);
  const std::string data(20000, 'x');
  ASSERT_EQ(Send(client, data), "20000");
  client.reset();
  const std::vector<Packet> sent = lab.Take();
  EXPECT_THAT(Describe(sent), Each(Not(HasSubstr("FIN"))));
  for (const Packet& packet : sent) lab.Deliver(packet);
  std::string received;
  for (;;) {
    lab.Settle();
    const std::string piece = Receive(server);
    ASSERT_NE(piece, "EAGAIN") << "after " << received.size() << " bytes";
    if (piece.empty()) break;
    received += piece;
  }
  EXPECT_EQ(received.size(), data.size());
}

TEST(TcpClose, AFinThatIsLostIsSentAgain) {
  KernelLab lab;
  const File listener = lab.Listen();
  auto [client, server] = lab.Connect(listener);
  client.reset();
  EXPECT_THAT(Describe(lab.Take()), ElementsAre("FIN ACK"));
  EXPECT_EQ(Receive(server), "EAGAIN");
  lab.RunUntil(200 * kMillisecond);
  EXPECT_EQ(Receive(server), "");
}

TEST(TcpClose, WhoClosesFirstLingersForAMinute) {
  KernelLab lab;
  File listener = lab.Listen();
  const SockAddr address = listener->socket().LocalName();
  auto [client, server] = lab.Connect(listener);
  listener.reset();
  server.reset();
  lab.Settle();
  client.reset();
  lab.Settle();
  const File next = lab.NewTcp();
  EXPECT_EQ(next->socket().Bind(address), ErrorCode::kEaddrinuse);
  lab.RunUntil(60 * kSecond - 1);
  EXPECT_EQ(next->socket().Bind(address), ErrorCode::kEaddrinuse);
  lab.RunUntil(60 * kSecond);
  EXPECT_EQ(next->socket().Bind(address), kDone);
}

TEST(TcpClose, WhoClosesSecondDoesNotLinger) {
  KernelLab lab;
  File listener = lab.Listen();
  const SockAddr address = listener->socket().LocalName();
  auto [client, server] = lab.Connect(listener);
  listener.reset();
  client.reset();
  lab.Settle();
  server.reset();
  lab.Settle();
  const File next = lab.NewTcp();
  EXPECT_EQ(next->socket().Bind(address), kDone);
}

TEST(TcpClose, TheLastAcknowledgementIsGivenAgain) {
  KernelLab lab;
  const File listener = lab.Listen();
  auto [client, server] = lab.Connect(listener);
  client.reset();
  lab.Settle();
  server.reset();
  const std::vector<Packet> fin = lab.Take();
  ASSERT_THAT(Describe(fin), ElementsAre("FIN ACK"));
  lab.Deliver(fin[0]);
  EXPECT_THAT(Describe(lab.Take()), ElementsAre("ACK")) << "it is lost";
  lab.Deliver(fin[0]);
  EXPECT_THAT(Describe(lab.Take()), ElementsAre("ACK"));
}

TEST(TcpClose, BothMayCloseAtOnce) {
  KernelLab lab;
  File listener = lab.Listen();
  auto [client, server] = lab.Connect(listener);
  client.reset();
  server.reset();
  const std::vector<Packet> fins = lab.Take();
  ASSERT_THAT(Describe(fins), ElementsAre("FIN ACK", "FIN ACK"));
  lab.Deliver(fins[0]);
  lab.Deliver(fins[1]);
  lab.Settle();
  listener.reset();
  EXPECT_EQ(lab.kernel().next_timer(), 60 * kSecond);
  lab.RunUntil(60 * kSecond);
  EXPECT_EQ(lab.kernel().next_timer(), kNever);
}

TEST(TcpClose, DataThatNobodyReadsResetsTheConnection) {
  KernelLab lab;
  const File listener = lab.Listen();
  auto [client, server] = lab.Connect(listener);
  Send(client, "unread");
  lab.Settle();
  server.reset();
  const std::vector<Packet> sent = lab.Take();
  ASSERT_THAT(Describe(sent), ElementsAre("RST"));
  lab.Deliver(sent[0]);
  EXPECT_EQ(Receive(client), "ECONNRESET");
  EXPECT_EQ(Receive(client), "");
  EXPECT_EQ(Send(client, "x"), "EPIPE");
}

TEST(TcpClose, DataForASocketThatIsClosedIsReset) {
  KernelLab lab;
  const File listener = lab.Listen();
  auto [client, server] = lab.Connect(listener);
  server.reset();
  lab.Settle();
  EXPECT_EQ(Send(client, "late"), "4");
  lab.Deliver(lab.Take()[0]);
  const std::vector<Packet> answer = lab.Take();
  ASSERT_THAT(Describe(answer), ElementsAre("RST"));
  lab.Deliver(answer[0]);
  EXPECT_EQ(Send(client, "x"), "EPIPE");
}

TEST(TcpClose, WithALingerTimeOfZeroClosingResets) {
  KernelLab lab;
  const File listener = lab.Listen();
  auto [client, server] = lab.Connect(listener);
  SetLinger(client, 0);
  Send(client, "lost");
  client.reset();
  const std::vector<Packet> sent = lab.Take();
  ASSERT_THAT(Describe(sent), ElementsAre("ACK 4", "RST"));
  lab.Deliver(sent[0]);
  lab.Deliver(sent[1]);
  EXPECT_EQ(Receive(server), "lost") << "it had arrived before";
  EXPECT_EQ(Receive(server), "ECONNRESET");
}

TEST(TcpClose, AResetThatComesOutOfOrderIsNotBelieved) {
  KernelLab lab;
  const File listener = lab.Listen();
  auto [client, server] = lab.Connect(listener);
  SetLinger(client, 0);
  client.reset();
  std::vector<Packet> sent = lab.Take();
  ASSERT_THAT(Describe(sent), ElementsAre("RST"));
  sent[0].tcp.seq += 10;
  lab.Deliver(sent[0]);
  EXPECT_THAT(Describe(lab.Take()), ElementsAre("ACK"));
  EXPECT_EQ(Receive(server), "EAGAIN");
}

TEST(TcpClose, ASegmentOfNoConnectionIsReset) {
  KernelLab lab;
  const File listener = lab.Listen();
  auto [client, server] = lab.Connect(listener);
  Send(client, "x");
  Packet stray = lab.Take()[0];
  stray.from.port += 1;
  lab.Deliver(stray);
  const std::vector<Packet> answer = lab.Take();
  ASSERT_THAT(Describe(answer), ElementsAre("RST"));
  EXPECT_EQ(answer[0].tcp.seq, stray.tcp.ack_number);
  // A reset is not answered.
  lab.Deliver(answer[0]);
  EXPECT_THAT(lab.Take(), IsEmpty());
}

TEST(TcpClose, ASegmentForAPortThatNobodyHasIsReset) {
  KernelLab lab;
  File listener = lab.Listen();
  auto [client, server] = lab.Connect(listener);
  Send(client, "x");
  Packet stray = lab.Take()[0];
  listener.reset();
  stray.from.port += 1;
  lab.Deliver(stray);
  EXPECT_THAT(Describe(lab.Take()), ElementsAre("RST"));
}

TEST(TcpClose, APeerThatNeverClosesIsForgottenAfterAMinute) {
  KernelLab lab;
  const File listener = lab.Listen();
  auto [client, server] = lab.Connect(listener);
  client.reset();
  lab.Settle();
  EXPECT_EQ(lab.kernel().next_timer(), 60 * kSecond);
  lab.RunUntil(60 * kSecond);
  EXPECT_EQ(Send(server, "late"), "4");
  lab.Settle();
  // The end of the stream has come before the reset.
  EXPECT_EQ(Receive(server), "");
  EXPECT_EQ(server->socket().TakeError(), ErrorCode::kEpipe);
}

TEST(TcpClose, DataAfterBothDirectionsHaveEndedIsReset) {
  KernelLab lab;
  const File listener = lab.Listen();
  auto [client, server] = lab.Connect(listener);
  ASSERT_EQ(server->socket().Shutdown(true, true), kDone);
  lab.Settle();
  EXPECT_EQ(Send(client, "late"), "4");
  lab.Settle();
  EXPECT_EQ(client->socket().TakeError(), ErrorCode::kEpipe);
  EXPECT_EQ(server->socket().TakeError(), ErrorCode::kEconnreset);
}

TEST(TcpClose, ASocketHasOneConnection) {
  KernelLab lab;
  const File listener = lab.Listen();
  auto [client, server] = lab.Connect(listener);
  client.reset();
  lab.Settle();
  ASSERT_EQ(server->socket().Shutdown(false, true), kDone);
  lab.Settle();
  EXPECT_EQ(server->socket().Connect(listener->socket().LocalName()),
            ErrorCode::kEisconn);
}

TEST(TcpClose, AListenerThatIsShutDownRefuses) {
  KernelLab lab;
  const File listener = lab.Listen();
  const SockAddr address = listener->socket().LocalName();
  ASSERT_EQ(listener->socket().Shutdown(true, false), kDone);
  SockAddr peer;
  EXPECT_EQ(listener->socket().Accept(&peer).error, ErrorCode::kEinval);
  const File client = lab.NewTcp();
  client->socket().Connect(address);
  lab.Settle();
  EXPECT_EQ(client->socket().TakeError(), ErrorCode::kEconnrefused);
  // It may listen again at the same address.
  EXPECT_EQ(listener->socket().Listen(1), kDone);
  EXPECT_EQ(listener->socket().LocalName().port, address.port);
}

TEST(TcpClose, ANewConnectionTakesOverAnAddressThatLingers) {
  KernelLab lab;
  const File listener = lab.Listen();
  const SockAddr address = listener->socket().LocalName();
  File client = lab.NewTcp();
  ASSERT_EQ(client->socket().Bind(Ipv4("127.0.0.1", 4000)), kDone);
  client->socket().Connect(address);
  lab.Settle();
  File server = lab.Accept(listener);
  ASSERT_NE(server, nullptr);
  server.reset();
  lab.Settle();
  client.reset();
  lab.Settle();
  // The server's end lingers, and a SYN with a later number ends that. Initial
  // numbers are random, so it may take several.
  for (int i = 0; i < 50; ++i) {
    client = lab.NewTcp();
    ASSERT_EQ(client->socket().Bind(Ipv4("127.0.0.1", 4000)), kDone);
    client->socket().Connect(address);
    lab.Settle();
    server = lab.Accept(listener);
    if (server != nullptr) break;
    client.reset();
    lab.Settle();
  }
  ASSERT_NE(server, nullptr);
  EXPECT_EQ(Send(client, "again"), "5");
  lab.Settle();
  EXPECT_EQ(Receive(server), "again");
}

}  // namespace
}  // namespace sim
}  // namespace mortise
