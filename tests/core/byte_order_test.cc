#include "mortise/core/byte_order.h"

#include <cstdint>
#include <cstring>
#include <string>

#include "gtest/gtest.h"

namespace mortise {
namespace {

template <typename T>
std::string InMemory(T x) {
  std::string bytes(sizeof x, '\0');
  std::memcpy(&bytes[0], &x, sizeof x);
  return bytes;
}

// Checks network order in a way that works on machines of both byte orders.
TEST(ByteOrder, NetworkOrderIsMostSignificantByteFirst) {
  EXPECT_EQ(InMemory(Htons(0x0102)), "\x01\x02");
  EXPECT_EQ(InMemory(Htonl(0x01020304)), "\x01\x02\x03\x04");
  EXPECT_EQ(InMemory(Htons(0xfffe)), "\xff\xfe");
  EXPECT_EQ(InMemory(Htonl(0xfffefdfc)), "\xff\xfe\xfd\xfc");
}

TEST(ByteOrder, HostOrderIsTheWayBack) {
  for (int x = 0; x <= 0xffff; ++x) {
    const auto x16 = static_cast<std::uint16_t>(x);
    ASSERT_EQ(Ntohs(Htons(x16)), x16);
    const std::uint32_t x32 = std::uint32_t{x16} * 0x10001 ^ 0xa5;
    ASSERT_EQ(Ntohl(Htonl(x32)), x32);
  }
}

TEST(ByteOrder, PalindromesStay) {
  static_assert(Htons(0) == 0 && Ntohs(0xffff) == 0xffff);
  static_assert(Htonl(0x01020201) == 0x01020201);
  static_assert(Ntohl(0xffffffff) == 0xffffffff);
}

}  // namespace
}  // namespace mortise
