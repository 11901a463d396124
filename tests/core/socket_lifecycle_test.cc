// How a socket is made, is handed over, and ends.

#include <cstddef>
#include <cstring>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/constants.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/mock/mock_platform.h"
#include "mortise/platform/native_handle.h"
#include "mortise/tests/core/mock_socket.h"

namespace mortise {
namespace {

using ::testing::_;
using ::testing::Return;

using SocketLifecycleTest = MockSocketTest;

TEST_F(SocketLifecycleTest, CreateAsksForWhatItWasTold) {
  EXPECT_CALL(mock_.sockets, Socket(kAfInet, kSockDgram, kIpprotoUdp))
      .WillOnce(Return(Made(kHandle)));
  EXPECT_CALL(mock_.sockets, Close(kHandle));
  const Socket socket =
      Socket::Create(kAfInet, kSockDgram, kIpprotoUdp, &mock_.platform).value();
  EXPECT_TRUE(socket.is_open());
  EXPECT_EQ(socket.family(), kAfInet);
  EXPECT_EQ(socket.type(), kSockDgram);
  EXPECT_EQ(socket.protocol(), kIpprotoUdp);
  EXPECT_EQ(socket.native_handle(), kHandle);
  EXPECT_EQ(socket.FileNo(), kHandle.value());
  EXPECT_EQ(socket.platform(), &mock_.platform);
  EXPECT_EQ(socket.GetTimeout(), absl::InfiniteDuration());
}

TEST_F(SocketLifecycleTest, HandleZeroIsAsGoodAsAnyOther) {
  EXPECT_CALL(mock_.sockets, Socket).WillOnce(Return(Made(NativeHandle(0))));
  EXPECT_CALL(mock_.sockets, Close(NativeHandle(0)));
  EXPECT_TRUE(Socket::Create(kAfInet, kSockStream, 0, &mock_.platform)
                  .value()
                  .is_open());
}

TEST_F(SocketLifecycleTest, ANewIpv6SocketIsForIpv6Only) {
  EXPECT_CALL(mock_.sockets, Socket).WillOnce(Return(Made(kHandle)));
  EXPECT_CALL(mock_.sockets, SetSockOpt(kHandle, kIpprotoIpv6, kIpv6V6only, _))
      .WillOnce([](auto, auto, auto, absl::Span<const char> value) {
        int number = 0;
        EXPECT_EQ(value.size(), sizeof(number));
        std::memcpy(&number, value.data(), sizeof(number));
        EXPECT_EQ(number, 1);
        return Done();
      });
  EXPECT_CALL(mock_.sockets, Close(kHandle));
  EXPECT_TRUE(Socket::Create(kAfInet6, kSockStream, 0, &mock_.platform).ok());
}

TEST_F(SocketLifecycleTest, ARawIpv6SocketIsForIpv6OnlyAnyway) {
  EXPECT_CALL(mock_.sockets, Socket(kAfInet6, kSockRaw, kIpprotoIcmpv6))
      .WillOnce(Return(Made(kHandle)));
  EXPECT_CALL(mock_.sockets, Close(kHandle));
  EXPECT_TRUE(
      Socket::Create(kAfInet6, kSockRaw, kIpprotoIcmpv6, &mock_.platform).ok());
}

TEST_F(SocketLifecycleTest, ASocketThatCannotBeSetUpIsNotLeaked) {
  EXPECT_CALL(mock_.sockets, Socket).WillOnce(Return(Made(kHandle)));
  EXPECT_CALL(mock_.sockets, SetSockOpt)
      .WillOnce(Return(Failed(ErrorCode::kEnoprotoopt)));
  EXPECT_CALL(mock_.sockets, Close(kHandle));
  EXPECT_TRUE(IsUnsupported(
      Socket::Create(kAfInet6, kSockStream, 0, &mock_.platform).status()));
}

TEST_F(SocketLifecycleTest, AFlagInTheTypeMeansNonBlockingAndIsNoType) {
  const std::optional<Constant> flag = FindConstant("SOCK_NONBLOCK");
  if (!flag.has_value()) GTEST_SKIP() << "no SOCK_NONBLOCK";
  EXPECT_CALL(mock_.sockets, Socket(kAfInet, kSockStream, 0))
      .WillOnce(Return(Made(kHandle)));
  EXPECT_CALL(mock_.sockets, SetBlocking(kHandle, false))
      .WillOnce(Return(Done()));
  EXPECT_CALL(mock_.sockets, Close(kHandle));
  const Socket socket =
      Socket::Create(kAfInet, kSockStream | static_cast<int>(flag->value), 0,
                     &mock_.platform)
          .value();
  EXPECT_EQ(socket.type(), kSockStream);
  EXPECT_EQ(socket.GetTimeout(), absl::ZeroDuration());
}

TEST_F(SocketLifecycleTest, FromFdDuplicatesAndAdoptDoesNot) {
  EXPECT_CALL(mock_.sockets, Dup(NativeHandle(3)))
      .WillOnce(Return(Made(kHandle)));
  EXPECT_CALL(mock_.sockets, Close(kHandle));
  EXPECT_EQ(
      Socket::FromFd(NativeHandle(3), kAfInet, kSockStream, 0, &mock_.platform)
          .value()
          .native_handle(),
      kHandle);
  EXPECT_CALL(mock_.sockets, Close(NativeHandle(4)));
  EXPECT_EQ(
      Socket::Adopt(NativeHandle(4), kAfInet, kSockStream, 0, &mock_.platform)
          .value()
          .native_handle(),
      NativeHandle(4));
}

TEST_F(SocketLifecycleTest, ADuplicateIsTheSameWithTheSameTimeout) {
  for (const absl::Duration timeout :
       {absl::InfiniteDuration(), absl::ZeroDuration(), absl::Seconds(2)}) {
    MockPlatform mock;
    EXPECT_CALL(mock.sockets, SetBlocking(kHandle, _)).WillOnce(Return(Done()));
    EXPECT_CALL(mock.sockets, Close(kHandle));
    Socket socket =
        Socket::Adopt(kHandle, kAfInet, kSockDgram, kIpprotoUdp, &mock.platform)
            .value();
    ASSERT_TRUE(socket.SetTimeout(timeout).ok());
    EXPECT_CALL(mock.sockets, Dup(kHandle))
        .WillOnce(Return(Made(NativeHandle(8))));
    // The two sockets share the mode, so it is not changed.
    EXPECT_CALL(mock.sockets, SetBlocking).Times(0);
    EXPECT_CALL(mock.sockets, Close(NativeHandle(8)));
    const Socket copy = socket.Dup().value();
    EXPECT_EQ(copy.native_handle(), NativeHandle(8));
    EXPECT_EQ(copy.family(), kAfInet);
    EXPECT_EQ(copy.type(), kSockDgram);
    EXPECT_EQ(copy.protocol(), kIpprotoUdp);
    EXPECT_EQ(copy.GetTimeout(), timeout);
    EXPECT_EQ(copy.platform(), &mock.platform);
    EXPECT_TRUE(socket.is_open());
  }
}

TEST_F(SocketLifecycleTest, WhatCannotBeDuplicatedSaysSo) {
  EXPECT_TRUE(IsClosed(Socket().Dup().status()));
  Socket socket = Open();
  EXPECT_CALL(mock_.sockets, Dup)
      .WillOnce(Return(Failed<NativeHandle>(ErrorCode::kEmfile)));
  const absl::Status status = socket.Dup().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ErrorOf(status)->operation, "dup");
}

TEST_F(SocketLifecycleTest, DetachGivesTheDescriptorAway) {
  Socket socket =
      Socket::Adopt(kHandle, kAfInet, kSockStream, 0, &mock_.platform).value();
  EXPECT_EQ(socket.Detach(), kHandle);  // The handle is not closed.
  EXPECT_FALSE(socket.is_open());
  EXPECT_EQ(socket.Detach(), NativeHandle());
}

TEST_F(SocketLifecycleTest, MovingTakesEverythingAlong) {
  Socket from = OpenWithTimeout(absl::Seconds(3), kAfInet, kSockDgram);
  Socket to(std::move(from));
  EXPECT_FALSE(from.is_open());  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(to.native_handle(), kHandle);
  EXPECT_EQ(to.GetTimeout(), absl::Seconds(3));
  EXPECT_EQ(to.type(), kSockDgram);
}

TEST_F(SocketLifecycleTest, MovingOntoAnOpenSocketClosesThatOne) {
  Socket from = Open();
  Socket to =
      Socket::Adopt(NativeHandle(9), kAfInet, kSockStream, 0, &mock_.platform)
          .value();
  EXPECT_CALL(mock_.sockets, Close(NativeHandle(9)));
  to = std::move(from);
  EXPECT_EQ(to.native_handle(), kHandle);
}

TEST_F(SocketLifecycleTest, MovingOntoItselfChangesNothing) {
  Socket socket = Open();
  Socket& same = socket;
  socket = std::move(same);
  EXPECT_TRUE(socket.is_open());
}

TEST_F(SocketLifecycleTest, CloseIsNeverRetriedAndTheDescriptorIsGone) {
  for (const ErrorCode code : {ErrorCode::kEio, ErrorCode::kEintr,
                               ErrorCode::kEconnreset, ErrorCode::kEnospc}) {
    MockPlatform mock;
    Socket socket =
        Socket::Adopt(kHandle, kAfInet, kSockStream, 0, &mock.platform).value();
    EXPECT_CALL(mock.sockets, Close(kHandle)).WillOnce(Return(Failed(code)));
    const absl::Status status = socket.Close();
    EXPECT_EQ(status.ok(),
              code == ErrorCode::kEintr || code == ErrorCode::kEconnreset);
    EXPECT_FALSE(socket.is_open());
    EXPECT_TRUE(IsClosed(socket.Close()));
  }
}

TEST_F(SocketLifecycleTest, ATimeoutThatCannotBeSetChangesNothing) {
  Socket socket = OpenWithTimeout(absl::Seconds(3));
  EXPECT_CALL(mock_.sockets, SetBlocking(kHandle, true))
      .WillOnce(Return(Failed(ErrorCode::kEnotsock)));
  EXPECT_FALSE(socket.SetBlocking(true).ok());
  EXPECT_EQ(socket.GetTimeout(), absl::Seconds(3));
}

TEST_F(SocketLifecycleTest, OnlyAnInfiniteTimeoutIsBlocking) {
  Socket socket = Open();
  const struct {
    absl::Duration timeout;
    bool blocking;
  } kCases[] = {{absl::ZeroDuration(), false},
                {absl::Nanoseconds(1), false},
                {absl::Hours(1000000), false},
                // As long as 64 bits of nanoseconds hold.
                {absl::Hours(24 * 365 * 292), false},
                {absl::Hours(24 * 366 * 1000), true},
                {absl::InfiniteDuration(), true}};
  for (const auto& c : kCases) {
    EXPECT_CALL(mock_.sockets, SetBlocking(kHandle, c.blocking))
        .WillOnce(Return(Done()));
    ASSERT_TRUE(socket.SetTimeout(c.timeout).ok());
    EXPECT_EQ(socket.GetTimeout(),
              c.blocking ? absl::InfiniteDuration() : c.timeout);
  }
}

TEST_F(SocketLifecycleTest, AnOptionThatComesAsOneByteIsReadAsOne) {
  Socket socket = Open();
  EXPECT_CALL(mock_.sockets, GetSockOpt)
      .WillOnce([](auto, auto, auto, absl::Span<char> buffer) {
        buffer[0] = 1;
        return Made<std::size_t>(1);
      });
  EXPECT_EQ(socket.GetSockOpt(1, 2).value(), 1);
}

TEST_F(SocketLifecycleTest, ASocketPairHasTwoOwners) {
  EXPECT_CALL(mock_.sockets, SocketPair(kAfUnix, kSockStream, 0))
      .WillOnce(Return(Made(HandlePair{NativeHandle(1), NativeHandle(2)})));
  EXPECT_CALL(mock_.sockets, Close(NativeHandle(1)));
  EXPECT_CALL(mock_.sockets, Close(NativeHandle(2)));
  EXPECT_TRUE(SocketPair(kAfUnix, kSockStream, 0, &mock_.platform).ok());
}

TEST_F(SocketLifecycleTest, ThePlatformChoosesTheFamilyOfAPair) {
  EXPECT_CALL(mock_.sockets,
              SocketPair(MockPlatform::kPairFamily, kSockStream, 0))
      .WillOnce(Return(Made(HandlePair{NativeHandle(1), NativeHandle(2)})));
  EXPECT_CALL(mock_.sockets, Close).Times(2);
  const auto pair = SocketPair(kAfUnspec, kSockStream, 0, &mock_.platform);
  ASSERT_TRUE(pair.ok());
  EXPECT_EQ(pair->first.family(), MockPlatform::kPairFamily);
  EXPECT_EQ(pair->second.family(), MockPlatform::kPairFamily);
}

}  // namespace
}  // namespace mortise
