// How TCP carries bytes over a way that loses and reorders them.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/kernel/message.h"
#include "mortise/platform/sim/kernel/native_number.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/kernel/watchers.h"
#include "mortise/platform/sim/random.h"
#include "mortise/platform/sim/time.h"
#include "mortise/tests/platform/sim/kernel/kernel_lab.h"

namespace mortise {
namespace sim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string Pattern(std::size_t size) {
  std::string data(size, '\0');
  Random random(7);
  for (char& byte : data) byte = static_cast<char>(random.Next());
  return data;
}

TEST(TcpTransfer, ASegmentIsAcknowledged) {
  KernelLab lab;
  const File listener = lab.Listen();
  auto [client, server] = lab.Connect(listener);
  EXPECT_EQ(Send(client, "hello"), "5");
  std::vector<Packet> sent = lab.Take();
  ASSERT_THAT(Describe(sent), ElementsAre("ACK 5"));
  EXPECT_EQ(Receive(server), "EAGAIN");
  lab.Deliver(sent[0]);
  EXPECT_EQ(Receive(server), "hello");
  const std::vector<Packet> answer = lab.Take();
  ASSERT_THAT(Describe(answer), ElementsAre("ACK"));
  EXPECT_EQ(answer[0].tcp.ack_number, sent[0].tcp.seq + 5);
}

TEST(TcpTransfer, WhatIsLostIsSentAgainAfterTimesThatDouble) {
  KernelLab lab;
  const File listener = lab.Listen();
  auto [client, server] = lab.Connect(listener);
  Send(client, "lost");
  EXPECT_THAT(
      lab.LoseUntil(7 * kSecond),
      ElementsAre(200 * kMillisecond, 600 * kMillisecond, 1400 * kMillisecond,
                  3 * kSecond, 6200 * kMillisecond));
  lab.RunUntil(13 * kSecond);
  EXPECT_EQ(Receive(server), "lost");
  EXPECT_EQ(lab.kernel().next_timer(), kNever);
}

TEST(TcpTransfer, APeerThatNeverAnswersIsGivenUp) {
  KernelLab lab;
  const File listener = lab.Listen();
  auto [client, server] = lab.Connect(listener);
  Send(client, "lost");
  // 200 ms, doubled up to two minutes: 15 times, and the last wait.
  EXPECT_EQ(lab.LoseUntil(3600 * kSecond).size(), 15u);
  EXPECT_EQ(Send(client, "more"), "ETIMEDOUT");
  EXPECT_EQ(Send(client, "more"), "EPIPE");
}

TEST(TcpTransfer, AUserTimeoutGivesUpEarlier) {
  const std::optional<int> user_timeout = NativeNumber("TCP_USER_TIMEOUT");
  if (!user_timeout.has_value()) GTEST_SKIP() << "this system has no such name";
  KernelLab lab;
  const File listener = lab.Listen();
  auto [client, server] = lab.Connect(listener);
  SetInt(client, kIpprotoTcp, *user_timeout, 1000);
  Send(client, "lost");
  EXPECT_THAT(lab.LoseUntil(kSecond - 1),
              ElementsAre(200 * kMillisecond, 600 * kMillisecond));
  EXPECT_EQ(Receive(client), "EAGAIN");
  EXPECT_THAT(lab.LoseUntil(kSecond), IsEmpty());
  EXPECT_EQ(Receive(client), "ETIMEDOUT");
}

// A retransmission may have what the receiver has, and more.
TEST(TcpTransfer, OfASegmentThatIsPartlyKnownTheRestIsTaken) {
  KernelLab lab;
  const File listener = lab.Listen();
  auto [client, server] = lab.Connect(listener);
  SetInt(client, kIpprotoTcp, kTcpNodelay, 1);
  Send(client, "one ");
  lab.Deliver(lab.Take()[0]);
  // The acknowledgement is lost, and what is sent next.
  lab.Take();
  Send(client, "two");
  lab.Take();
  lab.RunUntil(200 * kMillisecond);
  EXPECT_EQ(Receive(server), "one two");
}

TEST(TcpTransfer, SegmentsThatOvertakeOthersAreKept) {
  KernelLab lab;
  const File listener = lab.Listen();
  auto [client, server] = lab.Connect(listener);
  SetInt(client, kIpprotoTcp, kTcpNodelay, 1);
  for (const char* word : {"one ", "two ", "three "}) Send(client, word);
  const std::vector<Packet> sent = lab.Take();
  ASSERT_EQ(sent.size(), 3u);
  lab.Deliver(sent[2]);
  lab.Deliver(sent[1]);
  lab.Deliver(sent[1]);
  EXPECT_EQ(Receive(server), "EAGAIN");
  lab.Deliver(sent[0]);
  EXPECT_EQ(Receive(server), "one two three ");
  const std::vector<Packet> answers = lab.Take();
  ASSERT_EQ(answers.size(), 4u);
  EXPECT_EQ(answers.back().tcp.ack_number, sent[2].tcp.seq + 6);
}

TEST(TcpTransfer, ThreeDuplicatesOfAnAcknowledgementSendAgainAtOnce) {
  KernelLab lab;
  const File listener = lab.Listen();
  auto [client, server] = lab.Connect(listener);
  SetInt(client, kIpprotoTcp, kTcpNodelay, 1);
  // The first acknowledgement opens the window, so that it is no duplicate.
  Send(client, "x");
  lab.Settle();
  for (const char* word : {"a", "b", "c", "d"}) Send(client, word);
  const std::vector<Packet> sent = lab.Take();
  for (int i = 1; i < 4; ++i) lab.Deliver(sent[i]);
  for (const Packet& answer : lab.Take()) lab.Deliver(answer);
  ASSERT_THAT(Describe(lab.Take()), ElementsAre("ACK 4"));
  EXPECT_EQ(lab.kernel().now(), 0);
}

TEST(TcpTransfer, SmallSegmentsWaitForTheAcknowledgement) {
  KernelLab lab;
  const File listener = lab.Listen();
  auto [client, server] = lab.Connect(listener);
  Send(client, "a");
  Send(client, "b");
  Send(client, "c");
  EXPECT_THAT(Describe(lab.Take()), ElementsAre("ACK 1"));
  lab.LoseUntil(200 * kMillisecond - 1);
  SetInt(client, kIpprotoTcp, kTcpNodelay, 1);
  EXPECT_THAT(Describe(lab.Take()), ElementsAre("ACK 2"));
}

// Fills the receiver's buffer, so that its window is closed and the sender has
// bytes left. Returns what was sent.
std::string CloseWindow(KernelLab& lab, const File& client) {
  std::string all;
  const std::string data = Pattern(100000);
  for (;;) {
    const std::string sent = Send(client, data);
    if (sent == "EAGAIN") return all;
    all += data.substr(0, std::stoul(sent));
    lab.Settle();
  }
}

TEST(TcpTransfer, AClosedWindowIsProbedAfterTimesThatDouble) {
  KernelLab lab;
  const File listener = lab.Listen();
  auto [client, server] = lab.Connect(listener);
  CloseWindow(lab, client);
  EXPECT_THAT(
      lab.LoseUntil(7 * kSecond),
      ElementsAre(200 * kMillisecond, 600 * kMillisecond, 1400 * kMillisecond,
                  3 * kSecond, 6200 * kMillisecond));
}

TEST(TcpTransfer, AProbeThatIsAnsweredKeepsTheConnection) {
  KernelLab lab;
  const File listener = lab.Listen();
  auto [client, server] = lab.Connect(listener);
  std::string all = CloseWindow(lab, client);
  lab.RunUntil(3600 * 24 * kSecond);
  EXPECT_EQ(client->socket().TakeError(), kDone);
  std::string got;
  while (got.size() < all.size()) {
    const std::string more = Receive(server);
    ASSERT_NE(more, "EAGAIN");
    got += more;
    lab.Settle();
  }
  EXPECT_EQ(got, all);
}

TEST(TcpTransfer, AWindowUpdateThatIsLostIsMadeUpForByAProbe) {
  KernelLab lab;
  const File listener = lab.Listen();
  auto [client, server] = lab.Connect(listener);
  CloseWindow(lab, client);
  Receive(server);
  EXPECT_THAT(Describe(lab.Take()), ElementsAre("ACK")) << "the update is lost";
  EXPECT_EQ(Receive(server), "EAGAIN");
  lab.RunUntil(200 * kMillisecond);
  EXPECT_NE(Receive(server), "EAGAIN");
}

TEST(TcpTransfer, ProbesThatNobodyAnswersEndTheConnection) {
  KernelLab lab;
  const File listener = lab.Listen();
  auto [client, server] = lab.Connect(listener);
  CloseWindow(lab, client);
  EXPECT_EQ(lab.LoseUntil(3600 * kSecond).size(), 15u);
  EXPECT_EQ(Receive(client), "ETIMEDOUT");
}

TEST(TcpTransfer, KeepAliveFindsAPeerThatIsGone) {
  const std::optional<int> idle = NativeNumber("TCP_KEEPIDLE");
  if (!idle.has_value()) GTEST_SKIP() << "this system has no such name";
  KernelLab lab;
  const File listener = lab.Listen();
  auto [client, server] = lab.Connect(listener);
  SetInt(client, kSolSocket, kSoKeepalive, 1);
  SetInt(client, kIpprotoTcp, *idle, 100);
  SetInt(client, kIpprotoTcp, kTcpKeepintvl, 10);
  SetInt(client, kIpprotoTcp, kTcpKeepcnt, 3);
  // It is answered, so nothing happens.
  lab.RunUntil(1000 * kSecond);
  EXPECT_EQ(Receive(client), "EAGAIN");
  const std::vector<Time> probes = lab.LoseUntil(1130 * kSecond);
  EXPECT_THAT(probes, ElementsAre(1100 * kSecond, 1110 * kSecond,
                                  1120 * kSecond, 1130 * kSecond));
  EXPECT_EQ(Receive(client), "ETIMEDOUT");
}

TEST(TcpTransfer, WithoutKeepAliveAQuietConnectionHasNoTimer) {
  KernelLab lab;
  const File listener = lab.Listen();
  auto [client, server] = lab.Connect(listener);
  Send(client, "x");
  lab.Settle();
  EXPECT_EQ(lab.kernel().next_timer(), kNever);
}

Incoming UrgentRoom(absl::Span<const absl::Span<char>> buffers) {
  Incoming message;
  message.buffers = buffers;
  message.room = buffers[0].size();
  message.out_of_band = true;
  return message;
}

TEST(TcpTransfer, AnUrgentByteIsKeptApart) {
  KernelLab lab;
  const File listener = lab.Listen();
  auto [client, server] = lab.Connect(listener);
  char byte = 0;
  const absl::Span<char> room(&byte, 1);
  Incoming early = UrgentRoom(absl::MakeConstSpan(&room, 1));
  EXPECT_EQ(server->socket().Receive(&early), ErrorCode::kEinval);
  const absl::string_view data = "abc!";
  Outgoing message;
  message.pieces = absl::MakeConstSpan(&data, 1);
  message.size = data.size();
  message.out_of_band = true;
  EXPECT_EQ(client->socket().Send(message, 0).value, 4u);
  EXPECT_EQ(Send(client, "def"), "3");
  lab.Settle();
  Incoming urgent = UrgentRoom(absl::MakeConstSpan(&room, 1));
  EXPECT_EQ(server->socket().Receive(&urgent), kDone);
  EXPECT_EQ(byte, '!');
  EXPECT_EQ(Receive(server), "abcdef");
}

// Loses one packet of four and delivers the others in any order, some twice.
TEST(TcpTransfer, AllBytesArriveWhateverTheWayDoes) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    KernelOptions options;
    options.seed = seed;
    KernelLab lab(options);
    Random random(seed);
    const File listener = lab.Listen();
    auto [client, server] = lab.Connect(listener);
    const std::string all = Pattern(1000000);
    std::size_t taken = 0;
    std::string got;
    bool is_shut = false;
    for (int step = 0; step < 20000; ++step) {
      if (taken < all.size()) {
        const std::string sent = Send(client, all.substr(taken, 50000));
        if (sent != "EAGAIN") taken += std::stoul(sent);
      } else if (!is_shut) {
        is_shut = true;
        ASSERT_EQ(client->socket().Shutdown(false, true), kDone);
      }
      std::vector<Packet> packets = lab.Take();
      for (std::size_t i = packets.size(); i > 1; --i) {
        std::swap(packets[i - 1],
                  packets[random.Below(static_cast<std::uint32_t>(i))]);
      }
      for (const Packet& packet : packets) {
        if (random.Below(4) == 0) continue;
        lab.Deliver(packet);
        if (random.Below(8) == 0) lab.Deliver(packet);
      }
      const std::string more = Receive(server, 1 + random.Below(100000));
      if (more.empty()) break;
      if (more != "EAGAIN") got += more;
      if (packets.empty() && lab.kernel().next_timer() != kNever) {
        lab.kernel().AdvanceTo(lab.kernel().next_timer());
      }
    }
    EXPECT_TRUE(got == all) << got.size();
  }
}

}  // namespace
}  // namespace sim
}  // namespace mortise
