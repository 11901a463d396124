// A connection as a Stream: that of a socket, and one that a program has
// written.

#include "mortise/core/stream.h"

#include <cstddef>
#include <cstring>
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
#include "mortise/core/socket.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/mock/mock_platform.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/wait_interrupt.h"
#include "mortise/tests/core/mock_socket.h"
#include "mortise/tests/core/stepping_stream.h"

namespace mortise {
namespace {

using ::testing::_;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::InSequence;
using ::testing::Return;

class PlainStreamTest : public MockSocketTest {
 protected:
  std::unique_ptr<Stream> Open(absl::Duration timeout) {
    return MakeStream(OpenWithTimeout(timeout));
  }
};

TEST_F(PlainStreamTest, ReadsAndWritesWithOneCallEach) {
  const std::unique_ptr<Stream> stream = Open(absl::Seconds(1));
  EXPECT_CALL(mock_.sockets, Send(kHandle, _, 0))
      .WillOnce(Return(Made<std::size_t>(3)));
  EXPECT_CALL(mock_.sockets, Recv(kHandle, _, 0))
      .WillOnce([](NativeHandle, absl::Span<char> buffer, int) {
        std::memcpy(buffer.data(), "abc", 3);
        return Made<std::size_t>(3);
      });
  const absl::StatusOr<std::size_t> written = stream->Write("xyz");
  ASSERT_TRUE(written.ok()) << written.status();
  EXPECT_EQ(*written, 3u);
  const absl::StatusOr<std::string> read = stream->Read(10);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, "abc");
  EXPECT_TRUE(stream->bytes_are_plain());
  EXPECT_NE(stream->socket(), nullptr);
}

TEST_F(PlainStreamTest, ReadingIntoNoRoomIsOverAtOnce) {
  const std::unique_ptr<Stream> stream = Open(absl::Seconds(1));
  const absl::StatusOr<std::size_t> read = stream->Read(absl::Span<char>());
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, 0u);
  EXPECT_EQ(stream->Read(0).value(), "");
  EXPECT_THAT(stream->Read(Socket::kMaxBufSize + 1).status().message(),
              HasSubstr("bufsize"));
}

TEST_F(PlainStreamTest, WaitsWithinItsTimeout) {
  const std::unique_ptr<Stream> stream = Open(absl::Seconds(2));
  EXPECT_CALL(mock_.sockets, Recv)
      .WillRepeatedly(Return(Failed<std::size_t>(ErrorCode::kEagain)));
  EXPECT_CALL(mock_.readiness,
              Wait(kHandle, WaitEvents::kReadable, absl::Seconds(2)))
      .WillOnce([this](auto...) {
        mock_.clock.Advance(absl::Seconds(1.5));
        return Made(true);
      });
  EXPECT_CALL(mock_.readiness,
              Wait(kHandle, WaitEvents::kReadable, absl::Milliseconds(500)))
      .WillOnce(Return(Made(false)));
  const absl::Status status = stream->Read(1).status();
  EXPECT_TRUE(IsTimeout(status)) << status;
  EXPECT_EQ(ErrorOf(status)->operation, "read");
}

TEST_F(PlainStreamTest, ANonBlockingCallEndsWhereItWouldBlock) {
  const std::unique_ptr<Stream> stream = Open(absl::ZeroDuration());
  EXPECT_CALL(mock_.sockets, Recv)
      .WillRepeatedly(Return(Failed<std::size_t>(ErrorCode::kEagain)));
  EXPECT_CALL(mock_.sockets, Send)
      .WillOnce(Return(Made<std::size_t>(2)))
      .WillRepeatedly(Return(Failed<std::size_t>(ErrorCode::kEagain)));
  EXPECT_TRUE(IsWouldBlock(stream->Read(1).status()));
  std::size_t sent = 9;
  EXPECT_TRUE(IsWouldBlock(stream->WriteAll("abcd", &sent)));
  EXPECT_EQ(sent, 2u);
}

TEST_F(PlainStreamTest, ASignalDoesNotEndACall) {
  const std::unique_ptr<Stream> stream = Open(absl::Seconds(1));
  const InSequence in_sequence;
  EXPECT_CALL(mock_.sockets, Recv)
      .WillOnce(Return(Failed<std::size_t>(ErrorCode::kEintr)));
  EXPECT_CALL(mock_.sockets, Recv)
      .WillOnce(Return(Failed<std::size_t>(ErrorCode::kEagain)));
  EXPECT_CALL(mock_.readiness, Wait)
      .WillOnce(Return(Failed<bool>(ErrorCode::kEintr)));
  EXPECT_CALL(mock_.sockets, Recv).WillOnce(Return(Made<std::size_t>(0)));
  const absl::StatusOr<std::string> read = stream->Read(1);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, "");
}

// Windows does not report a half that was ended for reading.
TEST_F(PlainStreamTest, AHalfThatHasBeenEndedIsNotWaitedFor) {
  const std::unique_ptr<Stream> stream = Open(absl::Seconds(1));
  StreamTry reading;
  reading.wait = WaitEvents::kReadable;
  StreamTry writing;
  writing.wait = WaitEvents::kWritable;
  const InSequence in_sequence;
  // A failure ends nothing.
  EXPECT_CALL(mock_.sockets, Shutdown(kHandle, ShutdownHow::kRead))
      .WillOnce(Return(Failed<void>(ErrorCode::kEnotconn)));
  EXPECT_TRUE(IsNotConnected(stream->Shutdown(ShutdownHow::kRead)));
  EXPECT_CALL(mock_.readiness, Wait).WillOnce(Return(Made<bool>(false)));
  EXPECT_FALSE(stream->Wait(reading, absl::Seconds(1), {}).value_or(true));

  EXPECT_CALL(mock_.sockets, Shutdown(kHandle, ShutdownHow::kRead))
      .WillOnce(Return(SysResult<void>{0}));
  EXPECT_TRUE(stream->Shutdown(ShutdownHow::kRead).ok());
  EXPECT_TRUE(stream->Wait(reading, absl::Seconds(1), {}).value_or(false));
  // The other half goes on.
  EXPECT_CALL(mock_.readiness, Wait).WillOnce(Return(Made<bool>(false)));
  EXPECT_FALSE(stream->Wait(writing, absl::Seconds(1), {}).value_or(true));
}

TEST_F(PlainStreamTest, WriteAllSaysHowMuchWasTakenBeforeAnError) {
  const std::unique_ptr<Stream> stream = Open(absl::Seconds(1));
  EXPECT_CALL(mock_.sockets, Send)
      .WillOnce(Return(Made<std::size_t>(3)))
      .WillOnce(Return(Failed<std::size_t>(ErrorCode::kEconnreset)));
  std::size_t sent = 0;
  EXPECT_TRUE(IsConnectionReset(stream->WriteAll("abcdef", &sent)));
  EXPECT_EQ(sent, 3u);
}

TEST_F(PlainStreamTest, WriteAllHasOneDeadline) {
  const std::unique_ptr<Stream> stream = Open(absl::Seconds(1));
  int sends = 0;
  EXPECT_CALL(mock_.sockets, Send).WillRepeatedly([&](auto...) {
    ++sends;
    mock_.clock.Advance(absl::Milliseconds(400));
    return Made<std::size_t>(1);
  });
  std::size_t sent = 0;
  EXPECT_TRUE(IsTimeout(stream->WriteAll("abcdefgh", &sent)));
  EXPECT_EQ(sent, static_cast<std::size_t>(sends));
  EXPECT_LT(sends, 5);
}

TEST_F(PlainStreamTest, APlatformThatTakesNothingIsNotTriedForEver) {
  const std::unique_ptr<Stream> stream = Open(absl::Seconds(1));
  EXPECT_CALL(mock_.sockets, Send).WillRepeatedly(Return(Made<std::size_t>(0)));
  EXPECT_TRUE(IsBrokenPipe(stream->WriteAll("a")));
}

TEST_F(PlainStreamTest, AClosedStreamRefusesEveryCall) {
  const std::unique_ptr<Stream> stream = MakeStream(
      Socket::Adopt(kHandle, kAfInet, kSockStream, 0, &mock_.platform).value());
  EXPECT_CALL(mock_.sockets, Close(kHandle)).WillOnce(Return(Done()));
  EXPECT_TRUE(stream->Close().ok());
  EXPECT_FALSE(stream->is_open());
  EXPECT_TRUE(IsClosed(stream->Close()));
  EXPECT_TRUE(IsClosed(stream->Read(1).status()));
  EXPECT_TRUE(IsClosed(stream->Write("a").status()));
  EXPECT_TRUE(IsClosed(stream->WriteAll("a")));
  EXPECT_TRUE(IsClosed(stream->Shutdown(ShutdownHow::kBoth)));
  EXPECT_TRUE(IsClosed(stream->Dup().status()));
  EXPECT_TRUE(IsClosed(stream->SetTimeout(absl::Seconds(1))));
  char byte;
  EXPECT_TRUE(IsClosed(
      stream->TryRead(absl::MakeSpan(&byte, 1), TryMode::kNow).status));
  EXPECT_TRUE(IsClosed(stream->TryWrite("a", TryMode::kNow).status));
  EXPECT_TRUE(IsClosed(stream->Wait({}, absl::ZeroDuration(), {}).status()));
}

TEST_F(PlainStreamTest, OneThatIsBorrowedLeavesItsSocketOpen) {
  Socket socket = OpenWithTimeout(absl::Seconds(1));
  { const std::unique_ptr<Stream> stream = BorrowStream(socket); }
  EXPECT_TRUE(socket.is_open());
}

TEST(StreamTest, WriteAllEndsWhenEverythingIsOut) {
  SteppingStream stream(3);
  std::size_t sent = 0;
  absl::Status status = stream.WriteAll("abcdefgh", &sent);
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(sent, 8u);
  EXPECT_EQ(stream.pipe()->bytes, "abcdefgh");
}

TEST(StreamTest, WriteWaitsOnlyForWhatItHasTaken) {
  SteppingStream stream(3);
  const absl::StatusOr<std::size_t> written = stream.Write("abcdefgh");
  ASSERT_TRUE(written.ok()) << written.status();
  EXPECT_EQ(*written, 3u);
  EXPECT_EQ(stream.pipe()->bytes, "abc");
  EXPECT_THAT(stream.pipe()->waits, ElementsAre(WaitEvents::kWritable));
}

TEST(StreamTest, WhatWasTakenIsNotAskedForAgain) {
  SteppingStream stream(3);
  ASSERT_TRUE(stream.SetTimeout(absl::ZeroDuration()).ok());
  // The bytes are taken, but not out.
  absl::StatusOr<std::size_t> written = stream.Write("abcdefgh");
  ASSERT_TRUE(written.ok()) << written.status();
  EXPECT_EQ(*written, 3u);
  EXPECT_EQ(stream.pipe()->bytes, "");
  // A call without data sends them.
  EXPECT_TRUE(stream.WriteAll("").ok());
  EXPECT_EQ(stream.pipe()->bytes, "abc");
}

TEST(StreamTest, ReadWaitsAndGoesOn) {
  SteppingStream stream(3);
  ASSERT_TRUE(stream.WriteAll("abcdefgh").ok());
  std::string all;
  for (;;) {
    const absl::StatusOr<std::string> read = stream.Read(100);
    ASSERT_TRUE(read.ok()) << read.status();
    if (read->empty()) break;
    EXPECT_LE(read->size(), 3u);
    all += *read;
  }
  EXPECT_EQ(all, "abcdefgh");
}

// A stream of a program's own may be wrong.
class LyingStream final : public Stream {
 public:
  absl::Status Close() override { return absl::OkStatus(); }
  bool is_open() const override { return true; }
  absl::StatusOr<std::unique_ptr<Stream>> Dup() const override {
    return absl::UnimplementedError("there is only one");
  }
  absl::Status SetTimeout(absl::Duration) override { return absl::OkStatus(); }
  absl::Duration GetTimeout() const override { return absl::Seconds(1); }
  Socket* socket() override { return nullptr; }
  bool bytes_are_plain() const override { return false; }
  StreamTry TryRead(absl::Span<char>, TryMode) override { return said; }
  StreamTry TryWrite(absl::string_view, TryMode) override { return said; }
  StreamTry TryShutdown(ShutdownHow) override { return said; }
  absl::StatusOr<bool> Wait(const StreamTry&, absl::Duration,
                            absl::Span<WaitInterrupt* const>) override {
    return true;
  }

  StreamTry said;
};

TEST(StreamTest, AStreamIsBelievedUpToWhatItWasGiven) {
  LyingStream stream;
  stream.said.size = 1000;
  EXPECT_EQ(stream.Read(3).value().size(), 3u);
  EXPECT_EQ(stream.Write("abc").value(), 3u);
  std::size_t sent = 0;
  EXPECT_TRUE(stream.WriteAll("abc", &sent).ok());
  EXPECT_EQ(sent, 3u);
}

TEST(StreamTest, BytesThatWereReadAreNotLostToWhatComesWithThem) {
  LyingStream stream;
  stream.said.size = 2;
  stream.said.wait = WaitEvents::kReadable;
  EXPECT_EQ(stream.Read(3).value().size(), 2u);
  stream.said = {2, WaitEvents::kNone, absl::InternalError("broken")};
  EXPECT_EQ(stream.Read(3).value().size(), 2u);
  stream.said.size = 0;
  EXPECT_EQ(stream.Read(3).status(), absl::InternalError("broken"));
}

TEST(StreamTest, AStreamThatTakesNothingIsNotTriedForEver) {
  LyingStream stream;
  EXPECT_TRUE(IsBrokenPipe(stream.Write("abc").status()));
  EXPECT_TRUE(IsBrokenPipe(stream.WriteAll("abc")));
  EXPECT_EQ(stream.Write("").value(), 0u);
  EXPECT_TRUE(stream.WriteAll("").ok());
}

}  // namespace
}  // namespace mortise
