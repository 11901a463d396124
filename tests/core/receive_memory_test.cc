// Receiving uses memory for the data that arrives, and not for the size that
// the caller asked for.

#include <cstddef>
#include <cstring>
#include <fstream>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/fds.h"
#include "mortise/core/internal/byte_queue.h"
#include "mortise/core/message.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/mock/mock_platform.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/core/mock_socket.h"

namespace mortise {
namespace {

using ::testing::Return;

constexpr std::size_t kMost = Socket::kMaxBufSize;
// A number of pages. The smallest pages have 4 KiB. Everything else that a test
// does takes a small part of this.
constexpr long kFewPages = 64 * 1024 * 1024 / 4096;  // NOLINT: as it is read

// Returns how many pages of memory this process uses, or nullopt if the system
// does not tell. Source: proc(5), /proc/[pid]/statm.
std::optional<long> ResidentPages() {  // NOLINT: as it is read
  std::ifstream file("/proc/self/statm");
  long size = 0;      // NOLINT
  long resident = 0;  // NOLINT
  if (file >> size >> resident) return resident;
  return std::nullopt;
}

class ReceiveMemoryTest : public MockSocketTest {
 protected:
  // Fills `buffer` with what the peer has sent, and returns its size.
  std::size_t Arrive(absl::Span<char> buffer) {
    // Measured now, while the room for the data exists.
    at_most_ = ResidentPages();
    std::memcpy(buffer.data(), "hello", 5);
    return 5;
  }

  void ExpectFewPages() {
    if (!before_.has_value()) GTEST_SKIP() << "the system has no statm";
    ASSERT_TRUE(at_most_.has_value());
    EXPECT_LT(*at_most_ - *before_, kFewPages);
    EXPECT_LT(*ResidentPages() - *before_, kFewPages);
  }

  const std::optional<long> before_ = ResidentPages();  // NOLINT
  std::optional<long> at_most_;                         // NOLINT
};

TEST_F(ReceiveMemoryTest, Recv) {
  Socket socket = Open();
  EXPECT_CALL(mock_.sockets, Recv)
      .WillOnce([this](NativeHandle, absl::Span<char> buffer, int) {
        EXPECT_EQ(buffer.size(), kMost);
        return Made(Arrive(buffer));
      });
  EXPECT_EQ(socket.Recv(kMost).value(), "hello");
  ExpectFewPages();
}

TEST_F(ReceiveMemoryTest, RecvFrom) {
  Socket socket = Open();
  EXPECT_CALL(mock_.sockets, RecvFrom)
      .WillOnce([this](NativeHandle, absl::Span<char> buffer, int, SockAddr*) {
        return Made(Arrive(buffer));
      });
  EXPECT_EQ(socket.RecvFrom(kMost).value().data, "hello");
  ExpectFewPages();
}

TEST_F(ReceiveMemoryTest, RecvMsgAndItsAncillaryData) {
  Socket socket = Open();
  EXPECT_CALL(mock_.sockets, RecvMsg)
      .WillOnce([this](NativeHandle, absl::Span<const absl::Span<char>> buffers,
                       absl::Span<char> control, int, SockAddr*) {
        EXPECT_EQ(control.size(), kMost);
        ReceivedMessage message;
        message.size = Arrive(buffers[0]);
        return Made(message);
      });
  EXPECT_EQ(RecvMsg(socket, kMost, kMost).value().data, "hello");
  ExpectFewPages();
}

// With MSG_TRUNC, Linux's TCP counts bytes that it does not write. They are
// zeros.
TEST_F(ReceiveMemoryTest, WithMsgTrunc) {
  if (kMsgTrunc == 0) GTEST_SKIP() << "the system has no MSG_TRUNC";
  Socket socket = Open();
  EXPECT_CALL(mock_.sockets, Recv)
      .WillOnce([this](NativeHandle, absl::Span<char> buffer, int) {
        Arrive(buffer);
        return Made(std::size_t{7});
      });
  EXPECT_EQ(socket.Recv(kMost, kMsgTrunc).value(),
            absl::string_view("hello\0\0", 7));
  ExpectFewPages();
}

TEST_F(ReceiveMemoryTest, OfWhatAFileHasRoomFor) {
  // 32 bits of addresses do not hold the queue's buffer twice.
  constexpr std::size_t kRoom = sizeof(void*) >= 8 ? kMost : kMost / 4;
  internal::ByteQueue queue;
  const absl::Span<char> room = queue.Room(kRoom);
  queue.Commit(Arrive(room));
  EXPECT_EQ(queue.view(), "hello");
  ExpectFewPages();
  // The data stays when the queue makes more room.
  queue.Consume(1);
  queue.Room(kRoom + 1);
  EXPECT_EQ(queue.view(), "ello");
  ExpectFewPages();
}

}  // namespace
}  // namespace mortise
