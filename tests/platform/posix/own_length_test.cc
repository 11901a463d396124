#include "mortise/platform/posix/own_length.h"

#include <sys/socket.h>

#include <cstdint>

#include "gtest/gtest.h"

namespace mortise {
namespace posix {
namespace {

// WithLength is like the structures of macOS and the BSDs, and WithoutLength
// like those of Linux.
struct WithLength {
  std::uint8_t sa_len;
  std::uint8_t sa_family;
};
struct WithoutLength {
  std::uint16_t sa_family;
};

TEST(OwnLengthTest, IsWrittenWhereThereIsAPlaceForIt) {
  WithLength address = {99, 2};
  SetOwnLength(16, &address);
  EXPECT_EQ(address.sa_len, 16);
  EXPECT_EQ(address.sa_family, 2);
}

TEST(OwnLengthTest, TouchesNothingElse) {
  WithoutLength address = {0x0202};
  SetOwnLength(16, &address);
  EXPECT_EQ(address.sa_family, 0x0202);
}

TEST(OwnLengthTest, TheSystemsStructureIsSeenThrough) {
  // Headers whose structures have a length define this macro (RFC 3493, section
  // 3.4).
#ifdef SIN6_LEN
  EXPECT_TRUE(HasOwnLength<sockaddr>::value);
#else
  EXPECT_FALSE(HasOwnLength<sockaddr>::value);
#endif
}

}  // namespace
}  // namespace posix
}  // namespace mortise
