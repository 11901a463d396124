// SocketFile with a peer that behaves as badly as it can: pieces of every size,
// interruptions, pauses in the middle of lines, errors.

#include "mortise/core/socket_file.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/mock/mock_platform.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/system_facts.h"
#include "mortise/tests/core/mock_socket.h"
#include "mortise/tests/core/usage_error.h"

namespace mortise {
namespace {

using ::testing::_;
using ::testing::AnyNumber;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Return;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;
constexpr absl::StatusCode kRange = absl::StatusCode::kOutOfRange;
constexpr absl::StatusCode kState = absl::StatusCode::kFailedPrecondition;

MATCHER_P(Holds, value, "") {
  if (!arg.ok()) {
    *result_listener << "whose status is " << arg.status().ToString();
    return false;
  }
  return ::testing::ExplainMatchResult(value, *arg, result_listener);
}

class SocketFileTest : public MockSocketTest {
 protected:
  static constexpr NativeHandle kCopy{8};

  // Say what the peer does next: it sends bytes, which arrive as one piece; or
  // it ends the stream, if `bytes` is empty; or it makes a call fail.
  void Send(absl::string_view bytes) {
    incoming_.push_back({std::string(bytes), std::nullopt});
  }
  void Fail(ErrorCode code) { incoming_.push_back({"", code}); }

  // Give the results of the next sends: a number of bytes that are taken, or a
  // failure. Later sends take all bytes.
  void Accept(std::size_t size) { room_.push_back({size, std::nullopt}); }
  void Refuse(ErrorCode code) { room_.push_back({0, code}); }

  SocketFile Make(absl::string_view mode, const MakeFileOptions& options = {},
                  absl::Duration timeout = absl::InfiniteDuration()) {
    Socket socket = Open();
    EXPECT_CALL(mock_.sockets, SetBlocking(_, _))
        .Times(AnyNumber())
        .WillRepeatedly(Return(Done()));
    EXPECT_TRUE(socket.SetTimeout(timeout).ok());
    EXPECT_CALL(mock_.sockets, Dup(kHandle)).WillOnce(Return(Made(kCopy)));
    EXPECT_CALL(mock_.sockets, Close(kCopy))
        .Times(AnyNumber())
        .WillRepeatedly(Return(Done()));
    EXPECT_CALL(mock_.sockets, Recv(kCopy, _, 0))
        .Times(AnyNumber())
        .WillRepeatedly([this](NativeHandle, absl::Span<char> buffer, int) {
          return Receive(buffer);
        });
    EXPECT_CALL(mock_.sockets, Send(kCopy, _, 0))
        .Times(AnyNumber())
        .WillRepeatedly([this](NativeHandle, absl::Span<const char> data, int) {
          return Take(data);
        });
    // Nothing ever becomes ready, so the whole timeout passes.
    EXPECT_CALL(mock_.readiness, Wait(kCopy, _, _))
        .Times(AnyNumber())
        .WillRepeatedly(Return(Made(false)));
    return MakeFile(socket, mode, options).value();
  }
  SocketFile MakeTimed(absl::string_view mode,
                       const MakeFileOptions& options = {}) {
    return Make(mode, options, absl::Seconds(1));
  }
  SocketFile MakeNonBlocking(absl::string_view mode,
                             const MakeFileOptions& options = {}) {
    return Make(mode, options, absl::ZeroDuration());
  }

  // Forgets what the peer was going to do.
  void StartAnew() {
    incoming_.clear();
    room_.clear();
  }

  std::string sent_;
  int receives_ = 0;
  int sends_ = 0;

 private:
  struct Incoming {
    std::string bytes;
    std::optional<ErrorCode> error;
  };
  struct Room {
    std::size_t size;
    std::optional<ErrorCode> error;
  };

  SysResult<std::size_t> Receive(absl::Span<char> buffer) {
    ++receives_;
    EXPECT_GT(buffer.size(), 0u);
    if (incoming_.empty()) return Failed<std::size_t>(ErrorCode::kEagain);
    Incoming& next = incoming_.front();
    if (next.error.has_value()) {
      const ErrorCode code = *next.error;
      incoming_.pop_front();
      return Failed<std::size_t>(code);
    }
    if (next.bytes.empty()) return Made<std::size_t>(0);  // The end stays.
    const std::size_t size = std::min(buffer.size(), next.bytes.size());
    std::memcpy(buffer.data(), next.bytes.data(), size);
    next.bytes.erase(0, size);
    if (next.bytes.empty()) incoming_.pop_front();
    return Made(size);
  }

  SysResult<std::size_t> Take(absl::Span<const char> data) {
    ++sends_;
    std::size_t size = data.size();
    if (!room_.empty()) {
      const Room room = room_.front();
      room_.pop_front();
      if (room.error.has_value()) return Failed<std::size_t>(*room.error);
      size = std::min(size, room.size);
    }
    sent_.append(data.data(), size);
    return Made(size);
  }

  std::deque<Incoming> incoming_;
  std::deque<Room> room_;
};

MakeFileOptions Buffering(int buffering) {
  MakeFileOptions options;
  options.buffering = buffering;
  return options;
}

MakeFileOptions NewlineOf(std::optional<absl::string_view> newline) {
  MakeFileOptions options;
  options.newline = newline;
  return options;
}

// Making a file.

TEST_F(SocketFileTest, AFileIsOnADuplicateWithTheSocketsTimeout) {
  SocketFile file = MakeTimed("rwb");
  EXPECT_TRUE(file.is_open());
  EXPECT_EQ(file.FileNo(), kCopy.value());
  EXPECT_EQ(file.GetTimeout(), absl::Seconds(1));
  EXPECT_EQ(file.mode(), "rwb");
  EXPECT_TRUE(file.Readable());
  EXPECT_TRUE(file.Writable());
  EXPECT_TRUE(file.SetTimeout(absl::Seconds(2)).ok());
  EXPECT_EQ(file.GetTimeout(), absl::Seconds(2));
  EXPECT_TRUE(file.Close().ok());
}

TEST_F(SocketFileTest, AMadeFileKeepsNothingIfItCannotBeMade) {
  Socket socket = Open();
  EXPECT_CALL(mock_.sockets, Dup(kHandle))
      .WillOnce(Return(Failed<NativeHandle>(ErrorCode::kEmfile)));
  EXPECT_EQ(MakeFile(socket).status().code(),
            absl::StatusCode::kResourceExhausted);
}

TEST_F(SocketFileTest, ModesAreThoseOfPython) {
  for (const char* mode :
       {"r", "w", "rw", "wr", "rb", "br", "wb", "rwb", "wbr"}) {
    SocketFile file = Make(mode);
    EXPECT_EQ(file.mode(), mode);
    EXPECT_EQ(file.Readable(),
              absl::string_view(mode).find('r') != absl::string_view::npos);
    EXPECT_EQ(file.Writable(),
              absl::string_view(mode).find('w') != absl::string_view::npos);
  }
}

TEST_F(SocketFileTest, WhatCannotBeRightIsRefusedByName) {
  Socket socket = Open();
  for (const char* mode : {"", "b", "a", "rr", "r+", "rt", "R", "rwbx", "U"}) {
    EXPECT_THAT(MakeFile(socket, mode).status(),
                IsRefusal(kInvalid, "makefile",
                          absl::StrCat("mode: \"", mode,
                                       "\" is not \"r\", \"w\" or \"rw\", or "
                                       "that with a \"b\"")));
  }
  EXPECT_FALSE(MakeFile(socket, absl::string_view("r\0", 2)).ok());
  EXPECT_THAT(MakeFile(socket, "r", Buffering(0)).status(),
              IsRefusal(kInvalid, "makefile",
                        "buffering: only a binary file can have no buffer"));
  EXPECT_THAT(MakeFile(socket, "rb", Buffering((1 << 30) + 1)).status(),
              IsRefusal(kRange, "makefile",
                        "buffering: 1073741825 is not in 0 to 1073741824"));
  for (const char* newline : {"x", "\n\r", "\r\n\n", " "}) {
    EXPECT_EQ(MakeFile(socket, "r", NewlineOf(newline)).status().code(),
              kInvalid);
  }
  MakeFileOptions options;
  options.max_size = 0;
  EXPECT_THAT(
      MakeFile(socket, "r", options).status(),
      IsRefusal(kRange, "makefile", "max_size: 0 is not in 1 to 1073741824"));
  EXPECT_TRUE(IsClosed(MakeFile(Socket()).status()));
}

TEST_F(SocketFileTest, AClosedFileSaysSo) {
  SocketFile file;
  char buffer[4];
  for (int i = 0; i < 2; ++i) {
    EXPECT_FALSE(file.is_open());
    EXPECT_TRUE(IsClosed(file.Read().status()));
    EXPECT_TRUE(IsClosed(file.Read(1).status()));
    EXPECT_TRUE(IsClosed(file.Read1(1).status()));
    EXPECT_TRUE(IsClosed(file.ReadInto(absl::MakeSpan(buffer)).status()));
    EXPECT_TRUE(IsClosed(file.ReadInto1(absl::MakeSpan(buffer)).status()));
    EXPECT_TRUE(IsClosed(file.ReadLine().status()));
    EXPECT_TRUE(IsClosed(file.ReadLines().status()));
    EXPECT_TRUE(IsClosed(file.Write("x")));
    EXPECT_TRUE(IsClosed(file.Flush()));
    EXPECT_TRUE(IsClosed(file.SetTimeout(absl::Seconds(1))));
    EXPECT_TRUE(IsClosed(file.SetErrors(TextErrors::kIgnore)));
    EXPECT_TRUE(file.Close().ok());
    EXPECT_EQ(file.FileNo(), -1);
    EXPECT_EQ(file.mode(), "");
    EXPECT_FALSE(file.Readable());
    EXPECT_FALSE(file.Writable());
    EXPECT_EQ(file.buffered(), 0u);
    EXPECT_EQ(file.unsent(), 0u);
    EXPECT_EQ(file.GetTimeout(), absl::InfiniteDuration());
    for (const std::string& line : file) ADD_FAILURE() << line;
    EXPECT_TRUE(IsClosed(file.status()));
    file = Make("rwb");
    EXPECT_TRUE(file.Close().ok());
  }
}

TEST_F(SocketFileTest, AModeThatDoesNotAllowItIsNamed) {
  SocketFile reading = Make("r");
  EXPECT_THAT(reading.Write("x"),
              IsRefusal(kState, "write", "mode: \"r\" is not for writing"));
  EXPECT_TRUE(reading.Flush().ok());
  SocketFile writing = Make("wb");
  char buffer[4];
  EXPECT_THAT(writing.Read().status(),
              IsRefusal(kState, "read", "mode: \"wb\" is not for reading"));
  EXPECT_FALSE(writing.Read(1).ok());
  EXPECT_FALSE(writing.Read1(1).ok());
  EXPECT_FALSE(writing.ReadInto(absl::MakeSpan(buffer)).ok());
  EXPECT_FALSE(writing.ReadInto1(absl::MakeSpan(buffer)).ok());
  EXPECT_THAT(writing.ReadLine().status(),
              IsRefusal(kState, "readline", "mode: \"wb\" is not for reading"));
  EXPECT_FALSE(writing.ReadLines().ok());
  EXPECT_THAT(reading.ReadInto(absl::MakeSpan(buffer)).status(),
              IsRefusal(kState, "read", "mode: \"r\" is not binary"));
  EXPECT_EQ(receives_, 0);
  EXPECT_EQ(sends_, 0);
}

TEST_F(SocketFileTest, SizesBeyondAGibibyteAreRefused) {
  SocketFile file = Make("rb");
  Send("data");
  for (const std::size_t size :
       {Socket::kMaxBufSize + 1, static_cast<std::size_t>(-1)}) {
    EXPECT_EQ(file.Read(size).status().code(), kRange);
    EXPECT_EQ(file.Read1(size).status().code(), kRange);
  }
  EXPECT_EQ(file.ReadLine(Socket::kMaxBufSize + 1).status().code(), kRange);
  EXPECT_THAT(file.Read(4), Holds("data"));
}

TEST_F(SocketFileTest, MovingTakesEverythingAlong) {
  Send("one\ntwo\n");
  SocketFile from = Make("rw");
  EXPECT_THAT(from.ReadLine(), Holds("one\n"));
  EXPECT_TRUE(from.Write("later").ok());
  SocketFile to(std::move(from));
  EXPECT_FALSE(from.is_open());  // NOLINT(bugprone-use-after-move)
  EXPECT_THAT(to.ReadLine(), Holds("two\n"));
  EXPECT_TRUE(to.Flush().ok());
  EXPECT_EQ(sent_, "later");
}

// Reading.

TEST_F(SocketFileTest, ReadsAcrossPiecesOfEverySize) {
  const std::string data = "first\nsecond line\n\nlast, without an end";
  for (const int buffering : {-1, 0, 1, 2, 3, 7, 100}) {
    for (const std::size_t piece : {1, 2, 5, 100}) {
      SocketFile file = Make("rb", Buffering(buffering));
      for (std::size_t at = 0; at < data.size(); at += piece) {
        Send(data.substr(at, piece));
        if (at % 3 == 0) Fail(ErrorCode::kEintr);
      }
      Send("");
      EXPECT_THAT(file.ReadLine(), Holds("first\n"));
      EXPECT_THAT(file.Read(3), Holds("sec"));
      char buffer[4];
      EXPECT_THAT(file.ReadInto(absl::MakeSpan(buffer)), Holds(4u));
      EXPECT_EQ(absl::string_view(buffer, 4), "ond ");
      EXPECT_THAT(file.ReadLine(2), Holds("li"));
      EXPECT_THAT(file.ReadLine(3), Holds("ne\n"));
      EXPECT_THAT(file.ReadLine(), Holds("\n"));
      EXPECT_THAT(file.Read(), Holds("last, without an end"));
      EXPECT_THAT(file.Read(), Holds(""));
      EXPECT_THAT(file.Read(5), Holds(""));
      EXPECT_THAT(file.Read1(5), Holds(""));
      EXPECT_THAT(file.ReadLine(), Holds(""));
      EXPECT_THAT(file.ReadLines(), Holds(IsEmpty()));
      EXPECT_THAT(file.ReadInto(absl::MakeSpan(buffer)), Holds(0u));
      EXPECT_THAT(file.ReadInto1(absl::MakeSpan(buffer)), Holds(0u));
      StartAnew();
    }
  }
}

TEST_F(SocketFileTest, NothingIsReadWithoutReceiving) {
  SocketFile file = Make("rb");
  EXPECT_THAT(file.Read(0), Holds(""));
  EXPECT_THAT(file.Read1(0), Holds(""));
  EXPECT_THAT(file.ReadLine(0), Holds(""));
  EXPECT_THAT(file.ReadInto({}), Holds(0u));
  EXPECT_THAT(file.ReadInto1({}), Holds(0u));
  EXPECT_EQ(receives_, 0);
}

TEST_F(SocketFileTest, ABufferSavesCallsAndItsLackLeavesTheRestInTheSocket) {
  SocketFile buffered = Make("rb");
  Send("a line\nand more");
  EXPECT_THAT(buffered.ReadLine(), Holds("a line\n"));
  EXPECT_EQ(receives_, 1);
  EXPECT_EQ(buffered.buffered(), 8u);
  EXPECT_THAT(buffered.Read(8), Holds("and more"));
  EXPECT_EQ(receives_, 1);

  SocketFile unbuffered = Make("rb", Buffering(0));
  Send("a line\nand more");
  EXPECT_THAT(unbuffered.ReadLine(), Holds("a line\n"));
  EXPECT_EQ(unbuffered.buffered(), 0u);
  EXPECT_THAT(unbuffered.Read(3), Holds("and"));
  EXPECT_EQ(unbuffered.buffered(), 0u);
}

TEST_F(SocketFileTest, Read1TakesWhatIsThere) {
  SocketFile file = MakeTimed("rb");
  Send("some");
  EXPECT_THAT(file.Read1(100), Holds("some"));
  Send("thing");
  EXPECT_THAT(file.Read1(3), Holds("thi"));
  EXPECT_THAT(file.Read1(100), Holds("ng"));
  EXPECT_EQ(receives_, 2);
  EXPECT_TRUE(IsTimeout(file.Read1(1).status()));
  char buffer[100];
  Send("into");
  EXPECT_THAT(file.ReadInto1(absl::MakeSpan(buffer)), Holds(4u));
  EXPECT_TRUE(IsTimeout(file.ReadInto1(absl::MakeSpan(buffer)).status()));
}

TEST_F(SocketFileTest, ATimeoutInTheMiddleLosesNothing) {
  for (const int buffering : {-1, 0, 3}) {
    SocketFile file = MakeTimed("rb", Buffering(buffering));
    char buffer[6];
    Send("half a ");
    EXPECT_TRUE(IsTimeout(file.ReadLine().status()));
    EXPECT_EQ(file.buffered(), 7u);
    EXPECT_TRUE(IsTimeout(file.Read(20).status()));
    EXPECT_TRUE(IsTimeout(file.Read().status()));
    EXPECT_TRUE(IsTimeout(file.ReadLines().status()));
    Send("line\nshort");
    EXPECT_THAT(file.ReadLine(), Holds("half a line\n"));
    EXPECT_TRUE(IsTimeout(file.ReadInto(absl::MakeSpan(buffer)).status()));
    EXPECT_TRUE(IsTimeout(file.ReadInto(absl::MakeSpan(buffer)).status()));
    Send("er than the rest");
    EXPECT_THAT(file.ReadInto(absl::MakeSpan(buffer)), Holds(6u));
    EXPECT_EQ(absl::string_view(buffer, 6), "shorte");
    Send("");
    EXPECT_THAT(file.Read(), Holds("r than the rest"));
    EXPECT_EQ(ErrorOf(file.SetTimeout(-absl::Seconds(1)))->operation,
              "settimeout");
    StartAnew();
  }
}

TEST_F(SocketFileTest, ACallHasOneDeadlineHoweverManyPiecesCome) {
  SocketFile file = MakeTimed("rb");
  int waits = 0;
  EXPECT_CALL(mock_.readiness, Wait(kCopy, WaitEvents::kReadable, _))
      .WillRepeatedly([&](NativeHandle, WaitEvents, absl::Duration left) {
        if (left < absl::Milliseconds(300)) return Made(false);
        mock_.clock.Advance(absl::Milliseconds(300));
        ++waits;
        Send("x");
        return Made(true);
      });
  const absl::Status status = file.ReadLine().status();
  EXPECT_TRUE(IsTimeout(status)) << status;
  EXPECT_EQ(status.message(), "readline: timed out");
  EXPECT_EQ(waits, 3);
  EXPECT_EQ(file.buffered(), 3u);
}

TEST_F(SocketFileTest, WhatIsThereIsReadWithoutALookAtTheClock) {
  SocketFile file = MakeTimed("rb");
  Send("one\ntwo\n");
  Send("");
  const int reads = mock_.clock.reads();
  EXPECT_THAT(file.ReadLines(), Holds(ElementsAre("one\n", "two\n")));
  EXPECT_EQ(mock_.clock.reads(), reads);
}

TEST_F(SocketFileTest, ANonBlockingReadGivesWhatIsThereALineOnlyWhole) {
  for (const int buffering : {-1, 0}) {
    SocketFile file = MakeNonBlocking("rb", Buffering(buffering));
    char buffer[10];
    EXPECT_TRUE(IsWouldBlock(file.Read(10).status()));
    EXPECT_TRUE(IsWouldBlock(file.ReadInto(absl::MakeSpan(buffer)).status()));
    EXPECT_TRUE(IsWouldBlock(file.ReadLine().status()));
    Send("part");
    EXPECT_TRUE(IsWouldBlock(file.ReadLine().status()));
    EXPECT_TRUE(IsWouldBlock(file.Read().status()));
    EXPECT_TRUE(IsWouldBlock(file.ReadLines().status()));
    EXPECT_THAT(file.Read(10), Holds("part"));
    Send("into");
    EXPECT_THAT(file.ReadInto(absl::MakeSpan(buffer)), Holds(4u));
    EXPECT_TRUE(IsWouldBlock(file.Read(10).status()));
  }
}

TEST_F(SocketFileTest, ALimitCutsALine) {
  SocketFile file = Make("rb");
  Send("abcdef\ng");
  EXPECT_THAT(file.ReadLine(4), Holds("abcd"));
  EXPECT_THAT(file.ReadLine(2), Holds("ef"));
  EXPECT_THAT(file.ReadLine(100), Holds("\n"));
  Send("");
  EXPECT_THAT(file.ReadLine(100), Holds("g"));
}

TEST_F(SocketFileTest, APeerThatSendsTooMuchIsStoppedAndNothingLost) {
  MakeFileOptions options;
  options.max_size = 10;
  for (const char* mode : {"rb", "r"}) {
    SocketFile file = Make(mode, options);
    Send("0123456789abc\n");
    Send("");
    for (int i = 0; i < 2; ++i) {
      const absl::Status line = file.ReadLine().status();
      EXPECT_EQ(line.code(), kInvalid) << line;
      EXPECT_EQ(ErrorOf(line)->code, ErrorCode::kEmsgsize);
      EXPECT_EQ(ErrorOf(line)->operation, "readline");
      EXPECT_EQ(ErrorOf(line)->address, "more than 10 bytes");
      EXPECT_EQ(ErrorOf(file.Read().status())->code, ErrorCode::kEmsgsize);
      EXPECT_EQ(ErrorOf(file.ReadLines().status())->code, ErrorCode::kEmsgsize);
    }
    EXPECT_EQ(receives_, 1);  // Nothing more was received.
    receives_ = 0;
    // A call with a larger bound gets the whole line.
    EXPECT_THAT(file.ReadLine(20), Holds("0123456789abc\n"));
    StartAnew();
  }
}

TEST_F(SocketFileTest, ReadAllHasABoundOfItsOwn) {
  MakeFileOptions options;
  options.max_size = 5;
  for (const char* mode : {"rb", "r"}) {
    SocketFile file = Make(mode, options);
    Send("0123456789abc\n");
    Send("");
    const absl::Status all = file.ReadAll(13).status();
    EXPECT_EQ(ErrorOf(all)->code, ErrorCode::kEmsgsize) << all;
    EXPECT_EQ(ErrorOf(all)->address, "more than 13 bytes");
    // Nothing is lost, and data that is exactly as long as the bound is
    // allowed.
    EXPECT_THAT(file.ReadAll(14), Holds("0123456789abc\n"));
    EXPECT_THAT(file.ReadAll(0), Holds(""));
    StartAnew();
  }
  SocketFile file = Make("rb");
  EXPECT_THAT(
      file.ReadAll(Socket::kMaxBufSize + 1).status(),
      IsRefusal(kRange, "read", "max: 1073741825 is not in 0 to 1073741824"));
}

TEST_F(SocketFileTest, AsMuchAsTheBoundIsNotTooMuch) {
  MakeFileOptions options;
  options.max_size = 10;
  SocketFile file = Make("rb", options);
  Send("012345678\n");
  EXPECT_THAT(file.ReadLine(), Holds("012345678\n"));
  Send("0123456789");
  Send("");
  EXPECT_THAT(file.Read(), Holds("0123456789"));
}

TEST_F(SocketFileTest, EmptyLinesAreBoundedToo) {
  MakeFileOptions options;
  options.max_size = 10000;
  SocketFile file = Make("rb", options);
  Send(std::string(9000, '\n'));
  Send("");
  EXPECT_EQ(ErrorOf(file.ReadLines().status())->code, ErrorCode::kEmsgsize);
  EXPECT_THAT(file.Read(), Holds(std::string(9000, '\n')));
}

TEST_F(SocketFileTest, RoomIsMadeForWhatComesNotForWhatIsAskedFor) {
  SocketFile file = MakeTimed("rb");
  Send("little");
  std::size_t most = 0;
  EXPECT_CALL(mock_.sockets, Recv(kCopy, _, 0))
      .WillOnce([&](NativeHandle, absl::Span<char> buffer, int) {
        most = buffer.size();
        return Failed<std::size_t>(ErrorCode::kEagain);
      });
  EXPECT_TRUE(IsTimeout(file.Read(Socket::kMaxBufSize).status()));
  EXPECT_LE(most, 64u * 1024);
}

TEST_F(SocketFileTest, AnErrorOfThePeerLosesNothingEither) {
  SocketFile file = Make("rb");
  Send("before the ");
  Fail(ErrorCode::kEconnreset);
  Send("");
  const absl::Status status = file.ReadLine().status();
  EXPECT_TRUE(IsConnectionReset(status)) << status;
  EXPECT_EQ(ErrorOf(status)->operation, "readline");
  EXPECT_THAT(file.Read1(100), Holds("before the "));
}

TEST_F(SocketFileTest, ReadLinesStopsAtTheHint) {
  SocketFile file = Make("rb");
  Send("one\ntwo\nthree\nfour");
  Send("");
  EXPECT_THAT(file.ReadLines(4), Holds(ElementsAre("one\n")));
  EXPECT_THAT(file.ReadLines(5), Holds(ElementsAre("two\n", "three\n")));
  EXPECT_THAT(file.ReadLines(0), Holds(ElementsAre("four")));
}

TEST_F(SocketFileTest, ALoopGoesOverTheLines) {
  SocketFile file = MakeTimed("r");
  EXPECT_TRUE(file.status().ok());
  Send("one\ntwo\nthr");
  std::vector<std::string> lines;
  for (const std::string& line : file) lines.push_back(line);
  EXPECT_THAT(lines, ElementsAre("one\n", "two\n"));
  EXPECT_TRUE(IsTimeout(file.status())) << file.status();
  // A second loop goes on where the first one has stopped.
  Send("ee\nend");
  Send("");
  for (const std::string& line : file) lines.push_back(line);
  EXPECT_THAT(lines, ElementsAre("one\n", "two\n", "three\n", "end"));
  EXPECT_TRUE(file.status().ok());
}

// Text.

TEST_F(SocketFileTest, LineEndsOfAllSystemsAreOne) {
  const absl::string_view data = "unix\nwindows\r\nmac\rend";
  struct Case {
    std::optional<absl::string_view> newline;
    std::vector<std::string> lines;
  };
  for (const Case& c : std::vector<Case>{
           {std::nullopt, {"unix\n", "windows\n", "mac\n", "end"}},
           {"", {"unix\n", "windows\r\n", "mac\r", "end"}},
           {"\n", {"unix\n", "windows\r\n", "mac\rend"}},
           {"\r", {"unix\nwindows\r", "\nmac\r", "end"}},
           {"\r\n", {"unix\nwindows\r\n", "mac\rend"}},
       }) {
    for (const std::size_t piece : {1, 3, 100}) {
      SocketFile file = Make("r", NewlineOf(c.newline));
      for (std::size_t at = 0; at < data.size(); at += piece) {
        Send(data.substr(at, piece));
      }
      Send("");
      EXPECT_THAT(file.ReadLines(), Holds(c.lines));
      StartAnew();
    }
  }
}

TEST_F(SocketFileTest, BinaryLeavesEverythingAsItIs) {
  SocketFile file = Make("rwb", NewlineOf("\r\n"));
  Send("a\r\n\xFF\r\0\n");
  EXPECT_THAT(file.ReadLine(), Holds("a\r\n"));
  EXPECT_TRUE(file.Write("b\n\xFF").ok());
  EXPECT_TRUE(file.Flush().ok());
  EXPECT_EQ(sent_, "b\n\xFF");
}

TEST_F(SocketFileTest, CharactersAreWhatTextCounts) {
  const std::string text = "\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80z\n";
  for (const std::size_t piece : {1, 2, 3, 4, 100}) {
    SocketFile file = Make("r", Buffering(2));
    for (std::size_t at = 0; at < text.size(); at += piece) {
      Send(text.substr(at, piece));
    }
    Send("");
    EXPECT_THAT(file.Read(2), Holds("\xC3\xA4\xE2\x82\xAC"));
    EXPECT_THAT(file.ReadLine(1), Holds("\xF0\x9F\x98\x80"));
    EXPECT_THAT(file.Read(100), Holds("z\n"));
    StartAnew();
  }
}

TEST_F(SocketFileTest, BytesThatAreNoTextAreNamedAndNothingIsLost) {
  SocketFile file = Make("r");
  Send("good\nso far\xFF(bad)\n");
  Send("");
  EXPECT_THAT(file.ReadLine(), Holds("good\n"));
  for (int i = 0; i < 2; ++i) {
    const absl::Status status = file.ReadLine().status();
    EXPECT_EQ(status.code(), kInvalid) << status;
    EXPECT_EQ(ErrorOf(status)->code, ErrorCode::kEilseq);
    EXPECT_EQ(ErrorOf(status)->address, "byte 11");
  }
  EXPECT_EQ(ErrorOf(file.Read(100).status())->code, ErrorCode::kEilseq);
  EXPECT_EQ(ErrorOf(file.Read().status())->code, ErrorCode::kEilseq);
  EXPECT_THAT(file.Read1(3), Holds("so "));
  EXPECT_TRUE(file.SetErrors(TextErrors::kReplace).ok());
  EXPECT_THAT(file.ReadLine(), Holds("far\xEF\xBF\xBD(bad)\n"));
}

TEST_F(SocketFileTest, ACharacterCutOffByTheEndIsNoText) {
  SocketFile file = Make("r");
  Send("a\xE2\x82");
  Send("");
  EXPECT_EQ(ErrorOf(file.Read().status())->code, ErrorCode::kEilseq);
  EXPECT_TRUE(file.SetErrors(TextErrors::kIgnore).ok());
  EXPECT_THAT(file.Read(), Holds("a"));
  EXPECT_THAT(file.Read(), Holds(""));
}

TEST_F(SocketFileTest, HalfACharacterWaitsForTheOther) {
  SocketFile file = MakeTimed("r");
  Send("\xE2\x82");
  EXPECT_TRUE(IsTimeout(file.Read(1).status()));
  EXPECT_TRUE(IsTimeout(file.Read1(1).status()));
  Send("\xAC");
  EXPECT_THAT(file.Read(1), Holds("\xE2\x82\xAC"));
}

// Writing.

TEST_F(SocketFileTest, WritesAreSentWhenTheBufferIsFullAndByFlush) {
  SocketFile file = Make("wb", Buffering(8));
  EXPECT_TRUE(file.Write("abc").ok());
  EXPECT_TRUE(file.Write("defgh").ok());
  EXPECT_EQ(sent_, "");
  EXPECT_EQ(file.unsent(), 8u);
  EXPECT_TRUE(file.Write("i").ok());
  EXPECT_EQ(sent_, "abcdefgh");
  EXPECT_EQ(file.unsent(), 1u);
  EXPECT_TRUE(file.Write("0123456789").ok());  // larger than the buffer
  EXPECT_EQ(sent_, "abcdefghi0123456789");
  EXPECT_EQ(file.unsent(), 0u);
  EXPECT_TRUE(file.Write("last").ok());
  EXPECT_TRUE(file.Flush().ok());
  EXPECT_EQ(sent_, "abcdefghi0123456789last");
  const int sends = sends_;
  EXPECT_TRUE(file.Flush().ok());
  EXPECT_EQ(sends_, sends);
}

TEST_F(SocketFileTest, AnUnbufferedWriteIsSentAtOnce) {
  SocketFile file = Make("wb", Buffering(0));
  EXPECT_TRUE(file.Write("").ok());
  EXPECT_EQ(sends_, 0);
  EXPECT_TRUE(file.Write("a").ok());
  EXPECT_EQ(sent_, "a");
}

TEST_F(SocketFileTest, ALineIsSentByItsEnd) {
  struct Case {
    const char* mode;
    std::optional<absl::string_view> newline;
    std::string sent;
  };
  for (const Case& c : std::vector<Case>{{"wb", std::nullopt, "one\ntwo"},
                                         {"w", std::nullopt, "one\ntwo"},
                                         {"w", "\r\n", "one\r\ntwo"},
                                         {"w", "\r", "one\rtwo"}}) {
    MakeFileOptions options = NewlineOf(c.newline);
    options.buffering = 1;
    SocketFile file = Make(c.mode, options);
    sent_.clear();
    EXPECT_TRUE(file.Write("on").ok());
    EXPECT_EQ(sent_, "");
    EXPECT_TRUE(file.Write("e\ntwo").ok());
    EXPECT_EQ(sent_, c.sent);
    EXPECT_TRUE(file.Write("three").ok());
    EXPECT_EQ(sent_, c.sent);
  }
}

TEST_F(SocketFileTest, WriteLinesWritesThemAsTheyAre) {
  SocketFile file = Make("w");
  EXPECT_TRUE(file.WriteLines(std::vector<std::string>{"a\n", "b"}).ok());
  EXPECT_TRUE(file.WriteLines(std::vector<absl::string_view>{"c\n"}).ok());
  EXPECT_TRUE(file.WriteLines(std::vector<std::string>{}).ok());
  EXPECT_TRUE(file.Close().ok());
  EXPECT_EQ(sent_, "a\nbc\n");
}

TEST_F(SocketFileTest, WhatATimeoutLeavesUnsentIsSentLater) {
  SocketFile file = MakeTimed("wb", Buffering(8));
  EXPECT_TRUE(file.Write("abcdefgh").ok());
  Accept(3);
  Refuse(ErrorCode::kEagain);
  const absl::Status status = file.Flush();
  EXPECT_TRUE(IsTimeout(status)) << status;
  EXPECT_EQ(status.message(), "flush: timed out");
  EXPECT_EQ(sent_, "abc");
  EXPECT_EQ(file.unsent(), 5u);
  Accept(1);
  Refuse(ErrorCode::kEagain);
  EXPECT_TRUE(IsTimeout(file.Flush()));
  EXPECT_TRUE(file.Flush().ok());
  EXPECT_EQ(sent_, "abcdefgh");
}

TEST_F(SocketFileTest, AWriteTakesAllOrNothing) {
  for (const bool timed : {true, false}) {
    sent_.clear();
    SocketFile file = timed ? MakeTimed("wb", Buffering(4))
                            : MakeNonBlocking("wb", Buffering(4));
    const auto fails = [&](const absl::Status& status) {
      return timed ? IsTimeout(status) : IsWouldBlock(status);
    };
    EXPECT_TRUE(file.Write("abcd").ok());
    // There is no room for all of the old data, so none of the new data is
    // taken.
    Accept(2);
    Refuse(ErrorCode::kEagain);
    EXPECT_TRUE(fails(file.Write("efg")));
    EXPECT_EQ(file.unsent(), 2u);
    // The data is larger than the buffer and none of it was sent, so none of it
    // is taken.
    Accept(2);
    Refuse(ErrorCode::kEagain);
    EXPECT_TRUE(fails(file.Write("efghijkl")));
    EXPECT_EQ(file.unsent(), 0u);
    EXPECT_EQ(sent_, "abcd");
    // Some of the data was sent, so all of it is taken.
    Accept(3);
    Refuse(ErrorCode::kEagain);
    EXPECT_TRUE(file.Write("efghijkl").ok());
    EXPECT_EQ(file.unsent(), 5u);
    // Further data is not taken while there is unsent data.
    Refuse(ErrorCode::kEagain);
    EXPECT_TRUE(fails(file.Write("m")));
    EXPECT_EQ(file.unsent(), 5u);
    EXPECT_TRUE(file.Write("m").ok());
    EXPECT_TRUE(file.Flush().ok());
    EXPECT_EQ(sent_, "abcdefghijklm");
  }
}

TEST_F(SocketFileTest, ALineThatCannotBeSentIsAllOrNothingToo) {
  SocketFile file = MakeTimed("wb", Buffering(1));
  EXPECT_TRUE(file.Write("abc").ok());
  Accept(2);
  Refuse(ErrorCode::kEagain);
  EXPECT_TRUE(IsTimeout(file.Write("def\n")));
  EXPECT_EQ(file.unsent(), 1u);
  Accept(2);
  Refuse(ErrorCode::kEagain);
  EXPECT_TRUE(file.Write("def\n").ok());
  EXPECT_EQ(file.unsent(), 3u);
  EXPECT_TRUE(file.Flush().ok());
  EXPECT_EQ(sent_, "abcdef\n");
}

// This holds for every error in the middle: no buffers, a route that is lost
// for a moment, a connection that the OS has given up, a peer that has gone.
TEST_F(SocketFileTest, AnErrorInTheMiddleIsKeptAndNoByteGoesOutTwice) {
  for (const ErrorCode code :
       {ErrorCode::kEnobufs, ErrorCode::kEhostunreach, ErrorCode::kEtimedout,
        ErrorCode::kEconnreset, ErrorCode::kEpipe}) {
    for (const int buffering : {0, 4}) {
      SCOPED_TRACE(absl::StrCat(ErrorCodeName(code), " ", buffering));
      sent_.clear();
      SocketFile file = MakeTimed("wb", Buffering(buffering));
      Accept(3);
      Refuse(code);
      EXPECT_TRUE(file.Write("abcdefgh").ok());
      EXPECT_EQ(file.unsent(), 5u);
      // The error is reported once, and the call that reports it has taken
      // nothing.
      const absl::Status kept = file.Write("ijklmnop");
      EXPECT_EQ(ErrorOf(kept)->code, code) << kept;
      EXPECT_EQ(ErrorOf(kept)->operation, "write");
      EXPECT_EQ(file.unsent(), 5u);
      EXPECT_EQ(sent_, "abc");
      EXPECT_TRUE(file.Write("ijklmnop").ok());
      EXPECT_TRUE(file.Close().ok());
      EXPECT_EQ(sent_, "abcdefghijklmnop");
    }
  }
}

TEST_F(SocketFileTest, FlushAndCloseTellAnErrorThatWasKept) {
  SocketFile file = Make("wb", Buffering(4));
  Accept(3);
  Refuse(ErrorCode::kEnobufs);
  EXPECT_TRUE(file.Write("abcdefgh").ok());
  EXPECT_TRUE(IsNoBufferSpace(file.Flush()));
  EXPECT_EQ(sent_, "abc");
  // An error of Flush itself is reported at once, and unsent() counts the bytes
  // that are left.
  Accept(2);
  Refuse(ErrorCode::kEhostunreach);
  EXPECT_TRUE(IsUnreachable(file.Flush()));
  EXPECT_EQ(file.unsent(), 3u);
  EXPECT_TRUE(file.Flush().ok());
  EXPECT_EQ(sent_, "abcdefgh");

  // Close sends the rest. It returns the error, which has not been reported
  // yet.
  Accept(1);
  Refuse(ErrorCode::kEnobufs);
  EXPECT_TRUE(file.Write("ijklm").ok());
  const absl::Status closed = file.Close();
  EXPECT_TRUE(IsNoBufferSpace(closed)) << closed;
  EXPECT_EQ(sent_, "abcdefghijklm");

  // Close returns the first error, and not that of the second attempt.
  file = Make("wb", Buffering(4));
  Accept(1);
  Refuse(ErrorCode::kEtimedout);
  Refuse(ErrorCode::kEpipe);
  EXPECT_TRUE(file.Write("nopqr").ok());
  EXPECT_TRUE(IsTimeout(file.Close()));
}

TEST_F(SocketFileTest, ALineThatMeetsAnErrorInTheMiddleGoesOutOnce) {
  SocketFile file = Make("wb", Buffering(1));
  EXPECT_TRUE(file.Write("abc").ok());
  // None of the line was sent, so none of it is taken.
  Accept(2);
  Refuse(ErrorCode::kEnobufs);
  EXPECT_TRUE(IsNoBufferSpace(file.Write("def\n")));
  EXPECT_EQ(file.unsent(), 1u);
  // Some of the line was sent, so all of it is taken.
  Accept(2);
  Refuse(ErrorCode::kEnobufs);
  EXPECT_TRUE(file.Write("def\n").ok());
  EXPECT_EQ(file.unsent(), 3u);
  EXPECT_TRUE(IsNoBufferSpace(file.Write("ghi\n")));
  EXPECT_TRUE(file.Write("ghi\n").ok());
  EXPECT_EQ(sent_, "abcdef\nghi\n");
}

TEST_F(SocketFileTest, WritesAreInterruptedWithoutHarm) {
  SocketFile file = Make("wb", Buffering(0));
  Refuse(ErrorCode::kEintr);
  Accept(1);
  Refuse(ErrorCode::kEintr);
  Accept(1);
  EXPECT_TRUE(file.Write("abc").ok());
  EXPECT_EQ(sent_, "abc");
}

TEST_F(SocketFileTest, CloseFlushesAndTellsWhatItCouldNot) {
  SocketFile file = Make("w");
  EXPECT_TRUE(file.Write("text").ok());
  EXPECT_TRUE(file.Close().ok());
  EXPECT_EQ(sent_, "text");

  file = Make("w");
  EXPECT_TRUE(file.Write("more").ok());
  Refuse(ErrorCode::kEpipe);
  EXPECT_CALL(mock_.sockets, Close(kCopy)).WillOnce(Return(Done()));
  const absl::Status status = file.Close();
  EXPECT_TRUE(IsBrokenPipe(status)) << status;
  EXPECT_EQ(ErrorOf(status)->operation, "close");
  EXPECT_FALSE(file.is_open());
  EXPECT_TRUE(file.Close().ok());

  file = Make("w");
  EXPECT_CALL(mock_.sockets, Close(kCopy))
      .WillOnce(Return(Failed(ErrorCode::kEio)));
  EXPECT_EQ(ErrorOf(file.Close())->code, ErrorCode::kEio);
}

TEST_F(SocketFileTest, TheDestructorSendsNothing) {
  {
    SocketFile file = Make("w");
    EXPECT_TRUE(file.Write("text").ok());
  }
  EXPECT_EQ(sends_, 0);
}

TEST_F(SocketFileTest, OnlyTextIsWrittenAsText) {
  SocketFile file = Make("w", NewlineOf("\r\n"));
  EXPECT_THAT(file.Write("ab\xFF\n"),
              IsRefusal(kInvalid, "write", "data: is no UTF-8 at byte 2"));
  EXPECT_THAT(file.Write("a\xE2\x82"),
              IsRefusal(kInvalid, "write", "data: is no UTF-8 at byte 1"));
  EXPECT_EQ(file.unsent(), 0u);
  EXPECT_TRUE(file.SetErrors(TextErrors::kReplace).ok());
  EXPECT_TRUE(file.Write("ab\xFF\n").ok());
  EXPECT_TRUE(file.SetErrors(TextErrors::kIgnore).ok());
  EXPECT_TRUE(file.Write("\xE2\x82z").ok());
  EXPECT_TRUE(file.Flush().ok());
  EXPECT_EQ(sent_, "ab\xEF\xBF\xBD\r\nz");
}

// On a system with a flag against waiting.
class SocketFileFlagTest : public MockSocketTest {
 protected:
  static constexpr int kDoNotWait = 64;
  static constexpr NativeHandle kCopy{8};

  SocketFileFlagTest() : MockSocketTest(Facts()) {}

  // Returns a file on a duplicate of `socket`.
  SocketFile Make(const Socket& socket) {
    EXPECT_CALL(mock_.sockets, Dup(kHandle)).WillOnce(Return(Made(kCopy)));
    EXPECT_CALL(mock_.sockets, Close(kCopy));
    return MakeFile(socket, "rwb", Buffering(0)).value();
  }

 private:
  static SystemFacts Facts() {
    SystemFacts facts = MockPlatform::Facts();
    facts.wait_flags.do_not_wait = kDoNotWait;
    return facts;
  }
};

// The mock fails at every other call, such as one that waits.
TEST_F(SocketFileFlagTest, ABlockingFileTakesOneSystemCallPerFillAndPerSend) {
  const Socket socket = Open();
  SocketFile file = Make(socket);
  EXPECT_CALL(mock_.sockets, Recv(kCopy, _, 0))
      .WillOnce(Return(Made<std::size_t>(3)));
  EXPECT_EQ(file.Read(3).value().size(), 3u);
  EXPECT_CALL(mock_.sockets, Send(kCopy, _, 0))
      .WillOnce(Return(Made<std::size_t>(3)));
  EXPECT_TRUE(file.Write("abc").ok());
}

TEST_F(SocketFileFlagTest, AFileWithATimeoutDoesNotWaitInTheSystem) {
  const Socket socket = OpenWithTimeout(absl::Seconds(1));
  SocketFile file = Make(socket);
  EXPECT_CALL(mock_.sockets, Recv(kCopy, _, kDoNotWait))
      .WillOnce(Return(Made<std::size_t>(3)));
  EXPECT_EQ(file.Read(3).value().size(), 3u);
  EXPECT_CALL(mock_.sockets, Send(kCopy, _, kDoNotWait))
      .WillOnce(Return(Made<std::size_t>(3)));
  EXPECT_TRUE(file.Write("abc").ok());
}

// Linux calls an AF_UNIX datagram socket writable while the receiver's queue is
// full.
TEST_F(SocketFileFlagTest, ASenderOfDatagramsDoesNotSpin) {
  const Socket socket = OpenWithTimeout(absl::Seconds(1), kAfUnix, kSockDgram);
  SocketFile file = Make(socket);
  EXPECT_CALL(mock_.sockets, Send(kCopy, _, kDoNotWait))
      .WillRepeatedly(Return(Failed<std::size_t>(ErrorCode::kEagain)));
  // The mock's clock moves by what is slept, so the pauses fill the timeout.
  int waits = 0;
  EXPECT_CALL(mock_.readiness, Wait).WillRepeatedly([&waits](auto...) {
    return ++waits > 1000 ? Failed<bool>(ErrorCode::kEbadf) : Made(true);
  });
  EXPECT_CALL(mock_.readiness, Sleep).WillRepeatedly(Return());
  EXPECT_TRUE(IsTimeout(file.Write("x")));
}

}  // namespace
}  // namespace mortise
