// How SendFile works: with the system's call, and without it.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <limits>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/send_file.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/core/stream.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/file_handle.h"
#include "mortise/platform/mock/mock_platform.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/contract/temporary_file.h"
#include "mortise/tests/core/mock_socket.h"
#include "mortise/tests/core/stepping_stream.h"
#include "mortise/tests/core/usage_error.h"

namespace mortise {
namespace {

using contract::TemporaryFile;
using ::testing::_;
using ::testing::AnyNumber;
using ::testing::InSequence;
using ::testing::Return;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;
constexpr absl::StatusCode kRange = absl::StatusCode::kOutOfRange;
constexpr std::uint64_t kMaxOffset = std::numeric_limits<std::int64_t>::max();

using Size = std::size_t;

SysResult<Size> NotSupported() { return {0, kNotSupportedError}; }

class SocketSendFileTest : public MockSocketTest {
 protected:
  static constexpr NativeHandle kFile{5};

  // Lets the platform have no call for sending files, so that the data goes
  // through the process. The file holds `contents_`, and can be read at offsets
  // or only in order.
  void SendThroughTheProcess(bool has_offsets) {
    EXPECT_CALL(mock_.files, SendFile).WillOnce(Return(NotSupported()));
    if (has_offsets) {
      EXPECT_CALL(mock_.files, ReadAt(kFile, _, _))
          .Times(AnyNumber())
          .WillRepeatedly([this](NativeHandle, std::uint64_t offset,
                                 absl::Span<char> buffer) {
            return ReadAt(offset, buffer);
          });
    } else {
      EXPECT_CALL(mock_.files, ReadAt).WillOnce(Return(NotSupported()));
      EXPECT_CALL(mock_.files, ReadNext(kFile, _))
          .Times(AnyNumber())
          .WillRepeatedly([this](NativeHandle, absl::Span<char> buffer) {
            const SysResult<Size> size = ReadAt(place_, buffer);
            place_ += size.value;
            return size;
          });
    }
  }

  // Lets every send take at most `piece` bytes.
  void SendInPieces(Size piece) {
    EXPECT_CALL(mock_.sockets, Send(kHandle, _, 0))
        .WillRepeatedly(
            [this, piece](NativeHandle, absl::Span<const char> data, int) {
              const Size size = std::min(piece, data.size());
              sent_.append(data.data(), size);
              return Made(size);
            });
  }

  std::string contents_ = std::string(200000, 'x') + "the end";
  std::string sent_;

 private:
  // Returns at most 1000 bytes, because a file may return less than was asked
  // for.
  SysResult<Size> ReadAt(std::uint64_t offset, absl::Span<char> buffer) {
    if (offset >= contents_.size()) return Made<Size>(0);
    const Size size = std::min<Size>(
        {buffer.size(), contents_.size() - static_cast<Size>(offset), 1000});
    std::memcpy(buffer.data(), contents_.data() + offset, size);
    return Made(size);
  }

  std::uint64_t place_ = 0;
};

TEST_F(SocketSendFileTest, TheSystemSendsUntilTheFileEnds) {
  Socket socket = Open();
  InSequence sequence;
  const Size all = std::numeric_limits<Size>::max();
  EXPECT_CALL(mock_.files, SendFile(kHandle, true, kFile, 10, _))
      .WillOnce(Return(Made<Size>(90)));
  EXPECT_CALL(mock_.files, SendFile(kHandle, true, kFile, 100, _))
      .WillOnce(Return(Failed<Size>(ErrorCode::kEintr)));
  EXPECT_CALL(mock_.files, SendFile(kHandle, true, kFile, 100, _))
      .WillOnce([all](auto, auto, auto, auto, Size count) {
        EXPECT_LE(count, all);
        return Made<Size>(23);
      });
  EXPECT_CALL(mock_.files, SendFile(kHandle, true, kFile, 123, _))
      .WillOnce(Return(Made<Size>(0)));
  std::uint64_t sent = 99;
  EXPECT_EQ(SendFile(socket, kFile, 10, kToTheEnd, &sent).value(), 113u);
  EXPECT_EQ(sent, 113u);
  EXPECT_EQ(mock_.clock.reads(), 0);
}

TEST_F(SocketSendFileTest, ACountIsKept) {
  Socket socket = Open();
  InSequence sequence;
  EXPECT_CALL(mock_.files, SendFile(_, _, _, 0, 100))
      .WillOnce(Return(Made<Size>(60)));
  EXPECT_CALL(mock_.files, SendFile(_, _, _, 60, 40))
      .WillOnce(Return(Made<Size>(40)));
  EXPECT_EQ(SendFile(socket, kFile, 0, 100).value(), 100u);
  EXPECT_EQ(SendFile(socket, kFile, 7, 0).value(), 0u);
}

TEST_F(SocketSendFileTest, HugeOffsetsAndCountsDoNotOverflow) {
  Socket socket = Open();
  EXPECT_CALL(mock_.files, SendFile(_, _, _, kMaxOffset - 1, 1))
      .WillOnce(Return(Made<Size>(0)));
  EXPECT_EQ(SendFile(socket, kFile, kMaxOffset - 1).value(), 0u);
  EXPECT_EQ(SendFile(socket, kFile, kMaxOffset).value(), 0u);
  EXPECT_THAT(SendFile(socket, kFile, kMaxOffset + 1).status(),
              IsRefusal(kRange, "sendfile",
                        "offset: 9223372036854775808 is more than "
                        "9223372036854775807"));
}

TEST_F(SocketSendFileTest, TheFileOfAStreamIsSent) {
  Socket socket = Open();
  std::FILE* const stream = std::tmpfile();
  ASSERT_NE(stream, nullptr);
  const NativeHandle file = FileHandleOf(stream);
  EXPECT_TRUE(file.valid());
  EXPECT_CALL(mock_.files, SendFile(kHandle, true, file, 3, 4))
      .WillOnce(Return(Made<Size>(4)));
  EXPECT_EQ(SendFile(socket, stream, 3, 4).value(), 4u);
  std::fclose(stream);
}

// Calls fmemopen(3). Returns nullptr if the C library has no such function.
template <typename... Arguments>
auto OpenMemory(int, Arguments... arguments)
    -> decltype(fmemopen(arguments...)) {
  return fmemopen(arguments...);
}
template <typename... Arguments>
std::FILE* OpenMemory(long, Arguments...) {  // NOLINT(google-runtime-int)
  return nullptr;
}

TEST_F(SocketSendFileTest, AStreamWithoutAFileIsAnError) {
  char memory[4] = {};
  std::FILE* const stream =
      OpenMemory(0, static_cast<void*>(memory), sizeof(memory), "r");
  if (stream == nullptr) GTEST_SKIP() << "no streams without a file";
  Socket socket = Open();
  const absl::Status status = SendFile(socket, stream).status();
  EXPECT_EQ(ErrorOf(status)->code, ErrorCode::kEbadf);
  EXPECT_EQ(ErrorOf(status)->operation, "sendfile");
  std::fclose(stream);
}

TEST_F(SocketSendFileTest, WhatCannotBeRightIsRefused) {
  {
    Socket socket = Open();
    std::uint64_t sent = 99;
    EXPECT_THAT(
        SendFile(socket, NativeHandle(), 0, kToTheEnd, &sent).status(),
        IsRefusal(kInvalid, "sendfile", "file: is not a valid descriptor"));
    EXPECT_EQ(sent, 0u);
    EXPECT_THAT(SendFile(socket, nullptr).status(),
                IsRefusal(kInvalid, "sendfile", "file: is nullptr"));
  }
  Socket datagrams = Open(kAfInet, kSockDgram);
  EXPECT_THAT(
      SendFile(datagrams, kFile).status(),
      IsRefusal(kInvalid, "sendfile", "type: SOCK_DGRAM is not SOCK_STREAM"));
  Socket closed;
  EXPECT_TRUE(IsClosed(SendFile(closed, kFile).status()));
  EXPECT_TRUE(IsClosed(SendFile(closed, stdin).status()));
}

TEST_F(SocketSendFileTest, OneDeadlineIsForAllOfIt) {
  Socket socket = OpenWithTimeout(absl::Seconds(1));
  EXPECT_CALL(mock_.files, SendFile(kHandle, false, kFile, _, _))
      .WillRepeatedly([this](auto&&...) {
        mock_.clock.Advance(absl::Milliseconds(300));
        return Made<Size>(10);
      });
  std::uint64_t sent = 0;
  const absl::Status status = SendFile(socket, kFile, 0, 1000, &sent).status();
  EXPECT_TRUE(IsTimeout(status)) << status;
  EXPECT_EQ(status.message(), "sendfile: timed out");
  EXPECT_EQ(sent, 40u);
}

TEST_F(SocketSendFileTest, WaitsForRoom) {
  Socket socket = OpenWithTimeout(absl::Seconds(1));
  InSequence sequence;
  EXPECT_CALL(mock_.files, SendFile(_, _, _, 0, 10))
      .WillOnce(Return(Failed<Size>(ErrorCode::kEagain)));
  EXPECT_CALL(mock_.readiness,
              Wait(kHandle, WaitEvents::kWritable, absl::Seconds(1)))
      .WillOnce(Return(Made(true)));
  EXPECT_CALL(mock_.files, SendFile(_, _, _, 0, 10))
      .WillOnce(Return(Made<Size>(10)));
  EXPECT_EQ(SendFile(socket, kFile, 0, 10).value(), 10u);
}

TEST_F(SocketSendFileTest, ANonBlockingSocketTakesWhatThereIsRoomFor) {
  Socket socket = OpenWithTimeout(absl::ZeroDuration());
  EXPECT_CALL(mock_.files, SendFile)
      .WillOnce(Return(Made<Size>(3)))
      .WillOnce(Return(Failed<Size>(ErrorCode::kEagain)))
      .WillOnce(Return(Failed<Size>(ErrorCode::kEagain)));
  EXPECT_EQ(SendFile(socket, kFile, 0, 10).value(), 3u);
  EXPECT_TRUE(IsWouldBlock(SendFile(socket, kFile, 3, 7).status()));
}

TEST_F(SocketSendFileTest, ABrokenConnectionIsAnErrorAndTellsHowFarItCame) {
  for (const absl::Duration timeout :
       {absl::ZeroDuration(), absl::Seconds(1)}) {
    Socket socket = OpenWithTimeout(timeout);
    EXPECT_CALL(mock_.files, SendFile)
        .WillOnce(Return(Made<Size>(3)))
        .WillOnce(Return(Failed<Size>(ErrorCode::kEconnreset)));
    std::uint64_t sent = 0;
    EXPECT_TRUE(
        IsConnectionReset(SendFile(socket, kFile, 0, 10, &sent).status()));
    EXPECT_EQ(sent, 3u);
  }
}

TEST_F(SocketSendFileTest, WhatTheFailingCallSentCountsToo) {
  struct Case {
    Size value;
    std::uint64_t sent;
  };
  // In the last case the platform reports more than it was given.
  for (const Case& c :
       {Case{0, 3}, Case{2, 5}, Case{std::numeric_limits<Size>::max(), 10}}) {
    Socket socket = Open();
    EXPECT_CALL(mock_.files, SendFile)
        .WillOnce(Return(Made<Size>(3)))
        .WillOnce(Return(SysResult<Size>{
            c.value, mock_.errors.Native(ErrorCode::kEconnreset)}));
    std::uint64_t sent = 0;
    EXPECT_TRUE(
        IsConnectionReset(SendFile(socket, kFile, 0, 10, &sent).status()));
    EXPECT_EQ(sent, c.sent);
  }
  // After an interrupted call, the next one goes on behind the bytes that were
  // sent.
  Socket socket = Open();
  InSequence sequence;
  EXPECT_CALL(mock_.files, SendFile(_, _, _, 0, 10))
      .WillOnce(
          Return(SysResult<Size>{4, mock_.errors.Native(ErrorCode::kEintr)}));
  EXPECT_CALL(mock_.files, SendFile(_, _, _, 4, 6))
      .WillOnce(Return(Made<Size>(6)));
  EXPECT_EQ(SendFile(socket, kFile, 0, 10).value(), 10u);
}

TEST_F(SocketSendFileTest, WhatTheSystemCannotDoIsReadAndSent) {
  for (const bool has_offsets : {true, false}) {
    Socket socket = Open();
    sent_.clear();
    SendThroughTheProcess(has_offsets);
    SendInPieces(700);
    EXPECT_EQ(SendFile(socket, kFile).value(), contents_.size());
    EXPECT_TRUE(sent_ == contents_);
  }
}

TEST_F(SocketSendFileTest, APartIsReadAndSentToo) {
  Socket socket = Open();
  SendThroughTheProcess(true);
  SendInPieces(100000);
  EXPECT_EQ(SendFile(socket, kFile, 199990, 14).value(), 14u);
  EXPECT_EQ(sent_, "xxxxxxxxxxthe ");
}

TEST_F(SocketSendFileTest, NothingReadIsLostIfASendTakesLess) {
  Socket socket = OpenWithTimeout(absl::ZeroDuration());
  SendThroughTheProcess(true);
  EXPECT_CALL(mock_.sockets, Send(kHandle, _, 0))
      .WillOnce(Return(Made<Size>(7)))
      .WillOnce(Return(Failed<Size>(ErrorCode::kEagain)));
  std::uint64_t sent = 0;
  EXPECT_EQ(SendFile(socket, kFile, 0, 1000, &sent).value(), 7u);
  EXPECT_EQ(sent, 7u);
}

TEST_F(SocketSendFileTest, AFileWithoutOffsetsIsSentInOrderOrNotAtAll) {
  EXPECT_CALL(mock_.files, SendFile).WillRepeatedly(Return(NotSupported()));
  EXPECT_CALL(mock_.files, ReadAt).WillRepeatedly(Return(NotSupported()));
  {
    Socket socket = OpenWithTimeout(absl::Seconds(1));
    EXPECT_THAT(SendFile(socket, kFile, 1).status(),
                IsRefusal(kInvalid, "sendfile",
                          "offset: must be 0, because the file can only be "
                          "read in order"));
  }
  Socket non_blocking = OpenWithTimeout(absl::ZeroDuration());
  EXPECT_THAT(SendFile(non_blocking, kFile).status(),
              IsRefusal(kInvalid, "sendfile",
                        "file: can only be read in order, so the socket must "
                        "not be non-blocking"));
}

TEST_F(SocketSendFileTest, AnErrorOfTheFileIsTold) {
  Socket socket = Open();
  EXPECT_CALL(mock_.files, SendFile).WillOnce(Return(NotSupported()));
  EXPECT_CALL(mock_.files, ReadAt)
      .WillOnce(Return(Failed<Size>(ErrorCode::kEintr)))
      .WillOnce(Return(Failed<Size>(ErrorCode::kEisdir)));
  const absl::Status status = SendFile(socket, kFile).status();
  EXPECT_EQ(ErrorOf(status)->code, ErrorCode::kEisdir);
  EXPECT_EQ(ErrorOf(status)->operation, "sendfile");
}

TEST_F(SocketSendFileTest, APieceThatFindsNoRoomInTimeIsAnError) {
  Socket socket = OpenWithTimeout(absl::Seconds(1));
  SendThroughTheProcess(true);
  EXPECT_CALL(mock_.sockets, Send)
      .WillOnce(Return(Made<Size>(100)))
      .WillRepeatedly(Return(Failed<Size>(ErrorCode::kEagain)));
  EXPECT_CALL(mock_.readiness, Wait).WillOnce(Return(Made(false)));
  std::uint64_t sent = 0;
  EXPECT_TRUE(IsTimeout(SendFile(socket, kFile, 0, kToTheEnd, &sent).status()));
  EXPECT_EQ(sent, 100u);
}

// Streams.

TEST_F(SocketSendFileTest, TheSystemSendsOnAStreamWhoseBytesArePlain) {
  Socket socket = Open();
  const std::unique_ptr<Stream> stream = BorrowStream(socket);
  EXPECT_CALL(mock_.files, SendFile(kHandle, true, kFile, 10, 90))
      .WillOnce(Return(Made<Size>(90)));
  std::uint64_t sent = 0;
  EXPECT_EQ(SendFile(*stream, kFile, 10, 90, &sent).value(), 90u);
  EXPECT_EQ(sent, 90u);
}

TEST_F(SocketSendFileTest, AClosedStreamAndADatagramStreamAreRefused) {
  Socket closed;
  EXPECT_TRUE(IsClosed(SendFile(*BorrowStream(closed), kFile, 0, 9).status()));
  Socket datagrams = Open(kAfInet, kSockDgram);
  EXPECT_THAT(
      SendFile(*BorrowStream(datagrams), kFile).status(),
      IsRefusal(kInvalid, "sendfile", "type: SOCK_DGRAM is not SOCK_STREAM"));
}

TEST(StreamSendFileTest, AFileGoesThroughAStreamThatIsNoSocket) {
  const std::string contents = std::string(100000, 'x') + "the end";
  const TemporaryFile file(contents);
  SteppingStream stream(1000);
  std::uint64_t sent = 0;
  EXPECT_EQ(SendFile(stream, file.get(), 0, kToTheEnd, &sent).value(),
            contents.size());
  EXPECT_EQ(sent, contents.size());
  EXPECT_TRUE(stream.pipe()->bytes == contents);
  stream.pipe()->bytes.clear();
  EXPECT_EQ(SendFile(stream, FileHandleOf(file.get()), 100000, 3).value(), 3u);
  EXPECT_EQ(stream.pipe()->bytes, "the");
}

// What the stream has taken counts as sent, because the stream sends it.
TEST(StreamSendFileTest, WhatWasTakenIsSentOnce) {
  const std::string contents = "0123456789";
  const TemporaryFile file(contents);
  for (const absl::Duration timeout :
       {absl::ZeroDuration(), absl::Milliseconds(1)}) {
    SteppingStream stream(4);
    ASSERT_TRUE(stream.SetTimeout(timeout).ok());
    stream.pipe()->is_stuck = true;
    std::uint64_t sent = 0;
    absl::StatusOr<std::uint64_t> size =
        SendFile(stream, file.get(), 0, kToTheEnd, &sent);
    EXPECT_EQ(sent, 4u);
    if (timeout == absl::ZeroDuration()) {
      EXPECT_EQ(size.value(), 4u);
      EXPECT_TRUE(IsWouldBlock(SendFile(stream, file.get(), sent).status()));
    } else {
      EXPECT_TRUE(IsTimeout(size.status())) << size.status();
      EXPECT_EQ(ErrorOf(size.status())->operation, "sendfile");
    }
    // A file that has nothing more still has to wait for what was taken.
    EXPECT_FALSE(SendFile(stream, file.get(), contents.size()).ok());
    stream.pipe()->is_stuck = false;
    ASSERT_TRUE(stream.SetTimeout(absl::InfiniteDuration()).ok());
    EXPECT_EQ(SendFile(stream, file.get(), sent).value(), 6u);
    EXPECT_EQ(stream.pipe()->bytes, contents);
  }
}

TEST(StreamSendFileTest, AStreamThatStandsStillEndsAtTheProgressTimeout) {
  const TemporaryFile file("0123456789");
  SteppingStream stream(4);
  stream.pipe()->is_stuck = true;
  std::uint64_t sent = 0;
  EXPECT_TRUE(IsTimeout(
      SendFile(stream, file.get(), 0, kToTheEnd, &sent, absl::Milliseconds(1))
          .status()));
  EXPECT_EQ(sent, 4u);
}

}  // namespace
}  // namespace mortise
