#include "mortise/platform/posix/files.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "mortise/platform/file_handle.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/posix/darwin/finish_send_file.h"
#include "mortise/platform/posix/without_sigpipe.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/platform/posix/descriptor.h"

namespace mortise {
namespace posix {
namespace {

class FilesTest : public ::testing::Test {
 protected:
  FilesTest() : file_(std::tmpfile()) {
    EXPECT_EQ(std::fputs("0123456789", file_), 1);
    EXPECT_EQ(std::fflush(file_), 0);
  }
  ~FilesTest() override { std::fclose(file_); }

  NativeHandle handle() { return FileHandleOf(file_); }
  off_t Place() { return lseek(fileno(file_), 0, SEEK_CUR); }
  std::string Received(int fd) {
    char buffer[64];
    const ssize_t size = recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT);
    return std::string(buffer, size < 0 ? 0 : static_cast<std::size_t>(size));
  }

  Files files_;
  std::FILE* const file_;
};

TEST_F(FilesTest, TheSystemSendsAPart) {
  const StreamPair pair;
  const NativeHandle socket(pair.first());
  const SysResult<std::size_t> sent =
      files_.SendFile(socket, true, handle(), 3, 4);
#ifdef __linux__
  EXPECT_EQ(sent.error, 0);
  EXPECT_EQ(sent.value, 4u);
  EXPECT_EQ(Received(pair.second()), "3456");
  EXPECT_EQ(files_.SendFile(socket, true, handle(), 8, 100).value, 2u);
  EXPECT_EQ(Received(pair.second()), "89");
  EXPECT_EQ(files_.SendFile(socket, true, handle(), 10, 100).error, 0);
  EXPECT_EQ(files_.SendFile(socket, true, handle(), 10, 100).value, 0u);
#else
  EXPECT_TRUE(sent.ok() || sent.error == kNotSupportedError);
#endif
  EXPECT_EQ(Place(), 10);
}

TEST_F(FilesTest, NoBytesAreNotAllOfTheFile) {
  const StreamPair pair;
  const NativeHandle socket(pair.first());
  EXPECT_EQ(files_.SendFile(socket, true, handle(), 3, 0).error, 0);
  EXPECT_EQ(Received(pair.second()), "");
}

TEST_F(FilesTest, APipeIsSentInOrder) {
  const StreamPair pair;
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  ASSERT_EQ(write(pipe_ends[1], "abc", 3), 3);
  const NativeHandle from(pipe_ends[0]);
  char buffer[8];
  EXPECT_EQ(files_.SendFile(NativeHandle(pair.first()), true, from, 0, 3).error,
            kNotSupportedError);
  EXPECT_EQ(files_.ReadAt(from, 0, absl::MakeSpan(buffer)).error,
            kNotSupportedError);
  EXPECT_EQ(files_.ReadNext(from, absl::MakeSpan(buffer, 2)).value, 2u);
  EXPECT_EQ(absl::string_view(buffer, 2), "ab");
  close(pipe_ends[1]);
  EXPECT_EQ(files_.ReadNext(from, absl::MakeSpan(buffer)).value, 1u);
  EXPECT_EQ(files_.ReadNext(from, absl::MakeSpan(buffer)).value, 0u);
  EXPECT_EQ(files_.ReadNext(from, absl::MakeSpan(buffer)).error, 0);
  close(pipe_ends[0]);
}

TEST_F(FilesTest, ReadingAtAnOffsetLeavesThePlace) {
  char buffer[8];
  EXPECT_EQ(files_.ReadAt(handle(), 7, absl::MakeSpan(buffer)).value, 3u);
  EXPECT_EQ(absl::string_view(buffer, 3), "789");
  EXPECT_EQ(files_.ReadAt(handle(), 10, absl::MakeSpan(buffer)).value, 0u);
  EXPECT_EQ(Place(), 10);
}

TEST_F(FilesTest, AnOffsetMayHaveMoreThan32Bits) {
  // The bytes before are a hole, which takes no room on the disk.
  const std::uint64_t offset = (std::uint64_t{5} << 30) + 1;
  ASSERT_EQ(pwrite(fileno(file_), "abcd", 4, static_cast<off_t>(offset)), 4);
  char buffer[8];
  EXPECT_EQ(files_.ReadAt(handle(), offset, absl::MakeSpan(buffer)).value, 4u);
  EXPECT_EQ(absl::string_view(buffer, 4), "abcd");
#ifdef __linux__
  const StreamPair pair;
  const NativeHandle socket(pair.first());
  EXPECT_EQ(files_.SendFile(socket, true, handle(), offset + 1, 100).value, 3u);
  EXPECT_EQ(Received(pair.second()), "bcd");
#endif
}

TEST_F(FilesTest, EveryCallReturnsErrno) {
  const StreamPair pair;
  const NativeHandle socket(pair.first());
  // There is no descriptor with this number.
  const NativeHandle none(1 << 30);
  char buffer[8];
  EXPECT_EQ(files_.SendFile(socket, true, none, 0, 1).error, EBADF);
  EXPECT_EQ(files_.SendFile(none, true, handle(), 0, 1).error, EBADF);
  EXPECT_EQ(files_.ReadAt(none, 0, absl::MakeSpan(buffer)).error, EBADF);
  EXPECT_EQ(files_.ReadNext(none, absl::MakeSpan(buffer)).error, EBADF);
  const std::uint64_t far = ~std::uint64_t{0};
  EXPECT_EQ(files_.SendFile(socket, true, handle(), far, 1).error, EOVERFLOW);
  EXPECT_EQ(files_.ReadAt(handle(), far, absl::MakeSpan(buffer)).error,
            EOVERFLOW);
}

// The results of Darwin's sendfile(2).

TEST(FinishSendFileTest, ASuccessIsWhatItSays) {
  EXPECT_EQ(FinishSendFile(0, 7, 7).value, 7u);
  EXPECT_EQ(FinishSendFile(0, 7, 7).error, 0);
  EXPECT_EQ(FinishSendFile(0, 7, 0).value, 0u);
  EXPECT_EQ(FinishSendFile(0, 7, 0).error, 0);
}

TEST(FinishSendFileTest, SomeIsASuccessIfTheCallWouldBlockOrWasInterrupted) {
  for (const int error : {EAGAIN, EINTR}) {
    errno = error;
    EXPECT_EQ(FinishSendFile(-1, 100, 5).value, 5u);
    EXPECT_EQ(FinishSendFile(-1, 100, 5).error, 0);
    errno = error;
    EXPECT_EQ(FinishSendFile(-1, 100, 0).value, 0u);
    EXPECT_EQ(FinishSendFile(-1, 100, 0).error, error);
  }
}

TEST(FinishSendFileTest, WhatWasSentBeforeAnyOtherErrorCountsToo) {
  for (const int error : {EPIPE, ECONNRESET, ENETDOWN, EIO}) {
    errno = error;
    EXPECT_EQ(FinishSendFile(-1, 100, 5).value, 5u);
    EXPECT_EQ(FinishSendFile(-1, 100, 5).error, error);
  }
}

TEST(FinishSendFileTest, ALengthThatTheCallLeftAloneIsNotBelieved) {
  for (const int error : {EBADF, ENOTSUP, EPIPE, ENOTCONN, EAGAIN}) {
    for (const off_t length : {100, 101, 0, -1}) {
      errno = error;
      EXPECT_EQ(FinishSendFile(-1, 100, length).value, 0u);
      EXPECT_EQ(FinishSendFile(-1, 100, length).error, error);
    }
  }
}

// SIGPIPE.

volatile sig_atomic_t signals = 0;

class SigpipeTest : public ::testing::Test {
 protected:
  SigpipeTest() {
    signals = 0;
    struct sigaction action = {};
    action.sa_handler = [](int) { ++signals; };
    sigaction(SIGPIPE, &action, &before_);
  }
  ~SigpipeTest() override { sigaction(SIGPIPE, &before_, nullptr); }

  static bool IsBlocked() {
    sigset_t mask;
    pthread_sigmask(SIG_BLOCK, nullptr, &mask);
    return sigismember(&mask, SIGPIPE) == 1;
  }
  static bool IsPending() {
    sigset_t pending;
    sigpending(&pending);
    return sigismember(&pending, SIGPIPE) == 1;
  }
  // Writes to a pipe whose reading end is closed.
  static void BreakPipe() {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    close(ends[0]);
    const ssize_t written = write(ends[1], "x", 1);
    const int error = errno;
    close(ends[1]);
    ASSERT_EQ(written, -1);
    errno = error;
  }

 private:
  struct sigaction before_;
};

TEST_F(SigpipeTest, IsNotSeenWhileAWithoutLives) {
  BreakPipe();
  EXPECT_EQ(signals, 1);  // Otherwise this would not prove anything.
  {
    const WithoutSigpipe without;
    BreakPipe();
    EXPECT_EQ(errno, EPIPE);
  }
  EXPECT_EQ(errno, EPIPE);
  EXPECT_EQ(signals, 1);
  EXPECT_FALSE(IsBlocked());
  EXPECT_FALSE(IsPending());
  BreakPipe();
  EXPECT_EQ(signals, 2);
}

TEST_F(SigpipeTest, OneThatWasWaitingBeforeStays) {
  sigset_t sigpipe;
  sigemptyset(&sigpipe);
  sigaddset(&sigpipe, SIGPIPE);
  sigset_t before;
  pthread_sigmask(SIG_BLOCK, &sigpipe, &before);
  raise(SIGPIPE);
  {
    const WithoutSigpipe without;
    BreakPipe();
  }
  EXPECT_TRUE(IsBlocked());
  EXPECT_TRUE(IsPending());
  EXPECT_EQ(signals, 0);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  EXPECT_EQ(signals, 1);
}

TEST_F(SigpipeTest, ABlockedOneIsTakenAwayTooIfItCameMeanwhile) {
  sigset_t sigpipe;
  sigemptyset(&sigpipe);
  sigaddset(&sigpipe, SIGPIPE);
  sigset_t before;
  pthread_sigmask(SIG_BLOCK, &sigpipe, &before);
  {
    const WithoutSigpipe without;
    BreakPipe();
  }
  EXPECT_TRUE(IsBlocked());
  EXPECT_FALSE(IsPending());
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  EXPECT_EQ(signals, 0);
}

}  // namespace
}  // namespace posix
}  // namespace mortise
