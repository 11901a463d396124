#include "mortise/platform/posix/new_descriptor.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "gtest/gtest.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/posix/sock_addr_codec.h"
#include "mortise/platform/posix/system_call.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/platform/posix/descriptor.h"

namespace mortise {
namespace posix {
namespace {

// Expects what every new descriptor has to be.
void ExpectNewborn(int fd) {
  EXPECT_TRUE(IsOpen(fd));
  EXPECT_FALSE(IsInherited(fd));
  EXPECT_TRUE(IsBlocking(fd));
#ifdef SO_NOSIGPIPE
  EXPECT_NE(IntOption(fd, SO_NOSIGPIPE), 0);
#endif
}

TEST(NewDescriptorTest, ASocketIsNewborn) {
  const SysResult<NativeHandle> socket = NewSocket(AF_INET, SOCK_STREAM, 0);
  ASSERT_TRUE(socket.ok());
  ExpectNewborn(Fd(socket.value));
  EXPECT_EQ(IntOption(Fd(socket.value), SO_TYPE), SOCK_STREAM);
  close(Fd(socket.value));
}

TEST(NewDescriptorTest, WhatCannotBeMadeIsTheSystemsError) {
  const SysResult<NativeHandle> socket = NewSocket(12345, SOCK_STREAM, 0);
  EXPECT_EQ(socket.error, EAFNOSUPPORT);
  EXPECT_FALSE(socket.value.valid());
}

TEST(NewDescriptorTest, APairIsNewborn) {
  const SysResult<HandlePair> pair = NewSocketPair(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_TRUE(pair.ok());
  for (const int fd : {Fd(pair.value.first), Fd(pair.value.second)}) {
    ExpectNewborn(fd);
    close(fd);
  }
}

TEST(NewDescriptorTest, APairThatCannotBeMadeIsNone) {
  const SysResult<HandlePair> pair = NewSocketPair(AF_INET, SOCK_STREAM, 0);
  EXPECT_FALSE(pair.ok());
  EXPECT_FALSE(pair.value.first.valid());
  EXPECT_FALSE(pair.value.second.valid());
}

TEST(NewDescriptorTest, AnAcceptedSocketIsNewbornWhateverTheListenerIs) {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  ASSERT_EQ(listen(listener, 4), 0);  // This also binds it.
  sockaddr_in address = {};
  socklen_t length = sizeof(address);
  ASSERT_EQ(
      getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length), 0);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int client = socket(AF_INET, SOCK_STREAM, 0);
  ASSERT_EQ(connect(client, reinterpret_cast<const sockaddr*>(&address),
                    sizeof(address)),
            0);
  fcntl(listener, F_SETFL, fcntl(listener, F_GETFL) | O_NONBLOCK);

  NativeAddress peer;
  const SysResult<NativeHandle> accepted = NewAccepted(listener, &peer);
  ASSERT_TRUE(accepted.ok());
  ExpectNewborn(Fd(accepted.value));
  EXPECT_EQ(peer.length, sizeof(sockaddr_in));

  // No other client is waiting.
  NativeAddress untouched;
  untouched.length = 7;
  EXPECT_EQ(NewAccepted(listener, &untouched).error, EAGAIN);
  EXPECT_EQ(untouched.length, 7u);
  for (const int fd : {Fd(accepted.value), client, listener}) close(fd);
}

TEST(NewDescriptorTest, ADuplicateIsNotInherited) {
  const StreamPair pair;
  ASSERT_TRUE(IsInherited(pair.first()));
  const SysResult<NativeHandle> copy = NewDuplicate(pair.first());
  ASSERT_TRUE(copy.ok());
  EXPECT_NE(Fd(copy.value), pair.first());
  EXPECT_FALSE(IsInherited(Fd(copy.value)));
  EXPECT_TRUE(IsInherited(pair.first()));
  close(Fd(copy.value));
  EXPECT_EQ(NewDuplicate(-1).error, EBADF);
}

}  // namespace
}  // namespace posix
}  // namespace mortise
