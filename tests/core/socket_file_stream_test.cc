// SocketFile on streams that are no sockets: ones that hold what they have
// taken, as a protocol in a stream does.

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/socket_file.h"
#include "mortise/core/stream.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/tests/core/stepping_stream.h"
#include "mortise/tests/core/usage_error.h"

namespace mortise {
namespace {

using ::testing::ElementsAre;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

MakeFileOptions Buffering(int buffering) {
  MakeFileOptions options;
  options.buffering = buffering;
  return options;
}

struct FileOnPipe {
  std::shared_ptr<SteppingStream::Pipe> pipe;
  SocketFile file;
};

FileOnPipe Make(absl::string_view mode, int buffering = -1) {
  auto stream = std::make_unique<SteppingStream>(3);
  std::shared_ptr<SteppingStream::Pipe> pipe = stream->pipe();
  return {pipe,
          MakeFile(std::move(stream), mode, Buffering(buffering)).value()};
}

TEST(SocketFileStreamTest, AFileTakesAStreamOver) {
  FileOnPipe made = Make("rw");
  EXPECT_EQ(made.file.FileNo(), -1);
  EXPECT_TRUE(made.file.Write("a line\nand the rest").ok());
  EXPECT_EQ(made.file.unsent(), 19u);
  EXPECT_TRUE(made.file.Flush().ok());
  EXPECT_EQ(made.file.unsent(), 0u);
  EXPECT_EQ(made.file.ReadLine().value(), "a line\n");
  EXPECT_EQ(made.file.Read().value(), "and the rest");
  EXPECT_EQ(made.file.ReadLine().value(), "");
}

TEST(SocketFileStreamTest, AFileOnADuplicateLeavesTheStream) {
  SteppingStream stream(3);
  ASSERT_TRUE(stream.SetTimeout(absl::Seconds(7)).ok());
  const Stream& original = stream;
  absl::StatusOr<SocketFile> file = MakeFile(original, "w");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->GetTimeout(), absl::Seconds(7));
  EXPECT_TRUE(file->SetTimeout(absl::Seconds(8)).ok());
  EXPECT_EQ(stream.GetTimeout(), absl::Seconds(7));
  EXPECT_TRUE(file->Write("text").ok());
  EXPECT_TRUE(file->Close().ok());
  EXPECT_TRUE(stream.is_open());
  EXPECT_EQ(stream.pipe()->bytes, "text");
}

TEST(SocketFileStreamTest, WhatCannotBeRightIsRefused) {
  EXPECT_THAT(MakeFile(std::unique_ptr<Stream>()).status(),
              IsRefusal(kInvalid, "makefile", "stream: is nullptr"));
  EXPECT_THAT(
      MakeFile(std::make_unique<SteppingStream>(3), "x").status(),
      IsRefusal(kInvalid, "makefile",
                "mode: \"x\" is not \"r\", \"w\" or \"rw\", or that with a "
                "\"b\""));
  auto closed = std::make_unique<SteppingStream>(3);
  ASSERT_TRUE(closed->Close().ok());
  const Stream& original = *closed;
  EXPECT_TRUE(IsClosed(MakeFile(original).status()));
  EXPECT_TRUE(IsClosed(MakeFile(std::move(closed)).status()));
}

// The stream sends what it has taken. It is not in the file any more, and must
// not be written again.
TEST(SocketFileStreamTest, WhatTheStreamHasTakenIsFlushedAndNotSentAgain) {
  for (const absl::Duration timeout :
       {absl::ZeroDuration(), absl::Milliseconds(1)}) {
    FileOnPipe made = Make("wb", 0);
    ASSERT_TRUE(made.file.SetTimeout(timeout).ok());
    const auto is_late = [&](const absl::Status& status) {
      return timeout == absl::ZeroDuration() ? IsWouldBlock(status)
                                             : IsTimeout(status);
    };
    made.pipe->is_stuck = true;
    // All of it is taken, and nothing is out.
    EXPECT_TRUE(made.file.Write("abc").ok());
    EXPECT_EQ(made.file.unsent(), 0u);
    EXPECT_EQ(made.pipe->bytes, "");
    absl::Status status = made.file.Flush();
    ASSERT_TRUE(is_late(status)) << status;
    EXPECT_EQ(ErrorOf(status)->operation, "flush");
    // There is no room for more, so nothing more is taken.
    status = made.file.Write("defgh");
    ASSERT_TRUE(is_late(status)) << status;
    EXPECT_EQ(ErrorOf(status)->operation, "write");
    EXPECT_EQ(made.file.unsent(), 0u);
    made.pipe->is_stuck = false;
    ASSERT_TRUE(made.file.SetTimeout(absl::InfiniteDuration()).ok());
    EXPECT_TRUE(made.file.Flush().ok());
    EXPECT_EQ(made.pipe->bytes, "abc");
    EXPECT_TRUE(made.file.Write("defgh").ok());
    EXPECT_TRUE(made.file.Close().ok());
    EXPECT_EQ(made.pipe->bytes, "abcdefgh");
  }
}

TEST(SocketFileStreamTest, CloseTellsWhatIsNotOut) {
  FileOnPipe made = Make("wb");
  ASSERT_TRUE(made.file.SetTimeout(absl::ZeroDuration()).ok());
  made.pipe->is_stuck = true;
  EXPECT_TRUE(made.file.Write("abc").ok());
  const absl::Status status = made.file.Close();
  ASSERT_TRUE(IsWouldBlock(status)) << status;
  EXPECT_EQ(ErrorOf(status)->operation, "close");
  EXPECT_FALSE(made.file.is_open());
}

// A thread that reads must not send for one that writes.
TEST(SocketFileStreamTest, AFileForReadingWritesNothing) {
  FileOnPipe made = Make("r");
  made.pipe->bytes = "text";
  EXPECT_EQ(made.file.Read().value(), "text");
  EXPECT_TRUE(made.file.Flush().ok());
  EXPECT_TRUE(made.file.Close().ok());
  EXPECT_EQ(made.pipe->writes, 0);
  for (const WaitEvents events : made.pipe->waits) {
    EXPECT_EQ(events, WaitEvents::kReadable);
  }
}

// An error of the stream has the name of the file's call. One that the library
// did not make stays as it is.
TEST(SocketFileStreamTest, ErrorsHaveTheNameOfTheCall) {
  FileOnPipe made = Make("rwb", 0);
  Platform& platform = Platform::Default();
  made.pipe->failure = internal::OsError(
      platform, internal::Operation::kRead,
      platform.facts().errors.Native(ErrorCode::kEconnreset), "192.0.2.1:9");
  const absl::Status status = made.file.ReadLine().status();
  ASSERT_TRUE(IsConnectionReset(status)) << status;
  EXPECT_EQ(status.message().substr(0, 22), "readline 192.0.2.1:9: ");
  EXPECT_EQ(ErrorOf(status)->operation, "readline");
  EXPECT_EQ(ErrorOf(status)->address, "192.0.2.1:9");
  EXPECT_EQ(made.file.Read(1).status(), *made.pipe->failure);

  made.pipe->failure = absl::DataLossError("the seal is broken");
  EXPECT_EQ(made.file.ReadLine().status(), *made.pipe->failure);
  EXPECT_EQ(made.file.Flush(), *made.pipe->failure);
}

TEST(SocketFileStreamTest, ReadingGoesOnWithoutAWaitForRoom) {
  FileOnPipe made = Make("rb");
  made.pipe->bytes = "abcdef";
  EXPECT_EQ(made.file.Read(6).value(), "abcdef");
  EXPECT_THAT(made.pipe->waits,
              ElementsAre(WaitEvents::kReadable, WaitEvents::kReadable));
}

}  // namespace
}  // namespace mortise
