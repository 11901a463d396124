// How the frontend waits: the three modes, one deadline per call, EINTR, and
// sockets that are reported as ready but are not.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/cancellation.h"
#include "mortise/core/error.h"
#include "mortise/core/message.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/core/stream.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/mock/mock_platform.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"
#include "mortise/tests/core/mock_socket.h"

namespace mortise {
namespace {

using ::testing::_;
using ::testing::AtLeast;
using ::testing::AtMost;
using ::testing::Gt;
using ::testing::InSequence;
using ::testing::Return;
using ::testing::SizeIs;

using SocketWaitingTest = MockSocketTest;

TEST_F(SocketWaitingTest, DataThatIsThereCostsOneCallAndNoLookAtTheClock) {
  Socket socket = OpenWithTimeout(absl::Seconds(1));
  EXPECT_CALL(mock_.sockets, Recv).WillOnce(Return(Made<std::size_t>(3)));
  char buffer[8];
  EXPECT_EQ(socket.Recv(absl::MakeSpan(buffer)).value(), 3u);
  EXPECT_EQ(mock_.clock.reads(), 0);
}

// A blocking socket whose descriptor reports that it would block.

// This happens when SO_RCVTIMEO has run out. The descriptor is blocking
// nevertheless.
TEST_F(SocketWaitingTest, ABlockingSocketReportsATimeLimitOfTheSystem) {
  Socket socket = Open();
  EXPECT_CALL(mock_.sockets, Recv)
      .WillOnce(Return(Failed<std::size_t>(ErrorCode::kEagain)));
  EXPECT_CALL(mock_.sockets, IsNonBlocking(kHandle))
      .WillOnce(Return(Made(false)));
  EXPECT_TRUE(IsWouldBlock(socket.Recv(8).status()));
}

TEST_F(SocketWaitingTest, ABlockingSocketWaitsThoughItsDescriptorDoesNot) {
  // With the second answer, the system does not tell the mode.
  for (const SysResult<bool> answer :
       {Made(true), SysResult<bool>{false, kNotSupportedError}}) {
    Socket socket = Open();
    InSequence sequence;
    EXPECT_CALL(mock_.sockets, Recv)
        .WillOnce(Return(Failed<std::size_t>(ErrorCode::kEagain)));
    EXPECT_CALL(mock_.sockets, IsNonBlocking(kHandle)).WillOnce(Return(answer));
    EXPECT_CALL(mock_.readiness,
                Wait(kHandle, WaitEvents::kReadable, absl::InfiniteDuration()))
        .WillOnce(Return(Made(true)));
    EXPECT_CALL(mock_.sockets, Recv).WillOnce(Return(Made<std::size_t>(1)));
    EXPECT_EQ(socket.Recv(8).value().size(), 1u);
  }
}

constexpr NativeHandle kOther{8};
constexpr int kDoNotWait = 0x100000;
constexpr int kErrorQueue = 0x200000;

class WaitFlagsTest : public SocketWaitingTest {
 protected:
  WaitFlagsTest() : SocketWaitingTest(Facts()) {}

 private:
  static SystemFacts Facts() {
    SystemFacts facts = MockPlatform::Facts();
    facts.wait_flags = {kDoNotWait, kErrorQueue};
    return facts;
  }
};

TEST_F(WaitFlagsTest, ABlockingSocketDoesNotWaitIfTheCallerSaysSo) {
  for (const int flag : {kDoNotWait, kErrorQueue}) {
    Socket socket = Open();
    EXPECT_CALL(mock_.sockets, Recv(_, _, flag | 1))
        .WillOnce(Return(Failed<std::size_t>(ErrorCode::kEagain)));
    EXPECT_TRUE(IsWouldBlock(socket.Recv(8, flag | 1).status()));
  }
}

TEST_F(WaitFlagsTest, ASocketWithATimeoutTellsEverySendAndReceiveNotToWait) {
  const SocketAddress peer = SocketAddress::Ipv4({127, 0, 0, 1}, 9);
  for (const absl::Duration timeout :
       {absl::ZeroDuration(), absl::Seconds(1)}) {
    Socket socket = OpenWithTimeout(timeout, kAfInet, kSockDgram);
    EXPECT_CALL(mock_.sockets, Recv(_, _, kDoNotWait | 1))
        .WillOnce(Return(Made<std::size_t>(1)));
    EXPECT_TRUE(socket.Recv(1, 1).ok());
    EXPECT_CALL(mock_.sockets, RecvFrom(_, _, kDoNotWait, _))
        .WillOnce(Return(Made<std::size_t>(1)));
    EXPECT_TRUE(socket.RecvFrom(1).ok());
    EXPECT_CALL(mock_.sockets, RecvMsg(_, _, _, kDoNotWait, _))
        .WillOnce(Return(Made(ReceivedMessage())));
    EXPECT_TRUE(RecvMsg(socket, 1).ok());
    EXPECT_CALL(mock_.sockets, Send(_, _, kDoNotWait))
        .Times(2)
        .WillRepeatedly(Return(Made<std::size_t>(1)));
    EXPECT_TRUE(socket.Send("x").ok());
    EXPECT_TRUE(socket.SendAll("x").ok());
    EXPECT_CALL(mock_.sockets, SendTo(_, _, kDoNotWait, _))
        .WillOnce(Return(Made<std::size_t>(1)));
    EXPECT_TRUE(socket.SendTo("x", peer).ok());
    EXPECT_CALL(mock_.sockets, SendMsg(_, _, _, kDoNotWait, _))
        .WillOnce(Return(Made<std::size_t>(1)));
    EXPECT_TRUE(SendMsg(socket, {"x"}).ok());
  }
}

// A duplicate may still have the token.
TEST_F(SocketWaitingTest, WithoutAFlagTheDescriptorStaysAsATokenNeedsIt) {
  Socket socket = Open();
  EXPECT_CALL(mock_.sockets, SetBlocking(kHandle, false))
      .WillOnce(Return(Done()));
  ASSERT_TRUE(socket.SetCancellation(Cancellation()).ok());
  EXPECT_CALL(mock_.sockets, SetBlocking).Times(0);
  EXPECT_TRUE(socket.SetCancellation(std::nullopt).ok());
}

TEST_F(WaitFlagsTest, TakingATokenAwayMakesTheDescriptorBlocking) {
  Socket socket = Open();
  EXPECT_CALL(mock_.sockets, SetBlocking).Times(0);
  ASSERT_TRUE(socket.SetCancellation(Cancellation()).ok());
  EXPECT_CALL(mock_.sockets, SetBlocking(kHandle, true))
      .WillOnce(Return(Done()));
  EXPECT_TRUE(socket.SetCancellation(std::nullopt).ok());
}

// As macOS.
class UnheededFlagTest : public SocketWaitingTest {
 protected:
  UnheededFlagTest() : SocketWaitingTest(Facts()) {}

 private:
  static SystemFacts Facts() {
    SystemFacts facts = MockPlatform::Facts();
    facts.wait_flags.do_not_wait = kDoNotWait;
    facts.wait_flags.sends_heed_do_not_wait = false;
    return facts;
  }
};

TEST_F(UnheededFlagTest, ATokenMakesTheDescriptorNonBlocking) {
  Socket socket = Open();
  EXPECT_CALL(mock_.sockets, SetBlocking(kHandle, false))
      .WillOnce(Return(Done()));
  ASSERT_TRUE(socket.SetCancellation(Cancellation()).ok());
  EXPECT_EQ(socket.wait_flags(), kDoNotWait);
}

TEST_F(UnheededFlagTest, AProgressTimeoutMakesTheDescriptorNonBlocking) {
  Socket socket = Open();
  InSequence sequence;
  EXPECT_CALL(mock_.sockets, SetBlocking(kHandle, false))
      .WillOnce(Return(Done()));
  EXPECT_CALL(mock_.sockets, Send(_, _, kDoNotWait))
      .WillOnce(Return(Made<std::size_t>(1)));
  EXPECT_CALL(mock_.sockets, SetBlocking(kHandle, true))
      .WillOnce(Return(Done()));
  EXPECT_TRUE(socket.SendAll("x", 0, nullptr, absl::Seconds(1)).ok());
}

// Receives heed the flag.
TEST_F(UnheededFlagTest, AStreamThatMayNotWaitMakesTheDescriptorNonBlocking) {
  Socket socket = Open();
  const std::unique_ptr<Stream> stream = BorrowStream(socket);
  EXPECT_CALL(mock_.sockets, SetBlocking).Times(0);
  EXPECT_CALL(mock_.sockets, Recv(_, _, kDoNotWait))
      .WillOnce(Return(Made<std::size_t>(1)));
  char byte = 0;
  EXPECT_EQ(stream->TryRead(absl::MakeSpan(&byte, 1), TryMode::kNow).size, 1u);
  EXPECT_CALL(mock_.sockets, SetBlocking(kHandle, false))
      .WillOnce(Return(Done()));
  EXPECT_CALL(mock_.sockets, Send(_, _, kDoNotWait))
      .WillOnce(Return(Made<std::size_t>(1)));
  EXPECT_EQ(stream->TryWrite("x", TryMode::kNow).size, 1u);
}

TEST_F(WaitFlagsTest, ABlockingSocketTellsNone) {
  Socket socket = OpenWithTimeout(absl::Seconds(1));
  EXPECT_CALL(mock_.sockets, SetBlocking(kHandle, true))
      .WillOnce(Return(Done()));
  ASSERT_TRUE(socket.SetTimeout(absl::InfiniteDuration()).ok());
  EXPECT_CALL(mock_.sockets, Recv(_, _, 0))
      .WillOnce(Return(Made<std::size_t>(1)));
  EXPECT_TRUE(socket.Recv(1).ok());
}

// A duplicate shares the mode, which is right already. Setting it again would
// disturb other threads for a moment.
TEST_F(WaitFlagsTest, ADuplicateHasTheTimeoutAndDoesNotTouchTheMode) {
  Socket socket = OpenWithTimeout(absl::Seconds(1));
  EXPECT_CALL(mock_.sockets, Dup(kHandle)).WillOnce(Return(Made(kOther)));
  EXPECT_CALL(mock_.sockets, Close(kOther));
  absl::StatusOr<Socket> copy = socket.Dup();
  ASSERT_TRUE(copy.ok()) << copy.status();
  EXPECT_EQ(copy->GetTimeout(), absl::Seconds(1));
  EXPECT_CALL(mock_.sockets, Recv(kOther, _, kDoNotWait))
      .WillOnce(Return(Made<std::size_t>(1)));
  EXPECT_TRUE(copy->Recv(1).ok());
}

// Receiving nothing.

TEST_F(WaitFlagsTest, NothingIsReceivedIntoNoRoomAndNobodyIsAsked) {
  Socket socket = OpenWithTimeout(absl::Seconds(1), kAfInet, kSockDgram);
  EXPECT_EQ(socket.Recv(absl::Span<char>()).value(), 0u);
  EXPECT_EQ(socket.Recv(std::size_t{0}).value(), "");
  EXPECT_EQ(socket.RecvFrom(absl::Span<char>()).value().size, 0u);
  EXPECT_EQ(socket.RecvFrom(std::size_t{0}).value().data, "");
}

TEST_F(WaitFlagsTest, FlagsThatAskForMoreThanBytesAndMessagesAskTheSystem) {
  Socket socket = Open(kAfInet, kSockDgram);
  struct Case {
    int flag;
    // With MSG_TRUNC, the size of the datagram.
    std::size_t size;
  };
  for (const Case& c : {Case{kMsgTrunc, 7}, Case{kErrorQueue, 0}}) {
    EXPECT_CALL(mock_.sockets, Recv(_, _, c.flag))
        .WillOnce(Return(Made(c.size)));
    EXPECT_EQ(socket.Recv(absl::Span<char>(), c.flag).value(), c.size);
    EXPECT_CALL(mock_.sockets, RecvFrom(_, _, c.flag, _))
        .WillOnce(Return(Made(c.size)));
    EXPECT_EQ(socket.RecvFrom(absl::Span<char>(), c.flag).value().size, c.size);
  }
  EXPECT_CALL(mock_.sockets, RecvMsg).WillOnce(Return(Made(ReceivedMessage())));
  EXPECT_TRUE(RecvMsg(socket, std::size_t{0}).ok());
}

TEST_F(SocketWaitingTest, ANonBlockingSocketNeverWaits) {
  Socket socket = OpenWithTimeout(absl::ZeroDuration());
  EXPECT_CALL(mock_.sockets, Recv)
      .WillOnce(Return(Failed<std::size_t>(ErrorCode::kEagain)));
  const absl::Status status = socket.Recv(8).status();
  EXPECT_TRUE(IsWouldBlock(status)) << status;
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
}

TEST_F(SocketWaitingTest, WaitsForWhatIsLeftAndTriesAgain) {
  Socket socket = OpenWithTimeout(absl::Seconds(2));
  InSequence sequence;
  EXPECT_CALL(mock_.sockets, Recv)
      .WillOnce(Return(Failed<std::size_t>(ErrorCode::kEagain)));
  EXPECT_CALL(mock_.readiness,
              Wait(kHandle, WaitEvents::kReadable, absl::Seconds(2)))
      .WillOnce(Return(Made(true)));
  EXPECT_CALL(mock_.sockets, Recv).WillOnce(Return(Made<std::size_t>(1)));
  EXPECT_EQ(socket.Recv(8).value().size(), 1u);
}

TEST_F(SocketWaitingTest, ASignalDuringTheWaitDoesNotExtendIt) {
  Socket socket = OpenWithTimeout(absl::Seconds(2));
  InSequence sequence;
  EXPECT_CALL(mock_.sockets, Recv)
      .WillOnce(Return(Failed<std::size_t>(ErrorCode::kEagain)));
  EXPECT_CALL(mock_.readiness, Wait(_, _, absl::Seconds(2)))
      .WillOnce([&](auto...) {
        mock_.clock.Advance(absl::Milliseconds(1500));
        return Failed<bool>(ErrorCode::kEintr);
      });
  EXPECT_CALL(mock_.readiness, Wait(_, _, absl::Milliseconds(500)))
      .WillOnce([&](auto...) {
        mock_.clock.Advance(absl::Milliseconds(500));
        return Failed<bool>(ErrorCode::kEintr);
      });
  const absl::Status status = socket.Recv(8).status();
  EXPECT_TRUE(IsTimeout(status)) << status;
  EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(ErrorOf(status)->domain, ErrorDomain::kTimeout);
}

TEST_F(SocketWaitingTest, ASignalDuringTheCallIsRetriedInEveryMode) {
  for (const absl::Duration timeout :
       {absl::InfiniteDuration(), absl::ZeroDuration(), absl::Seconds(1)}) {
    MockPlatform mock;
    EXPECT_CALL(mock.sockets, Close(kHandle));
    EXPECT_CALL(mock.sockets, SetBlocking).WillOnce(Return(Done()));
    Socket socket =
        Socket::Adopt(kHandle, kAfInet, kSockStream, 0, &mock.platform).value();
    ASSERT_TRUE(socket.SetTimeout(timeout).ok());
    EXPECT_CALL(mock.sockets, Recv)
        .WillOnce(Return(Failed<std::size_t>(ErrorCode::kEintr)))
        .WillOnce(Return(Failed<std::size_t>(ErrorCode::kEintr)))
        .WillOnce(Return(Made<std::size_t>(2)));
    EXPECT_EQ(socket.Recv(8).value().size(), 2u);
  }
}

TEST_F(SocketWaitingTest, FalseReadinessGoesBackToTheWaitWithoutSpinning) {
  Socket socket = OpenWithTimeout(absl::Milliseconds(100));
  EXPECT_CALL(mock_.sockets, Send)
      .WillRepeatedly(Return(Failed<std::size_t>(ErrorCode::kEagain)));
  // poll(2) reports "writable" at once, every time, as it does for an AF_UNIX
  // datagram socket.
  EXPECT_CALL(mock_.readiness, Wait(_, WaitEvents::kWritable, _))
      .Times(AtMost(15))
      .WillRepeatedly(Return(Made(true)));
  EXPECT_CALL(mock_.readiness, Sleep(Gt(absl::ZeroDuration())))
      .Times(AtLeast(1));
  EXPECT_TRUE(IsTimeout(socket.Send("x").status()));
}

TEST_F(SocketWaitingTest, AWaitThatEndsWithoutReadinessLooksAtTheClockAgain) {
  Socket socket = OpenWithTimeout(absl::Seconds(1));
  InSequence sequence;
  EXPECT_CALL(mock_.sockets, Recv)
      .WillOnce(Return(Failed<std::size_t>(ErrorCode::kEagain)));
  EXPECT_CALL(mock_.readiness, Wait(_, _, absl::Seconds(1)))
      .WillOnce([&](auto...) {
        mock_.clock.Advance(absl::Milliseconds(999));  // a coarse system timer
        return Made(false);
      });
  EXPECT_CALL(mock_.readiness, Wait(_, _, absl::Milliseconds(1)))
      .WillOnce(Return(Made(false)));
  EXPECT_TRUE(IsTimeout(socket.Recv(8).status()));
}

TEST_F(SocketWaitingTest, AWaitThatFailsIsTheCallsError) {
  Socket socket = OpenWithTimeout(absl::Seconds(1));
  EXPECT_CALL(mock_.sockets, Recv)
      .WillOnce(Return(Failed<std::size_t>(ErrorCode::kEagain)));
  EXPECT_CALL(mock_.readiness, Wait)
      .WillOnce(Return(Failed<bool>(ErrorCode::kEnomem)));
  const absl::Status status = socket.Recv(8).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ErrorOf(status)->operation, "recv");
}

TEST_F(SocketWaitingTest, EachMethodWaitsForItsOwnEvent) {
  Socket socket = OpenWithTimeout(absl::Seconds(1), kAfInet, kSockDgram);
  const SocketAddress peer = SocketAddress::Ipv4({127, 0, 0, 1}, 9);
  EXPECT_CALL(mock_.sockets, RecvFrom)
      .WillOnce(Return(Failed<std::size_t>(ErrorCode::kEagain)));
  EXPECT_CALL(mock_.sockets, Send)
      .WillOnce(Return(Failed<std::size_t>(ErrorCode::kEagain)));
  EXPECT_CALL(mock_.sockets, SendTo)
      .WillOnce(Return(Failed<std::size_t>(ErrorCode::kEagain)));
  EXPECT_CALL(mock_.sockets, Connect)
      .WillOnce(Return(Failed(ErrorCode::kEinprogress)));
  const auto time_out = Return(Made(false));
  InSequence sequence;
  EXPECT_CALL(mock_.readiness, Wait(kHandle, WaitEvents::kReadable, _))
      .WillOnce(time_out);
  EXPECT_TRUE(IsTimeout(socket.Accept().status()));
  EXPECT_CALL(mock_.readiness, Wait(kHandle, WaitEvents::kReadable, _))
      .WillOnce(time_out);
  EXPECT_TRUE(IsTimeout(socket.RecvFrom(1).status()));
  EXPECT_CALL(mock_.readiness, Wait(kHandle, WaitEvents::kWritable, _))
      .WillOnce(time_out);
  EXPECT_TRUE(IsTimeout(socket.Send("x").status()));
  EXPECT_CALL(mock_.readiness, Wait(kHandle, WaitEvents::kWritable, _))
      .WillOnce(time_out);
  EXPECT_TRUE(IsTimeout(socket.SendTo("x", peer).status()));
  EXPECT_CALL(mock_.readiness, Wait(kHandle, WaitEvents::kConnected, _))
      .WillOnce(time_out);
  EXPECT_TRUE(IsTimeout(socket.Connect(peer)));
}

TEST_F(SocketWaitingTest, SendAllHasOneDeadlineThoughEverySendMakesProgress) {
  Socket socket = OpenWithTimeout(absl::Seconds(1));
  int sends = 0;
  EXPECT_CALL(mock_.sockets, Send).WillRepeatedly([&](auto...) {
    ++sends;
    mock_.clock.Advance(absl::Milliseconds(300));
    return Made<std::size_t>(1);
  });
  EXPECT_TRUE(IsTimeout(socket.SendAll(std::string(100, 'x'))));
  EXPECT_EQ(sends, 4);
}

TEST_F(SocketWaitingTest, SendAllTellsExactlyHowMuchWasTaken) {
  Socket socket = OpenWithTimeout(absl::Seconds(1));
  EXPECT_CALL(mock_.sockets, Send)
      .WillOnce(Return(Made<std::size_t>(3)))
      .WillOnce(Return(Made<std::size_t>(4)))
      .WillOnce(Return(Failed<std::size_t>(ErrorCode::kEpipe)))
      .WillOnce(Return(Made<std::size_t>(10)));
  std::size_t sent = 99;
  EXPECT_TRUE(IsBrokenPipe(socket.SendAll("0123456789", 0, &sent)));
  EXPECT_EQ(sent, 7u);
  EXPECT_TRUE(socket.SendAll("0123456789", 0, &sent).ok());
  EXPECT_EQ(sent, 10u);
  EXPECT_TRUE(IsClosed(Socket().SendAll("x", 0, &sent)));
  EXPECT_EQ(sent, 0u);
}

TEST_F(SocketWaitingTest, SendAllOfNothingIsTriedUntilItIsSent) {
  Socket socket = OpenWithTimeout(absl::Seconds(1), kAfInet, kSockDgram);
  EXPECT_CALL(mock_.sockets, Send)
      .WillOnce(Return(Failed<std::size_t>(ErrorCode::kEintr)))
      .WillOnce(Return(Failed<std::size_t>(ErrorCode::kEintr)))
      .WillOnce(Return(Made<std::size_t>(0)));
  EXPECT_TRUE(socket.SendAll("").ok());
}

TEST_F(SocketWaitingTest, AProgressTimeoutCountsFromTheLastByte) {
  // A blocking socket, on a system that has no flag MSG_DONTWAIT.
  Socket socket = Open();
  InSequence sequence;
  EXPECT_CALL(mock_.sockets, SetBlocking(kHandle, false))
      .WillOnce(Return(Done()));
  EXPECT_CALL(mock_.sockets, Send)
      .WillOnce(Return(Failed<std::size_t>(ErrorCode::kEagain)));
  EXPECT_CALL(mock_.readiness, Wait(_, WaitEvents::kWritable, absl::Seconds(2)))
      .WillOnce([&](auto...) {
        mock_.clock.Advance(absl::Seconds(1.5));
        return Made(true);
      });
  EXPECT_CALL(mock_.sockets, Send)
      .WillOnce(Return(Made<std::size_t>(1)))
      .WillOnce(Return(Failed<std::size_t>(ErrorCode::kEagain)));
  EXPECT_CALL(mock_.readiness, Wait(_, WaitEvents::kWritable, absl::Seconds(2)))
      .WillOnce([&](auto...) {
        mock_.clock.Advance(absl::Seconds(2));
        return Made(false);
      });
  EXPECT_CALL(mock_.sockets, SetBlocking(kHandle, true))
      .WillOnce(Return(Done()));
  std::size_t sent = 0;
  const absl::Status status = socket.SendAll("ab", 0, &sent, absl::Seconds(2));
  EXPECT_TRUE(IsTimeout(status)) << status;
  EXPECT_FALSE(IsConnectionTimedOut(status));
  EXPECT_EQ(sent, 1u);
}

TEST_F(SocketWaitingTest, TheSocketsTimeoutEndsAProgressingCallAllTheSame) {
  Socket socket = OpenWithTimeout(absl::Seconds(1));
  EXPECT_CALL(mock_.sockets, Send).WillRepeatedly([&](auto...) {
    mock_.clock.Advance(absl::Milliseconds(300));
    return Made<std::size_t>(1);
  });
  EXPECT_TRUE(IsTimeout(socket.SendAll(std::string(100, 'x'), 0, nullptr,
                                       absl::Milliseconds(900))));
}

TEST_F(SocketWaitingTest, AProgressTimeoutIsMoreThanZero) {
  Socket socket = Open();
  for (const absl::Duration timeout :
       {absl::ZeroDuration(), -absl::Seconds(1)}) {
    std::size_t sent = 99;
    const absl::Status status = socket.SendAll("x", 0, &sent, timeout);
    EXPECT_EQ(status.code(), absl::StatusCode::kOutOfRange) << status;
    EXPECT_THAT(std::string(status.message()),
                ::testing::HasSubstr("progress_timeout"));
    EXPECT_EQ(sent, 0u);
  }
}

TEST_F(SocketWaitingTest, SendAllSendsWhatIsLeftUntilNothingIs) {
  Socket socket = OpenWithTimeout(absl::Seconds(1));
  std::string sent;
  EXPECT_CALL(mock_.readiness, Wait(_, WaitEvents::kWritable, _))
      .WillRepeatedly(Return(Made(true)));
  EXPECT_CALL(mock_.sockets, Send)
      .WillRepeatedly([&](NativeHandle, absl::Span<const char> data, int) {
        // Every second call would block.
        static int calls = 0;
        if (++calls % 2 == 0) return Failed<std::size_t>(ErrorCode::kEagain);
        const absl::Span<const char> head = data.subspan(0, 3);
        sent.append(head.data(), head.size());
        return Made(head.size());
      });
  EXPECT_TRUE(socket.SendAll("a message in pieces").ok());
  EXPECT_EQ(sent, "a message in pieces");
}

TEST_F(SocketWaitingTest, SendAllInNonBlockingModeStopsWhereItWouldWait) {
  Socket socket = OpenWithTimeout(absl::ZeroDuration());
  EXPECT_CALL(mock_.sockets, Send)
      .WillOnce(Return(Made<std::size_t>(2)))
      .WillOnce(Return(Failed<std::size_t>(ErrorCode::kEagain)));
  EXPECT_TRUE(IsWouldBlock(socket.SendAll("abcd")));
}

TEST_F(SocketWaitingTest, SendAllOfNothingSendsOneEmptyMessage) {
  Socket socket = Open(kAfInet, kSockDgram);
  EXPECT_CALL(mock_.sockets, Send).WillOnce(Return(Made<std::size_t>(0)));
  EXPECT_TRUE(socket.SendAll("").ok());
}

TEST_F(SocketWaitingTest, WouldBlockAndTimeoutStatusesAreMadeOnce) {
  Socket socket = OpenWithTimeout(absl::ZeroDuration());
  EXPECT_CALL(mock_.sockets, Recv)
      .Times(2)
      .WillRepeatedly(Return(Failed<std::size_t>(ErrorCode::kEagain)));
  const absl::Status first = socket.Recv(1).status();
  const absl::Status second = socket.Recv(1).status();
  // The message is shared and not copied: its bytes are the same object.
  EXPECT_EQ(first.message().data(), second.message().data());
}

// Accept skips connections that died in the queue.

TEST_F(SocketWaitingTest, AcceptLivesOnAfterAConnectionThatDied) {
  for (const ErrorCode died :
       {ErrorCode::kEconnaborted, ErrorCode::kEconnreset, ErrorCode::kEproto,
        ErrorCode::kEnoprotoopt, ErrorCode::kEnetdown, ErrorCode::kEnetunreach,
        ErrorCode::kEhostdown, ErrorCode::kEhostunreach, ErrorCode::kEnonet}) {
    MockPlatform mock;
    EXPECT_CALL(mock.sockets, Close(kHandle));
    EXPECT_CALL(mock.sockets, Close(NativeHandle(8)));
    Socket socket =
        Socket::Adopt(kHandle, kAfInet, kSockStream, 0, &mock.platform).value();
    EXPECT_CALL(mock.sockets, Accept)
        .WillOnce(Return(Failed<NativeHandle>(died)))
        .WillOnce(Return(Made(NativeHandle(8))));
    const absl::StatusOr<AcceptResult> accepted = socket.Accept();
    ASSERT_TRUE(accepted.ok()) << accepted.status();
    EXPECT_EQ(accepted->socket.native_handle(), NativeHandle(8));
  }
}

TEST_F(SocketWaitingTest, AcceptLooksAtTheClockAmongConnectionsThatDied) {
  Socket socket = OpenWithTimeout(absl::Seconds(1));
  EXPECT_CALL(mock_.readiness, Wait(kHandle, WaitEvents::kReadable, _))
      .WillRepeatedly(Return(Made(true)));
  int died = 0;
  EXPECT_CALL(mock_.sockets, Accept).WillRepeatedly([&](auto...) {
    ++died;
    mock_.clock.Advance(absl::Milliseconds(300));
    return Failed<NativeHandle>(ErrorCode::kEconnaborted);
  });
  EXPECT_TRUE(IsTimeout(socket.Accept().status()));
  EXPECT_EQ(died, 4);
}

// Accept has no flag such as MSG_DONTWAIT. So the library waits for a
// connection first, and does not rely on the descriptor's mode.
TEST_F(SocketWaitingTest, AcceptIsNotReachedBeforeThereIsAConnection) {
  Socket socket = OpenWithTimeout(absl::ZeroDuration());
  EXPECT_CALL(mock_.readiness,
              Wait(kHandle, WaitEvents::kReadable, absl::ZeroDuration()))
      .WillOnce(Return(Made(false)));
  EXPECT_TRUE(IsWouldBlock(socket.Accept().status()));
}

// A socket that is not a listener never becomes ready, but Accept fails at
// once.
TEST_F(SocketWaitingTest, AcceptAsksAtOnceWhereTheDescriptorDoesNotWait) {
  Socket socket = OpenWithTimeout(absl::Seconds(1), kAfInet, kSockDgram);
  EXPECT_CALL(mock_.sockets, IsNonBlocking(kHandle))
      .WillRepeatedly(Return(Made(true)));
  EXPECT_CALL(mock_.sockets, Accept)
      .WillOnce(Return(Failed<NativeHandle>(ErrorCode::kEopnotsupp)));
  EXPECT_TRUE(IsUnsupported(socket.Accept().status()));
}

// If the network is down, every call of accept(2) may fail.
TEST_F(SocketWaitingTest, AcceptRestsAmongManyConnectionsThatDied) {
  Socket socket = Open();
  int calls = 0;
  EXPECT_CALL(mock_.sockets, Accept).WillRepeatedly([&](auto...) {
    return Failed<NativeHandle>(++calls < 200 ? ErrorCode::kEnetdown
                                              : ErrorCode::kEinval);
  });
  EXPECT_CALL(mock_.readiness, Sleep(Gt(absl::ZeroDuration())))
      .Times(AtLeast(1));
  EXPECT_FALSE(socket.Accept().ok());
  EXPECT_EQ(calls, 200);
}

TEST_F(SocketWaitingTest, AnAcceptedSocketIsBlockingWhateverItsListenerIs) {
  Socket socket = OpenWithTimeout(absl::ZeroDuration());
  EXPECT_CALL(mock_.readiness, Wait).WillOnce(Return(Made(true)));
  EXPECT_CALL(mock_.sockets, Close(NativeHandle(8)));
  EXPECT_CALL(mock_.sockets, Accept).WillOnce(Return(Made(NativeHandle(8))));
  const absl::StatusOr<AcceptResult> accepted = socket.Accept();
  ASSERT_TRUE(accepted.ok()) << accepted.status();
  EXPECT_EQ(accepted->socket.GetTimeout(), absl::InfiniteDuration());
}

// A receive that the system calls ready, and then says would block.

TEST_F(SocketWaitingTest, AShutdownOfTheReceivingHalfIsTheEnd) {
  Socket socket = OpenWithTimeout(absl::Seconds(1), kAfInet, kSockDgram);
  EXPECT_CALL(mock_.sockets, Recv)
      .Times(3)
      .WillRepeatedly(Return(Failed<std::size_t>(ErrorCode::kEagain)));
  EXPECT_CALL(mock_.readiness, Wait(_, WaitEvents::kReadable, _))
      .WillOnce(Return(Made(true)));
  EXPECT_CALL(mock_.sockets, HasReceivingEnded(kHandle))
      .WillOnce(Return(Made(true)));
  const absl::StatusOr<std::string> data = socket.Recv(8);
  ASSERT_TRUE(data.ok()) << data.status();
  EXPECT_EQ(*data, "");
}

TEST_F(SocketWaitingTest, WhatCameJustBeforeTheEndIsReceived) {
  Socket socket = OpenWithTimeout(absl::Seconds(1), kAfInet, kSockDgram);
  EXPECT_CALL(mock_.sockets, Recv)
      .WillOnce(Return(Failed<std::size_t>(ErrorCode::kEagain)))
      .WillOnce(Return(Failed<std::size_t>(ErrorCode::kEagain)))
      .WillOnce(Return(Made<std::size_t>(3)));
  EXPECT_CALL(mock_.readiness, Wait(_, WaitEvents::kReadable, _))
      .WillOnce(Return(Made(true)));
  EXPECT_CALL(mock_.sockets, HasReceivingEnded(kHandle))
      .WillOnce(Return(Made(true)));
  char buffer[8];
  EXPECT_EQ(socket.Recv(absl::MakeSpan(buffer)).value(), 3u);
}

// Waits that the system does not wake when the socket is shut down.
class DeafWaitTest : public MockSocketTest {
 protected:
  DeafWaitTest() : MockSocketTest(Facts()) {}

 private:
  static SystemFacts Facts() {
    SystemFacts facts = MockPlatform::Facts();
    facts.woken_by_shutdown.unix_senders = false;
    facts.woken_by_shutdown.acceptors = false;
    return facts;
  }
};

TEST_F(DeafWaitTest, ShutdownWakesASenderOfAfUnix) {
  constexpr std::uint64_t kIdentity = 1234;
  Socket socket = OpenWithTimeout(absl::Seconds(1), kAfUnix);
  EXPECT_CALL(mock_.sockets, Identity(kHandle))
      .WillRepeatedly(Return(Made(kIdentity)));
  EXPECT_CALL(mock_.sockets, Shutdown(kHandle, ShutdownHow::kWrite))
      .WillOnce(Return(Done()));
  EXPECT_CALL(mock_.sockets, GetSockOpt(kHandle, kSolSocket, kSoAcceptconn, _))
      .WillOnce(Return(Made(sizeof(int))));  // 0: not a listener
  {
    InSequence sequence;
    // The second try is made after the wait has begun, before it waits.
    EXPECT_CALL(mock_.sockets, Send)
        .Times(2)
        .WillRepeatedly(Return(Failed<std::size_t>(ErrorCode::kEagain)));
    EXPECT_CALL(mock_.readiness, WaitInterruptibly(SizeIs(1), SizeIs(1), _))
        .WillOnce([&](auto, absl::Span<WaitInterrupt* const> interrupts, auto) {
          EXPECT_FALSE(interrupts[0]->is_set());
          EXPECT_TRUE(socket.Shutdown(ShutdownHow::kWrite).ok());
          EXPECT_TRUE(interrupts[0]->is_set());
          return Made<std::size_t>(1);
        });
    EXPECT_CALL(mock_.sockets, Send)
        .WillOnce(Return(Failed<std::size_t>(ErrorCode::kEpipe)));
  }
  EXPECT_TRUE(IsBrokenPipe(socket.Send("x").status()));
}

TEST_F(DeafWaitTest, AWakeThatMeantNothingGoesBackToTheWait) {
  Socket socket = OpenWithTimeout(absl::Seconds(1), kAfUnix);
  EXPECT_CALL(mock_.sockets, Identity)
      .WillRepeatedly(Return(Made<std::uint64_t>(5)));
  EXPECT_CALL(mock_.sockets, Send)
      .Times(4)
      .WillRepeatedly(Return(Failed<std::size_t>(ErrorCode::kEagain)));
  int waits = 0;
  // There is no pause, because the wait was woken and not misled.
  EXPECT_CALL(mock_.readiness, WaitInterruptibly(SizeIs(1), SizeIs(1), _))
      .Times(3)
      .WillRepeatedly(
          [&](auto, absl::Span<WaitInterrupt* const> interrupts, auto) {
            EXPECT_FALSE(interrupts[0]->is_set());
            if (++waits < 3) mock_.platform.waits().Wake(5);
            return Made<std::size_t>(1);
          });
  EXPECT_TRUE(IsTimeout(socket.Send("x").status()));
}

TEST_F(DeafWaitTest, WithoutADescriptorForItTheWaitGoesOn) {
  Socket socket = OpenWithTimeout(absl::Seconds(1), kAfUnix);
  EXPECT_CALL(mock_.sockets, Identity)
      .WillRepeatedly(Return(Made<std::uint64_t>(5)));
  EXPECT_CALL(mock_.readiness, NewInterrupt).WillRepeatedly([&] {
    return SysResult<std::unique_ptr<WaitInterrupt>>{
        nullptr, mock_.errors.Native(ErrorCode::kEmfile)};
  });
  EXPECT_CALL(mock_.sockets, Send)
      .WillOnce(Return(Failed<std::size_t>(ErrorCode::kEagain)))
      .WillOnce(Return(Made<std::size_t>(1)));
  EXPECT_CALL(mock_.readiness, WaitInterruptibly(SizeIs(1), SizeIs(0), _))
      .WillOnce(Return(Made<std::size_t>(0)));
  EXPECT_EQ(socket.Send("x").value(), 1u);
}

TEST_F(DeafWaitTest, OtherSendersNeedNoInterrupt) {
  Socket socket = OpenWithTimeout(absl::Seconds(1));
  EXPECT_CALL(mock_.sockets, Send)
      .WillOnce(Return(Failed<std::size_t>(ErrorCode::kEagain)))
      .WillOnce(Return(Made<std::size_t>(1)));
  EXPECT_CALL(mock_.readiness, WaitInterruptibly(SizeIs(1), SizeIs(0), _))
      .WillOnce(Return(Made<std::size_t>(0)));
  EXPECT_EQ(socket.Send("x").value(), 1u);
}

// A listener that listens again accepts again, and its duplicates are shut down
// as it is.
TEST_F(DeafWaitTest, AListenerIsShutDownUntilItListensAgain) {
  constexpr NativeHandle kCopy(78);
  Socket listener = OpenWithTimeout(absl::Seconds(1));
  EXPECT_CALL(mock_.sockets, Shutdown(kHandle, _))
      .WillRepeatedly(Return(SysResult<void>{Failed(ErrorCode::kEnotconn)}));
  EXPECT_CALL(mock_.sockets, GetSockOpt(kHandle, kSolSocket, kSoAcceptconn, _))
      .WillRepeatedly([](auto, auto, auto, absl::Span<char> buffer) {
        const int listens = 1;
        std::memcpy(buffer.data(), &listens, sizeof(listens));
        return Made(sizeof(listens));
      });
  EXPECT_CALL(mock_.sockets, Identity)
      .WillRepeatedly(Return(Made<std::uint64_t>(5)));
  EXPECT_CALL(mock_.sockets, SetBlocking(_, false))
      .WillRepeatedly(Return(Done()));
  ASSERT_TRUE(listener.Shutdown(ShutdownHow::kBoth).ok());
  EXPECT_EQ(ErrorOf(listener.Accept().status())->code, ErrorCode::kEinval);

  EXPECT_CALL(mock_.sockets, Dup(kHandle)).WillOnce(Return(Made(kCopy)));
  EXPECT_CALL(mock_.sockets, Close(kCopy));
  absl::StatusOr<Socket> copy = listener.Dup();
  ASSERT_TRUE(copy.ok());
  EXPECT_EQ(ErrorOf(copy->Accept().status())->code, ErrorCode::kEinval);
  Socket moved = std::move(*copy);
  EXPECT_EQ(ErrorOf(moved.Accept().status())->code, ErrorCode::kEinval);

  EXPECT_CALL(mock_.sockets, Listen).WillOnce(Return(Done()));
  ASSERT_TRUE(listener.Listen().ok());
  EXPECT_CALL(mock_.sockets, Accept)
      .WillOnce(Return(Failed<NativeHandle>(ErrorCode::kEmfile)));
  EXPECT_EQ(ErrorOf(listener.Accept().status())->code, ErrorCode::kEmfile);
}

}  // namespace
}  // namespace mortise
