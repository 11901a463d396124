// The fragments of docs/guide.md about tests, which are tests.

#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/forwarding.h"
#include "mortise/platform/mock/mock_platform.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"

namespace guide {
namespace {

using ::testing::Return;

// clang-format off

TEST(ClientTest, SeesTheReset) {
  mortise::MockPlatform mock;
  EXPECT_CALL(mock.sockets, Socket)
      .WillOnce(Return(mortise::Made(mortise::NativeHandle(7))));
  EXPECT_CALL(mock.sockets, Recv)
      .WillOnce(Return(
          mortise::Failed<std::size_t>(mortise::ErrorCode::kEconnreset)));
  EXPECT_CALL(mock.sockets, Close(mortise::NativeHandle(7)));

  absl::StatusOr<mortise::Socket> socket = mortise::Socket::Create(
      mortise::kAfInet, mortise::kSockStream, 0, &mock.platform);
  ASSERT_TRUE(socket.ok()) << socket.status();
  EXPECT_TRUE(mortise::IsConnectionReset(socket->Recv(10).status()));
}

// Sends at most one byte per call.
class SlowSockets final : public mortise::ForwardingSocketCalls {
 public:
  using ForwardingSocketCalls::ForwardingSocketCalls;
  mortise::SysResult<std::size_t> Send(mortise::NativeHandle handle,
                                       absl::Span<const char> data,
                                       int flags) override {
    return next().Send(handle, data.subspan(0, 1), flags);
  }
};

TEST(SendAllTest, SendsAllOfItByteByByte) {
  const mortise::Platform& system = mortise::Platform::Default();
  SlowSockets sockets(system.sockets());
  mortise::Platform::Parts parts = system.parts();
  parts.sockets = &sockets;
  mortise::Platform slow(parts, system.facts());
  absl::StatusOr<std::pair<mortise::Socket, mortise::Socket>> pair =
      mortise::SocketPair(mortise::kAfUnspec, mortise::kSockStream, 0, &slow);
  ASSERT_TRUE(pair.ok()) << pair.status();
  ASSERT_TRUE(pair->first.SendAll("hello").ok());
  ASSERT_TRUE(pair->first.Close().ok());
  std::string received;
  for (std::string data = "-"; !data.empty(); received += data) {
    data = pair->second.Recv(10).value();
  }
  EXPECT_EQ(received, "hello");
}

// clang-format on

}  // namespace
}  // namespace guide
