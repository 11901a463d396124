// An open socket on a MockPlatform, with any family and mode that a test needs.

#ifndef MORTISE_TESTS_CORE_MOCK_SOCKET_H_
#define MORTISE_TESTS_CORE_MOCK_SOCKET_H_

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/mock/mock_platform.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/system_facts.h"

namespace mortise {

class MockSocketTest : public ::testing::Test {
 protected:
  static constexpr NativeHandle kHandle{7};

  explicit MockSocketTest(const SystemFacts& facts = MockPlatform::Facts())
      : mock_(facts) {}

  // Returns a socket for the test to act on. The test expects that the socket's
  // destructor closes it, once.
  Socket Open(AddressFamily family = kAfInet, SocketType type = kSockStream) {
    EXPECT_CALL(mock_.sockets, Close(kHandle));
    return Socket::Adopt(kHandle, family, type, 0, &mock_.platform).value();
  }

  // The same with a timeout. absl::ZeroDuration() makes the socket
  // non-blocking.
  Socket OpenWithTimeout(absl::Duration timeout, AddressFamily family = kAfInet,
                         SocketType type = kSockStream) {
    Socket socket = Open(family, type);
    EXPECT_CALL(mock_.sockets, SetBlocking(kHandle, false))
        .WillOnce(::testing::Return(Done()));
    EXPECT_TRUE(socket.SetTimeout(timeout).ok());
    return socket;
  }

  MockPlatform mock_;
};

}  // namespace mortise

#endif  // MORTISE_TESTS_CORE_MOCK_SOCKET_H_
