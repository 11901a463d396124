#include "mortise/platform/posix/darwin/finish_descriptor.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "gtest/gtest.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/posix/system_call.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/platform/posix/descriptor.h"

namespace mortise {
namespace posix {
namespace {

// Options that take the place of SO_NOSIGPIPE, which not every system has:
//   kWorks            can be set
//   kFailsWithEinval  fails as SO_NOSIGPIPE does when the peer has left; here
//                     because an int is too short for it
//   kFails            does not exist
constexpr int kWorks = SO_KEEPALIVE;
constexpr int kFailsWithEinval = SO_LINGER;
constexpr int kFails = 54321;

TEST(FinishDescriptorTest, IsNotInheritedAndHasTheOption) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  ASSERT_TRUE(IsInherited(fd));
  ASSERT_EQ(IntOption(fd, kWorks), 0);
  const SysResult<NativeHandle> finished = FinishDescriptor(fd, kWorks);
  ASSERT_TRUE(finished.ok());
  EXPECT_EQ(Fd(finished.value), fd);
  EXPECT_FALSE(IsInherited(fd));
  EXPECT_NE(IntOption(fd, kWorks), 0);
  close(fd);
}

TEST(FinishDescriptorTest, ACallThatFailedIsTheSystemsError) {
  for (const auto finish : {&FinishDescriptor, &FinishAccepted}) {
    errno = ENFILE;
    const SysResult<NativeHandle> finished = finish(-1, kWorks);
    EXPECT_EQ(finished.error, ENFILE);
    EXPECT_FALSE(finished.value.valid());
  }
}

TEST(FinishDescriptorTest, APeerThatHasLeftIsNoReasonToFail) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  const SysResult<NativeHandle> finished =
      FinishDescriptor(fd, kFailsWithEinval);
  EXPECT_TRUE(finished.ok());
  EXPECT_EQ(Fd(finished.value), fd);
  EXPECT_TRUE(IsOpen(fd));
  EXPECT_FALSE(IsInherited(fd));
  close(fd);
}

TEST(FinishDescriptorTest, WhatCannotBeFinishedIsClosed) {
  for (const auto finish : {&FinishDescriptor, &FinishAccepted}) {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    const SysResult<NativeHandle> finished = finish(fd, kFails);
    EXPECT_EQ(finished.error, ENOPROTOOPT);
    EXPECT_FALSE(finished.value.valid());
    EXPECT_FALSE(IsOpen(fd));
  }
}

TEST(FinishDescriptorTest, AnAcceptedSocketIsBlocking) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  const SysResult<NativeHandle> finished = FinishAccepted(fd, kWorks);
  ASSERT_TRUE(finished.ok());
  EXPECT_EQ(Fd(finished.value), fd);
  EXPECT_TRUE(IsBlocking(fd));
  EXPECT_FALSE(IsInherited(fd));
  EXPECT_NE(IntOption(fd, kWorks), 0);
  close(fd);
}

TEST(FinishDescriptorTest, BothOfAPairAreFinished) {
  int pair[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  const SysResult<HandlePair> finished = FinishPair(pair, kWorks);
  ASSERT_TRUE(finished.ok());
  EXPECT_EQ(Fd(finished.value.first), pair[0]);
  EXPECT_EQ(Fd(finished.value.second), pair[1]);
  for (const int fd : pair) {
    EXPECT_FALSE(IsInherited(fd));
    EXPECT_NE(IntOption(fd, kWorks), 0);
    close(fd);
  }
}

TEST(FinishDescriptorTest, OfAHalfFinishedPairBothAreClosed) {
  for (const int bad : {0, 1}) {
    // A file does not have the options of sockets.
    int pair[2];
    pair[bad] = open("/dev/null", O_RDONLY);
    pair[1 - bad] = socket(AF_INET, SOCK_STREAM, 0);
    const SysResult<HandlePair> finished = FinishPair(pair, kWorks);
    EXPECT_EQ(finished.error, ENOTSOCK);
    EXPECT_FALSE(finished.value.first.valid());
    EXPECT_FALSE(finished.value.second.valid());
    EXPECT_FALSE(IsOpen(pair[0]));
    EXPECT_FALSE(IsOpen(pair[1]));
  }
}

}  // namespace
}  // namespace posix
}  // namespace mortise
