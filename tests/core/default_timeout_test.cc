#include "mortise/core/default_timeout.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
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
#include "mortise/platform/sock_addr.h"
#include "mortise/tests/core/mock_socket.h"
#include "mortise/tests/core/usage_error.h"

namespace mortise {
namespace {

using ::testing::_;
using ::testing::Return;

class DefaultTimeoutTest : public MockSocketTest {
 protected:
  // Restores the default, because other tests run in the same process.
  ~DefaultTimeoutTest() override {
    EXPECT_TRUE(SetDefaultTimeout(absl::InfiniteDuration()).ok());
  }

  // Expects that a socket becomes non-blocking, and is closed.
  void BecomesNonBlocking(NativeHandle handle) {
    EXPECT_CALL(mock_.sockets, SetBlocking(handle, false))
        .WillOnce(Return(Done()));
    EXPECT_CALL(mock_.sockets, Close(handle));
  }
};

TEST_F(DefaultTimeoutTest, IsInfiniteUntilItIsSet) {
  EXPECT_EQ(GetDefaultTimeout(), absl::InfiniteDuration());
  for (const absl::Duration timeout :
       {absl::Seconds(1.5), absl::ZeroDuration(), absl::Nanoseconds(1),
        absl::Hours(24 * 365 * 100), absl::InfiniteDuration()}) {
    EXPECT_TRUE(SetDefaultTimeout(timeout).ok());
    EXPECT_EQ(GetDefaultTimeout(), timeout);
  }
}

TEST_F(DefaultTimeoutTest, IsRoundedUpToNanosecondsAndHasAnEnd) {
  EXPECT_TRUE(SetDefaultTimeout(absl::Nanoseconds(1) / 4).ok());
  EXPECT_EQ(GetDefaultTimeout(), absl::Nanoseconds(1));
  EXPECT_TRUE(SetDefaultTimeout(absl::Hours(24 * 365 * 1000)).ok());
  EXPECT_EQ(GetDefaultTimeout(),
            absl::Nanoseconds(std::numeric_limits<std::int64_t>::max()));
}

TEST_F(DefaultTimeoutTest, IsNotNegative) {
  ASSERT_TRUE(SetDefaultTimeout(absl::Seconds(2)).ok());
  EXPECT_THAT(SetDefaultTimeout(-absl::Seconds(1)),
              IsRefusal(absl::StatusCode::kOutOfRange, "setdefaulttimeout",
                        "timeout: -1s is negative"));
  EXPECT_TRUE(IsUsageError(SetDefaultTimeout(-absl::InfiniteDuration())));
  EXPECT_TRUE(IsUsageError(SetDefaultTimeout(-absl::Nanoseconds(1) / 4)));
  EXPECT_EQ(GetDefaultTimeout(), absl::Seconds(2));
}

TEST_F(DefaultTimeoutTest, IsThatOfSocketsMadeFromThenOn) {
  EXPECT_CALL(mock_.sockets, Socket)
      .WillOnce(Return(Made(NativeHandle(1))))
      .WillOnce(Return(Made(NativeHandle(2))));
  EXPECT_CALL(mock_.sockets, Close(NativeHandle(1)));
  const Socket before =
      Socket::Create(kAfInet, kSockStream, 0, &mock_.platform).value();
  ASSERT_TRUE(SetDefaultTimeout(absl::Seconds(2)).ok());
  BecomesNonBlocking(NativeHandle(2));
  const Socket after =
      Socket::Create(kAfInet, kSockStream, 0, &mock_.platform).value();
  EXPECT_EQ(before.GetTimeout(), absl::InfiniteDuration());
  EXPECT_EQ(after.GetTimeout(), absl::Seconds(2));
}

TEST_F(DefaultTimeoutTest, IsThatOfDescriptorsFromElsewhere) {
  ASSERT_TRUE(SetDefaultTimeout(absl::Seconds(2)).ok());
  BecomesNonBlocking(NativeHandle(1));
  const Socket adopted =
      Socket::Adopt(NativeHandle(1), kAfInet, kSockStream, 0, &mock_.platform)
          .value();
  EXPECT_EQ(adopted.GetTimeout(), absl::Seconds(2));

  EXPECT_CALL(mock_.sockets, Dup(NativeHandle(2)))
      .WillOnce(Return(Made(NativeHandle(3))));
  BecomesNonBlocking(NativeHandle(3));
  const Socket copied =
      Socket::FromFd(NativeHandle(2), kAfInet, kSockStream, 0, &mock_.platform)
          .value();
  EXPECT_EQ(copied.GetTimeout(), absl::Seconds(2));
}

TEST_F(DefaultTimeoutTest, IsThatOfPairs) {
  ASSERT_TRUE(SetDefaultTimeout(absl::Seconds(2)).ok());
  EXPECT_CALL(mock_.sockets, SocketPair)
      .WillOnce(Return(Made(HandlePair{NativeHandle(1), NativeHandle(2)})));
  BecomesNonBlocking(NativeHandle(1));
  BecomesNonBlocking(NativeHandle(2));
  const std::pair<Socket, Socket> pair =
      SocketPair(kAfUnspec, kSockStream, 0, &mock_.platform).value();
  EXPECT_EQ(pair.first.GetTimeout(), absl::Seconds(2));
  EXPECT_EQ(pair.second.GetTimeout(), absl::Seconds(2));
}

TEST_F(DefaultTimeoutTest, IsThatOfConnectionsAndNotTheListeners) {
  Socket listener = OpenWithTimeout(absl::Seconds(9));
  EXPECT_CALL(mock_.sockets, Accept(kHandle, _))
      .WillOnce(Return(Made(NativeHandle(8))))
      .WillOnce(Return(Made(NativeHandle(9))));
  EXPECT_CALL(mock_.readiness, Wait).WillRepeatedly(Return(Made(true)));
  EXPECT_CALL(mock_.sockets, Close(NativeHandle(8)));
  absl::StatusOr<AcceptResult> blocking = listener.Accept();
  EXPECT_EQ(blocking->socket.GetTimeout(), absl::InfiniteDuration());

  ASSERT_TRUE(SetDefaultTimeout(absl::Seconds(2)).ok());
  BecomesNonBlocking(NativeHandle(9));
  absl::StatusOr<AcceptResult> timed = listener.Accept();
  EXPECT_EQ(timed->socket.GetTimeout(), absl::Seconds(2));
}

TEST_F(DefaultTimeoutTest, ZeroMakesNonBlockingSockets) {
  ASSERT_TRUE(SetDefaultTimeout(absl::ZeroDuration()).ok());
  EXPECT_CALL(mock_.sockets, Socket).WillOnce(Return(Made(kHandle)));
  BecomesNonBlocking(kHandle);
  const Socket socket =
      Socket::Create(kAfInet, kSockStream, 0, &mock_.platform).value();
  EXPECT_EQ(socket.GetTimeout(), absl::ZeroDuration());
}

TEST_F(DefaultTimeoutTest, ATypeThatSaysNonBlockingSaysMore) {
  const std::optional<Constant> flag = FindConstant("SOCK_NONBLOCK");
  if (!flag.has_value()) GTEST_SKIP() << "no SOCK_NONBLOCK";
  ASSERT_TRUE(SetDefaultTimeout(absl::Seconds(2)).ok());
  EXPECT_CALL(mock_.sockets, Socket).WillOnce(Return(Made(kHandle)));
  BecomesNonBlocking(kHandle);
  const Socket socket =
      Socket::Create(kAfInet, kSockStream | static_cast<int>(flag->value), 0,
                     &mock_.platform)
          .value();
  EXPECT_EQ(socket.GetTimeout(), absl::ZeroDuration());
}

TEST_F(DefaultTimeoutTest, AModeThatCannotBeSetFailsAndLeaksNothing) {
  ASSERT_TRUE(SetDefaultTimeout(absl::Seconds(2)).ok());
  EXPECT_CALL(mock_.sockets, Socket).WillOnce(Return(Made(kHandle)));
  EXPECT_CALL(mock_.sockets, SetBlocking(kHandle, false))
      .WillRepeatedly(Return(Failed(ErrorCode::kEnomem)));
  EXPECT_CALL(mock_.sockets, Close(kHandle));
  EXPECT_FALSE(Socket::Create(kAfInet, kSockStream, 0, &mock_.platform).ok());
  ::testing::Mock::VerifyAndClearExpectations(&mock_.sockets);

  // A handle that cannot be adopted still belongs to the caller, so it is not
  // closed.
  EXPECT_CALL(mock_.sockets, IsHandle).WillRepeatedly(Return(true));
  EXPECT_CALL(mock_.sockets, SetBlocking(kHandle, false))
      .WillOnce(Return(Failed(ErrorCode::kEnotsock)));
  EXPECT_FALSE(
      Socket::Adopt(kHandle, kAfInet, kSockStream, 0, &mock_.platform).ok());
}

TEST_F(DefaultTimeoutTest, ThreadsMaySetAndReadItAtOnce) {
  std::thread setter([] {
    for (int i = 0; i < 1000; ++i) {
      EXPECT_TRUE(SetDefaultTimeout(absl::Seconds(i % 2 + 1)).ok());
    }
  });
  for (int i = 0; i < 1000; ++i) {
    const absl::Duration timeout = GetDefaultTimeout();
    EXPECT_TRUE(timeout == absl::Seconds(1) || timeout == absl::Seconds(2) ||
                timeout == absl::InfiniteDuration());
  }
  setter.join();
}

}  // namespace
}  // namespace mortise
