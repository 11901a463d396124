#include "mortise/platform/plain_socket_type.h"

#include <sys/socket.h>

#include "gtest/gtest.h"

namespace mortise {
namespace {

TEST(PlainSocketTypeTest, FlagsAreSplitFromTheType) {
  EXPECT_EQ(SplitSocketType(SOCK_STREAM).type, SOCK_STREAM);
  EXPECT_FALSE(SplitSocketType(SOCK_STREAM).non_blocking);
#ifdef SOCK_NONBLOCK
  PlainSocketType plain =
      SplitSocketType(SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC);
  EXPECT_EQ(plain.type, SOCK_DGRAM);
  EXPECT_TRUE(plain.non_blocking);
  plain = SplitSocketType(SOCK_DGRAM | SOCK_CLOEXEC);
  EXPECT_EQ(plain.type, SOCK_DGRAM);
  EXPECT_FALSE(plain.non_blocking);
#endif
}

}  // namespace
}  // namespace mortise
