// A user's test that uses the mock.

#include <cstddef>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/forwarding.h"
#include "mortise/platform/mock/mock_platform.h"
#include "mortise/platform/native_handle.h"

namespace {

using ::testing::Return;

// The code under test.
absl::Status Greet(mortise::Platform* platform) {
  absl::StatusOr<mortise::Socket> socket = mortise::Socket::Create(
      mortise::kAfInet, mortise::kSockStream, 0, platform);
  if (!socket.ok()) return socket.status();
  return socket->SendAll("hello");
}

TEST(GreetTest, TellsOfABrokenPipe) {
  mortise::MockPlatform mock;
  EXPECT_CALL(mock.sockets, Socket)
      .WillOnce(Return(mortise::Made(mortise::NativeHandle(7))));
  EXPECT_CALL(mock.sockets, Send)
      .WillOnce(Return(mortise::Made<std::size_t>(2)))
      .WillOnce(
          Return(mortise::Failed<std::size_t>(mortise::ErrorCode::kEpipe)));
  EXPECT_CALL(mock.sockets, Close(mortise::NativeHandle(7)));
  EXPECT_TRUE(mortise::IsBrokenPipe(Greet(&mock.platform)));
}

TEST(GreetTest, GreetsThroughADecorator) {
  mortise::MockPlatform mock;
  mortise::ForwardingSocketCalls sockets(mock.sockets);
  mortise::Platform::Parts parts = mock.platform.parts();
  parts.sockets = &sockets;
  mortise::Platform platform(parts, mock.platform.facts());
  EXPECT_CALL(mock.sockets, Socket)
      .WillOnce(Return(mortise::Made(mortise::NativeHandle(7))));
  EXPECT_CALL(mock.sockets, Send)
      .WillOnce(Return(mortise::Made<std::size_t>(5)));
  EXPECT_CALL(mock.sockets, Close(mortise::NativeHandle(7)));
  EXPECT_TRUE(Greet(&platform).ok());
}

}  // namespace
