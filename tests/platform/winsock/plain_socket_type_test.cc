#include "mortise/platform/plain_socket_type.h"

#include "gtest/gtest.h"
#include "mortise/platform/winsock/os_headers.h"

namespace mortise {
namespace {

TEST(PlainSocketTypeTest, TypesHaveNoFlags) {
  EXPECT_EQ(SplitSocketType(SOCK_STREAM).type, SOCK_STREAM);
  EXPECT_FALSE(SplitSocketType(SOCK_STREAM).non_blocking);
}

}  // namespace
}  // namespace mortise
