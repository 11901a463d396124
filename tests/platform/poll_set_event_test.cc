// What a poll set reports of a handle.

#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/core/constants.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/poll_events.h"
#include "mortise/platform/poll_set.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/platform/poll_set_test.h"

namespace mortise {
namespace {

using contract::TcpIpv4;
using contract::UdpIpv4;

using PollSetEventTest = PollSetTest;
MORTISE_ON_EVERY_POLL_SET(PollSetEventTest);

TEST_P(PollSetEventTest, IsReportedAsLongAsItIsReady) {
  auto [ours, theirs] = MustMakePair();
  ASSERT_EQ(set().Add(ours.native_handle(), kRead, 1), 0);
  EXPECT_TRUE(set().Look().empty());
  ASSERT_TRUE(theirs.Send("two").ok());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(set().Await().ReadinessOf(1), kRead);
  EXPECT_EQ(ours.Recv(1).value_or(""), "t");
  EXPECT_EQ(set().Await().ReadinessOf(1), kRead);
  Empty(ours);
  EXPECT_TRUE(set().Look().empty());
}

TEST_P(PollSetEventTest, OnlyWhatWasWanted) {
  auto [ours, theirs] = MustMakePair();
  ASSERT_TRUE(theirs.Send("x").ok());
  ASSERT_EQ(set().Add(ours.native_handle(), kWrite, 1), 0);
  EXPECT_EQ(set().Await().ReadinessOf(1), kWrite);
  ASSERT_EQ(set().Change(ours.native_handle(), kRead, 1), 0);
  EXPECT_EQ(set().Await().ReadinessOf(1), kRead);
}

TEST_P(PollSetEventTest, IsWritableUntilItIsFull) {
  auto [ours, theirs] = MustMakePair();
  ASSERT_EQ(set().Add(ours.native_handle(), kWrite, 1), 0);
  EXPECT_EQ(set().Await().ReadinessOf(1), kWrite);
  Fill(ours);
  EXPECT_TRUE(set().Look().empty());
  Empty(theirs);
  EXPECT_EQ(set().Await().ReadinessOf(1), kWrite);
}

TEST_P(PollSetEventTest, BothHalvesAtOnce) {
  auto [ours, theirs] = MustMakePair();
  ASSERT_TRUE(theirs.Send("x").ok());
  ASSERT_EQ(set().Add(theirs.native_handle(), kRead, 2), 0);
  ASSERT_EQ(set().Add(ours.native_handle(), kRead, 1), 0);
  EXPECT_EQ(set().Await().ReadinessOf(1), kRead);
  // It is readable before anybody asks for both, so one wait has both.
  ASSERT_EQ(set().Change(ours.native_handle(), kBoth, 1), 0);
  Found found = set().Await();
  EXPECT_EQ(found.ReadinessOf(1), kBoth);
  EXPECT_EQ(found.events.size(), 1u);
}

TEST_P(PollSetEventTest, BothHalvesThroughOneSlot) {
  auto [ours, theirs] = MustMakePair();
  ASSERT_TRUE(theirs.Send("x").ok());
  ASSERT_EQ(set().Add(ours.native_handle(), kBoth, 1), 0);
  Found found;
  while (found.ReadinessOf(1) != kBoth) {
    set().WaitOnce(absl::InfiniteDuration(), 1, &found);
  }
}

TEST_P(PollSetEventTest, AListenerIsReadableWithAConnection) {
  Socket listener = MustListen(TcpIpv4());
  ASSERT_EQ(set().Add(listener.native_handle(), kRead, 1), 0);
  EXPECT_TRUE(set().Look().empty());
  Socket client = MustCreate(TcpIpv4());
  ASSERT_TRUE(client.Connect(MustGetSockName(listener)).ok());
  EXPECT_EQ(set().Await().ReadinessOf(1), kRead);
  EXPECT_TRUE(listener.Accept().ok());
  EXPECT_TRUE(set().Look().empty());
}

TEST_P(PollSetEventTest, ADatagramIsReadable) {
  auto [ours, theirs] = MustConnectPair(UdpIpv4());
  ASSERT_EQ(set().Add(ours.native_handle(), kBoth, 1), 0);
  EXPECT_EQ(set().Await().ReadinessOf(1), kWrite);
  ASSERT_EQ(set().Change(ours.native_handle(), kRead, 1), 0);
  // An empty one is one, too.
  ASSERT_TRUE(theirs.Send("").ok());
  EXPECT_EQ(set().Await().ReadinessOf(1), kRead);
  EXPECT_EQ(ours.Recv(1).value_or("?"), "");
  EXPECT_TRUE(set().Look().empty());
}

TEST_P(PollSetEventTest, EndIsReadable) {
  auto [ours, theirs] = MustConnectPair(TcpIpv4());
  ASSERT_EQ(set().Add(ours.native_handle(), kRead, 1), 0);
  ASSERT_TRUE(theirs.Shutdown(ShutdownHow::kWrite).ok());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(set().Await().ReadinessOf(1), kRead);
  // The end is no error, and the other direction lives.
  EXPECT_FALSE(Has(set().Await().events[1], PollEvents::kFailed));
  EXPECT_EQ(ours.Recv(1).value_or("?"), "");
  ASSERT_EQ(set().Change(ours.native_handle(), kWrite, 1), 0);
  EXPECT_EQ(set().Await().ReadinessOf(1), kWrite);
  EXPECT_TRUE(ours.SendAll("x").ok());
}

// A program that has nothing to send and does not read is not told of the end
// again and again.
TEST_P(PollSetEventTest, AnEndDoesNotEndAWaitToSend) {
  auto [ours, theirs] = MustMakePair();
  absl::StatusOr<Socket> duplicate = ours.Dup();
  ASSERT_TRUE(duplicate.ok()) << duplicate.status();
  ASSERT_TRUE(theirs.Shutdown(ShutdownHow::kWrite).ok());
  // The end has arrived.
  ASSERT_EQ(set().Add(duplicate->native_handle(), kRead, 2), 0);
  ASSERT_EQ(set().Await().ReadinessOf(2), kRead);
  ASSERT_EQ(set().Remove(duplicate->native_handle()), 0);
  ASSERT_EQ(set().Add(ours.native_handle(), kWrite, 1), 0);
  Fill(ours);
  while (!set().Look().empty()) {
    // TCP may have found more room meanwhile.
    ASSERT_TRUE(ours.Send("x").ok());
    Fill(ours);
  }
}

TEST_P(PollSetEventTest, EndWithDataIsReadable) {
  auto [ours, theirs] = MustConnectPair(TcpIpv4());
  ASSERT_EQ(set().Add(ours.native_handle(), kRead, 1), 0);
  ASSERT_TRUE(theirs.Send("last").ok());
  ASSERT_TRUE(theirs.Close().ok());
  std::string received;
  while (true) {
    ASSERT_EQ(set().Await().ReadinessOf(1), kRead);
    const absl::StatusOr<std::string> piece = ours.Recv(1);
    ASSERT_TRUE(piece.ok()) << piece.status();
    if (piece->empty()) break;
    received += *piece;
  }
  EXPECT_EQ(received, "last");
}

// The peer is gone, and nothing fits into the buffer: only the hang-up shows.
TEST_P(PollSetEventTest, HangUpIsReadableAndWritable) {
  auto [ours, theirs] = MustMakePair();
  Fill(ours);
  ASSERT_EQ(set().Add(ours.native_handle(), kWrite, 1), 0);
  ASSERT_TRUE(theirs.Close().ok());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(set().Await().ReadinessOf(1), kWrite);
  ASSERT_EQ(set().Change(ours.native_handle(), kRead, 1), 0);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(set().Await().ReadinessOf(1), kRead);
  ASSERT_EQ(set().Change(ours.native_handle(), kBoth, 1), 0);
  EXPECT_EQ(set().Await().ReadinessOf(1), kBoth);
}

TEST_P(PollSetEventTest, AResetIsReadableAndWritable) {
  auto [ours, theirs] = MustConnectPair(TcpIpv4());
  ASSERT_TRUE(ours.Send("unread").ok());
  ASSERT_EQ(set().Add(theirs.native_handle(), kRead, 1), 0);
  ASSERT_EQ(set().Await().ReadinessOf(1), kRead);
  ASSERT_EQ(set().Remove(theirs.native_handle()), 0);
  ASSERT_EQ(set().Add(ours.native_handle(), kRead, 2), 0);
  ASSERT_TRUE(theirs.Close().ok());
  EXPECT_EQ(set().Await().ReadinessOf(2), kRead);
  ASSERT_EQ(set().Change(ours.native_handle(), kWrite, 2), 0);
  EXPECT_EQ(set().Await().ReadinessOf(2), kWrite);
}

// A port that was just given back, so that nobody listens there.
SocketAddress Unheard(const PollSetTest& test) {
  Socket socket = test.MustCreate(TcpIpv4());
  EXPECT_TRUE(socket.Bind({"127.0.0.1", 0}).ok());
  return test.MustGetSockName(socket);
}

TEST_P(PollSetEventTest, RefusedConnectIsWritable) {
  for (const PollEvents wanted : {kWrite, kRead, kBoth}) {
    Socket socket = MustCreate(TcpIpv4());
    ASSERT_TRUE(socket.SetBlocking(false).ok());
    // In progress, or refused at once.
    static_cast<void>(socket.ConnectEx(Unheard(*this)));
    ASSERT_EQ(set().Add(socket.native_handle(), wanted, 1), 0);
    Found found;
    while (found.ReadinessOf(1) != wanted) {
      set().WaitOnce(absl::InfiniteDuration(), 2, &found);
    }
    ASSERT_EQ(set().Remove(socket.native_handle()), 0);
  }
}

TEST_P(PollSetEventTest, AConnectionThatIsMadeIsWritable) {
  Socket listener = MustListen(TcpIpv4());
  Socket socket = MustCreate(TcpIpv4());
  ASSERT_TRUE(socket.SetBlocking(false).ok());
  static_cast<void>(socket.ConnectEx(MustGetSockName(listener)));
  ASSERT_EQ(set().Add(socket.native_handle(), kBoth, 1), 0);
  EXPECT_EQ(set().Await().ReadinessOf(1), kWrite);
  EXPECT_TRUE(socket.TakeError().ok());
  EXPECT_TRUE(socket.GetPeerName().ok());
}

// No ordinary receive takes an urgent byte, so a set must not report it.
TEST_P(PollSetEventTest, UrgentDataDoesNotSpin) {
  const std::optional<Constant> out_of_band = FindConstant("MSG_OOB");
  ASSERT_TRUE(out_of_band.has_value());
  const int flag = static_cast<int>(out_of_band->value);
  auto [ours, theirs] = MustConnectPair(TcpIpv4());
  ASSERT_TRUE(ours.SetBlocking(false).ok());
  ASSERT_EQ(set().Add(ours.native_handle(), kRead, 1), 0);
  ASSERT_TRUE(theirs.Send("!", flag).ok());
  // Until it has arrived.
  const std::optional<Constant> peek = FindConstant("MSG_PEEK");
  ASSERT_TRUE(peek.has_value());
  while (!ours.Recv(1, flag | static_cast<int>(peek->value)).ok()) {
    std::this_thread::yield();
  }
  // It may be reported, but not without end.
  for (int i = 0; i < 3 && !set().Look().empty(); ++i) Empty(ours);
  EXPECT_TRUE(set().Look().empty());
  // Nor may a wait return at once, without a report.
  Found found;
  const absl::Duration begin = Now();
  set().WaitOnce(absl::Milliseconds(5), 1, &found);
  EXPECT_GE(Now() - begin, absl::Milliseconds(5));
  // Ordinary data is reported as ever.
  ASSERT_TRUE(theirs.Send("x").ok());
  EXPECT_EQ(set().Await().ReadinessOf(1), kRead);
  Empty(ours);
  EXPECT_TRUE(set().Look().empty());
}

// What came and went between two waits is not reported, even if the system has
// found it in the meantime.
TEST_P(PollSetEventTest, WhatIsOverIsNotReported) {
  for (const PollMode mode : {PollMode::kLevel, PollMode::kOneShot}) {
    auto [ours, theirs] = MustMakePair();
    ASSERT_EQ(set().Add(ours.native_handle(), kRead, 1, mode), 0);
    EXPECT_TRUE(set().Look().empty());
    ASSERT_TRUE(theirs.Send("x").ok());
    // It has arrived, and is taken.
    ASSERT_TRUE(ours.SetBlocking(true).ok());
    EXPECT_EQ(ours.Recv(1).value_or(""), "x");
    EXPECT_TRUE(set().Look().empty());
    ASSERT_TRUE(theirs.Send("y").ok());
    EXPECT_EQ(set().Await().ReadinessOf(1), kRead);
    ASSERT_EQ(set().Remove(ours.native_handle()), 0);
  }
}

TEST_P(PollSetEventTest, OneShotIsReportedOnce) {
  auto [ours, theirs] = MustMakePair();
  ASSERT_TRUE(theirs.Send("x").ok());
  ASSERT_EQ(set().Add(ours.native_handle(), kRead, 1, PollMode::kOneShot), 0);
  EXPECT_EQ(set().Await().ReadinessOf(1), kRead);
  EXPECT_TRUE(set().Look().empty());
  // Not even if more happens.
  ASSERT_TRUE(theirs.Send("y").ok());
  ASSERT_TRUE(theirs.Close().ok());
  EXPECT_TRUE(set().Look().empty());
  EXPECT_EQ(set().Add(ours.native_handle(), kRead, 1),
            Native(ErrorCode::kEexist));
  ASSERT_EQ(set().Change(ours.native_handle(), kRead, 2, PollMode::kOneShot),
            0);
  EXPECT_EQ(set().Await().ReadinessOf(2), kRead);
  EXPECT_TRUE(set().Look().empty());
  // To a wish that stays.
  ASSERT_EQ(set().Change(ours.native_handle(), kRead, 3), 0);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(set().Await().ReadinessOf(3), kRead);
}

TEST_P(PollSetEventTest, OneShotIsOverWithItsFirstHalf) {
  auto [ours, theirs] = MustMakePair();
  ASSERT_EQ(set().Add(ours.native_handle(), kBoth, 1, PollMode::kOneShot), 0);
  EXPECT_EQ(set().Await().ReadinessOf(1), kWrite);
  ASSERT_TRUE(theirs.Send("x").ok());
  EXPECT_TRUE(set().Look().empty());
  ASSERT_EQ(set().Change(ours.native_handle(), kBoth, 1, PollMode::kOneShot),
            0);
  EXPECT_EQ(set().Await().ReadinessOf(1), kBoth);
  EXPECT_TRUE(set().Look().empty());
}

}  // namespace
}  // namespace mortise
