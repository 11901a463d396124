// A socket as an iostream: ends of the stream, errors and buffers.

#include "mortise/core/socket_stream.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <ios>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
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
#include "mortise/tests/core/mock_socket.h"
#include "mortise/tests/core/stepping_stream.h"
#include "mortise/tests/core/usage_error.h"

namespace mortise {
namespace {

using ::testing::_;
using ::testing::AnyNumber;
using ::testing::Return;

class SocketStreamTest : public MockSocketTest {
 protected:
  static constexpr NativeHandle kCopy{8};

  // Returns a socket that can be duplicated once.
  Socket Ready() {
    Socket socket = OpenWithTimeout(absl::Seconds(1));
    EXPECT_CALL(mock_.sockets, Dup(kHandle)).WillOnce(Return(Made(kCopy)));
    EXPECT_CALL(mock_.sockets, SetBlocking(kCopy, false))
        .Times(AnyNumber())
        .WillRepeatedly(Return(Done()));
    EXPECT_CALL(mock_.sockets, Close(kCopy))
        .Times(AnyNumber())
        .WillRepeatedly(Return(Done()));
    EXPECT_CALL(mock_.readiness, Wait)
        .Times(AnyNumber())
        .WillRepeatedly(Return(Made(false)));
    EXPECT_CALL(mock_.sockets, Send(kCopy, _, 0))
        .Times(AnyNumber())
        .WillRepeatedly([this](NativeHandle, absl::Span<const char> data, int) {
          if (room_ == 0) return Failed<std::size_t>(send_error_);
          const std::size_t size = std::min(room_, data.size());
          room_ -= size;
          sent_.append(data.data(), size);
          return Made(size);
        });
    EXPECT_CALL(mock_.sockets, Recv(kCopy, _, 0))
        .Times(AnyNumber())
        .WillRepeatedly([this](NativeHandle, absl::Span<char> buffer, int) {
          if (incoming_.empty() && !ended_) {
            return Failed<std::size_t>(receive_error_);
          }
          const std::size_t size = std::min(buffer.size(), incoming_.size());
          std::memcpy(buffer.data(), incoming_.data(), size);
          incoming_.erase(0, size);
          return Made(size);
        });
    return socket;
  }

  std::string incoming_;
  bool ended_ = false;
  ErrorCode receive_error_ = ErrorCode::kEagain;
  std::string sent_;
  std::size_t room_ = 1 << 20;
  ErrorCode send_error_ = ErrorCode::kEagain;
};

TEST_F(SocketStreamTest, ReadsToTheEnd) {
  SocketStream stream(Ready(), 3);
  incoming_ = "a line\n42 rest";
  ended_ = true;
  std::string line;
  int number = 0;
  EXPECT_TRUE(std::getline(stream, line));
  EXPECT_EQ(line, "a line");
  EXPECT_TRUE(stream >> number);
  EXPECT_EQ(number, 42);
  EXPECT_TRUE(stream >> line);
  EXPECT_EQ(line, "rest");
  EXPECT_FALSE(stream >> line);
  EXPECT_TRUE(stream.eof());
  EXPECT_FALSE(stream.bad());
  EXPECT_TRUE(stream.status().ok()) << stream.status();
}

TEST_F(SocketStreamTest, WritesWhenFullAndByFlush) {
  SocketStream stream(Ready(), 4);
  stream << "abc";
  EXPECT_EQ(sent_, "");
  stream << "defg" << 5;
  EXPECT_EQ(sent_, "abcd");
  stream << "h" << std::flush;
  EXPECT_EQ(sent_, "abcdefg5h");
  stream.write("\0\xff\n", 3);
  EXPECT_TRUE(stream.Close().ok());
  EXPECT_EQ(sent_, std::string("abcdefg5h\0\xff\n", 12));
  EXPECT_FALSE(stream.is_open());
  EXPECT_TRUE(stream.Close().ok());
}

TEST_F(SocketStreamTest, AQuestionIsSentBeforeItsAnswerIsWaitedFor) {
  SocketStream stream(Ready());
  incoming_ = "old\n";
  std::string line;
  EXPECT_TRUE(std::getline(stream, line));
  stream << "question";
  ended_ = true;
  EXPECT_FALSE(std::getline(stream, line));
  EXPECT_EQ(sent_, "question");
}

TEST_F(SocketStreamTest, ATimeoutIsBadAndGoneOnWith) {
  SocketStream stream(Ready());
  incoming_ = "half a ";
  std::string line;
  EXPECT_FALSE(std::getline(stream, line).good());
  EXPECT_TRUE(stream.bad());
  EXPECT_TRUE(IsTimeout(stream.status())) << stream.status();
  EXPECT_EQ(line, "half a ");
  incoming_ = "line\n";
  stream.clear();
  EXPECT_TRUE(std::getline(stream, line));
  EXPECT_EQ(line, "line");
}

TEST_F(SocketStreamTest, WhatCouldNotBeSentIsSentLater) {
  SocketStream stream(Ready());
  room_ = 3;
  stream << "abcdef" << std::flush;
  EXPECT_TRUE(stream.bad());
  EXPECT_TRUE(IsTimeout(stream.status())) << stream.status();
  EXPECT_EQ(sent_, "abc");
  room_ = 100;
  stream.clear();
  stream << "ghi" << std::flush;
  EXPECT_TRUE(stream.good());
  EXPECT_EQ(sent_, "abcdefghi");

  room_ = 0;
  stream << "jkl" << std::flush;
  EXPECT_TRUE(stream.bad());
  room_ = 100;
  stream.clear();
  stream.flush();
  EXPECT_TRUE(stream.good());
  EXPECT_EQ(sent_, "abcdefghijkl");
}

TEST_F(SocketStreamTest, AnErrorInTheMiddleSendsNothingTwice) {
  SocketStream stream(Ready(), 4);
  room_ = 3;
  send_error_ = ErrorCode::kEhostunreach;
  stream << "abcdef" << std::flush;
  EXPECT_TRUE(stream.bad());
  EXPECT_TRUE(IsUnreachable(stream.status())) << stream.status();
  room_ = 100;
  stream.clear();
  stream.flush();
  EXPECT_TRUE(stream.good());
  EXPECT_EQ(sent_, "abcdef");

  // Close sends the unsent data of the file and of the stream, once. It returns
  // the error that has not been reported yet.
  room_ = 2;
  stream << "ghij"
         << "kl";
  room_ = 100;
  EXPECT_TRUE(IsUnreachable(stream.Close())) << stream.status();
  EXPECT_TRUE(stream.bad());
  EXPECT_EQ(sent_, "abcdefghijkl");
}

TEST_F(SocketStreamTest, ReadingSendsTheRestOfAQuestionThatWasCutShort) {
  SocketStream stream(Ready());
  room_ = 2;
  stream << "abcdef" << std::flush;
  EXPECT_TRUE(stream.bad());
  stream.clear();
  room_ = 100;
  incoming_ = "answer\n";
  std::string line;
  EXPECT_TRUE(std::getline(stream, line));
  EXPECT_EQ(line, "answer");
  EXPECT_EQ(sent_, "abcdef");
}

TEST_F(SocketStreamTest, AnErrorIsBadAndTold) {
  SocketStream reading(Ready());
  receive_error_ = ErrorCode::kEconnreset;
  EXPECT_EQ(reading.get(), std::char_traits<char>::eof());
  EXPECT_TRUE(reading.bad());
  EXPECT_TRUE(IsConnectionReset(reading.status())) << reading.status();

  SocketStream writing(Ready(), 2);
  room_ = 0;
  send_error_ = ErrorCode::kEpipe;
  writing << "abc";
  EXPECT_TRUE(writing.bad());
  EXPECT_TRUE(IsBrokenPipe(writing.status())) << writing.status();
  EXPECT_TRUE(IsBrokenPipe(writing.Close()));
  EXPECT_FALSE(writing.is_open());
}

TEST_F(SocketStreamTest, AClosedStreamStaysSo) {
  SocketStream stream(Ready());
  EXPECT_TRUE(stream.Close().ok());
  EXPECT_TRUE(stream.good());
  for (int i = 0; i < 3; ++i) {
    stream.clear();
    stream << std::string(10000, 'x') << std::flush;
    EXPECT_TRUE(stream.bad());
    EXPECT_TRUE(IsClosed(stream.status())) << stream.status();
    stream.clear();
    EXPECT_EQ(stream.get(), std::char_traits<char>::eof());
    EXPECT_TRUE(stream.bad());
  }
  EXPECT_EQ(sent_, "");
}

TEST_F(SocketStreamTest, ASocketThatCannotBeDuplicatedMakesABadStream) {
  SocketStream closed((Socket()));
  EXPECT_TRUE(closed.bad());
  EXPECT_TRUE(IsClosed(closed.status())) << closed.status();
  closed.clear();
  closed << "x";
  EXPECT_TRUE(closed.bad());
  closed.clear();
  EXPECT_EQ(closed.get(), std::char_traits<char>::eof());
  EXPECT_EQ(closed.GetTimeout(), absl::InfiniteDuration());

  const Socket socket = Open();
  EXPECT_CALL(mock_.sockets, Dup(kHandle))
      .WillOnce(Return(Failed<NativeHandle>(ErrorCode::kEmfile)));
  SocketStream stream(socket);
  EXPECT_TRUE(stream.bad());
  EXPECT_TRUE(IsTooManyDescriptors(stream.status()));
}

// Reading sends what has been written, also what the connection holds.
TEST(SocketStreamOnAStreamTest, AQuestionIsOutBeforeItsAnswerIsWaitedFor) {
  auto pipe = std::make_unique<SteppingStream>(3);
  const std::shared_ptr<SteppingStream::Pipe> inside = pipe->pipe();
  SocketStream stream(std::move(pipe));
  stream << "question\n";
  EXPECT_EQ(inside->bytes, "");
  std::string line;
  EXPECT_TRUE(std::getline(stream, line));  // the pipe returns it
  EXPECT_EQ(line, "question");

  ASSERT_TRUE(stream.SetTimeout(absl::ZeroDuration()).ok());
  inside->is_stuck = true;
  stream << "abc" << std::flush;
  EXPECT_TRUE(stream.bad());
  EXPECT_TRUE(IsWouldBlock(stream.status())) << stream.status();
  inside->is_stuck = false;
  ASSERT_TRUE(stream.SetTimeout(absl::InfiniteDuration()).ok());
  stream.clear();
  EXPECT_EQ(stream.get(), 'a');
  EXPECT_EQ(inside->held, "");
}

// A connection that can send no more, and has said so, still has last words.
TEST(SocketStreamOnAStreamTest, ReadsAfterAFailureToWrite) {
  auto pipe = std::make_unique<SteppingStream>(3);
  const std::shared_ptr<SteppingStream::Pipe> inside = pipe->pipe();
  SocketStream stream(std::move(pipe));
  inside->bytes = "end";
  inside->write_failure = absl::UnavailableError("gone");
  EXPECT_EQ(stream.get(), 'e');
  EXPECT_EQ(stream.get(), 'n');
  EXPECT_EQ(stream.get(), 'd');
  EXPECT_TRUE(stream.good());
}

TEST(SocketStreamOnAStreamTest, IsADuplicateOrTakesTheStreamOver) {
  SteppingStream original(3);
  {
    SocketStream copy(static_cast<const Stream&>(original));
    copy << "abc";
    EXPECT_TRUE(copy.Close().ok());
  }
  EXPECT_TRUE(original.is_open());
  EXPECT_EQ(original.pipe()->bytes, "abc");

  SocketStream none((std::unique_ptr<Stream>()));
  EXPECT_TRUE(none.bad());
  EXPECT_THAT(none.status(), IsRefusal(absl::StatusCode::kInvalidArgument,
                                       "makefile", "stream: is nullptr"));
}

TEST_F(SocketStreamTest, HasTheSocketsTimeoutAndItsOwn) {
  SocketStream stream(Ready());
  EXPECT_EQ(stream.GetTimeout(), absl::Seconds(1));
  EXPECT_TRUE(stream.SetTimeout(absl::Seconds(3)).ok());
  EXPECT_EQ(stream.GetTimeout(), absl::Seconds(3));
}

TEST_F(SocketStreamTest, ATimeoutThatCannotBeSetIsOnlyReturned) {
  SocketStream stream(Ready());
  EXPECT_EQ(stream.SetTimeout(absl::Seconds(-1)).code(),
            absl::StatusCode::kOutOfRange);
  EXPECT_TRUE(stream.good());
  EXPECT_TRUE(stream.status().ok());
  EXPECT_EQ(stream.GetTimeout(), absl::Seconds(1));
}

TEST_F(SocketStreamTest, TheTimeoutCountsAnewEachTimeTheBufferIsFilled) {
  SocketStream stream(Ready());
  std::vector<std::string> pieces = {"a lo", "ng li", "ne\n"};
  auto next = pieces.begin();
  EXPECT_CALL(mock_.readiness,
              Wait(kCopy, WaitEvents::kReadable, absl::Seconds(1)))
      .Times(3)
      .WillRepeatedly([&](auto...) {
        mock_.clock.Advance(absl::Milliseconds(900));
        incoming_ = *next++;
        return Made(true);
      });
  std::string line;
  EXPECT_TRUE(std::getline(stream, line)) << stream.status();
  EXPECT_EQ(line, "a long line");
}

TEST_F(SocketStreamTest, ABufferOfNoBytesHasOne) {
  SocketStream stream(Ready(), 0);
  stream << "ab" << std::flush;
  EXPECT_EQ(sent_, "ab");
  incoming_ = "cd ";
  std::string word;
  EXPECT_TRUE(stream >> word) << stream.status();
  EXPECT_EQ(word, "cd");
}

}  // namespace
}  // namespace mortise
