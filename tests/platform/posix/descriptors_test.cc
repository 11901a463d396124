// The OS's answers about descriptors that are not sockets.

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/posix/sockets.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/platform/posix/descriptor.h"

namespace mortise {
namespace posix {
namespace {

TEST(DescriptorsTest, AFileIsNoSocket) {
  Sockets sockets;
  const int fd = open("/dev/null", O_RDONLY);
  EXPECT_EQ(sockets.Describe(NativeHandle(fd)).error, ENOTSOCK);
  close(fd);
  EXPECT_EQ(sockets.Describe(NativeHandle(fd)).error, EBADF);
}

TEST(DescriptorsTest, APairIsDescribed) {
  Sockets sockets;
  const StreamPair pair;
  const SysResult<SocketDescription> description =
      sockets.Describe(NativeHandle(pair.first()));
  ASSERT_TRUE(description.ok());
  EXPECT_EQ(description.value.family, AF_UNIX);
  EXPECT_EQ(description.value.type, SOCK_STREAM);
  EXPECT_EQ(description.value.protocol, 0);
}

TEST(DescriptorsTest, InheritableIsCloseOnExec) {
  Sockets sockets;
  // This also works for files.
  for (const int fd :
       {socket(AF_INET, SOCK_STREAM, 0), open("/dev/null", O_RDONLY)}) {
    EXPECT_TRUE(sockets.GetInheritable(NativeHandle(fd)).value);
    ASSERT_TRUE(sockets.SetInheritable(NativeHandle(fd), false).ok());
    EXPECT_FALSE(IsInherited(fd));
    EXPECT_FALSE(sockets.GetInheritable(NativeHandle(fd)).value);
    ASSERT_TRUE(sockets.SetInheritable(NativeHandle(fd), true).ok());
    EXPECT_TRUE(IsInherited(fd));
    close(fd);
    EXPECT_EQ(sockets.GetInheritable(NativeHandle(fd)).error, EBADF);
    EXPECT_EQ(sockets.SetInheritable(NativeHandle(fd), true).error, EBADF);
  }
}

TEST(DescriptorsTest, WhatOnlyWindowsHasIsUnsupported) {
  Sockets sockets;
  const StreamPair pair;
  const NativeHandle handle(pair.first());
  EXPECT_EQ(sockets.Share(handle, 1).error, kNotSupportedError);
  EXPECT_EQ(sockets.FromShare("").error, kNotSupportedError);
  EXPECT_EQ(sockets.Ioctl(handle, 1, {}, absl::Span<char>()).error,
            kNotSupportedError);
}

}  // namespace
}  // namespace posix
}  // namespace mortise
