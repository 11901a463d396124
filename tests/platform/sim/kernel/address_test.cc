// The texts of addresses.

#include "mortise/platform/sim/kernel/address.h"

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace mortise {
namespace sim {
namespace {

// The text of the address with these eight numbers.
std::string TextOf(const std::uint16_t (&numbers)[8]) {
  std::uint8_t bytes[16];
  for (std::size_t i = 0; i < 8; ++i) {
    bytes[2 * i] = static_cast<std::uint8_t>(numbers[i] >> 8);
    bytes[2 * i + 1] = static_cast<std::uint8_t>(numbers[i]);
  }
  return IpAddress::V6(bytes).ToString();
}

// The cases of RFC 5952, section 4.
TEST(AddressTest, TheTextOfAnIpv6AddressIsThatOfRfc5952) {
  EXPECT_EQ(TextOf({}), "::");
  EXPECT_EQ(TextOf({0, 0, 0, 0, 0, 0, 0, 1}), "::1");
  EXPECT_EQ(TextOf({0xfe80, 0, 0, 0, 0, 0, 0, 0}), "fe80::");
  EXPECT_EQ(TextOf({0x2001, 0xdb8, 0, 0, 0, 0, 0, 1}), "2001:db8::1");
  // One zero is not shortened.
  EXPECT_EQ(TextOf({0x2001, 0xdb8, 0, 1, 1, 1, 1, 1}), "2001:db8:0:1:1:1:1:1");
  EXPECT_EQ(TextOf({0, 1, 2, 3, 4, 5, 6, 0}), "0:1:2:3:4:5:6:0");
  // Of two rows the longer one, or else the first.
  EXPECT_EQ(TextOf({0x2001, 0, 0, 1, 0, 0, 0, 1}), "2001:0:0:1::1");
  EXPECT_EQ(TextOf({0x2001, 0xdb8, 0, 0, 1, 0, 0, 1}), "2001:db8::1:0:0:1");
  EXPECT_EQ(TextOf({0, 0, 1, 0, 0, 0, 0, 0}), "0:0:1::");
  EXPECT_EQ(TextOf({1, 2, 3, 4, 5, 6, 7, 0xABCD}), "1:2:3:4:5:6:7:abcd");
}

TEST(AddressTest, TheTextOfAnIpv4AddressHasFourNumbers) {
  EXPECT_EQ(IpAddress::V4(10, 0, 0, 255).ToString(), "10.0.0.255");
}

}  // namespace
}  // namespace sim
}  // namespace mortise
