#include "mortise/platform/native_handle.h"

#include <cstdint>
#include <limits>

#include "gtest/gtest.h"

namespace mortise {
namespace {

TEST(NativeHandleTest, EverySystemsInvalidValueIsTheInvalidHandle) {
  EXPECT_FALSE(NativeHandle().valid());
  EXPECT_FALSE(NativeHandle(-1).valid());
  EXPECT_FALSE(NativeHandle(std::int64_t{-1}).valid());
  // INVALID_SOCKET on a 32-bit and on a 64-bit Windows.
  EXPECT_FALSE(NativeHandle(std::numeric_limits<std::uint32_t>::max()).valid());
  EXPECT_FALSE(NativeHandle(std::numeric_limits<std::uint64_t>::max()).valid());
  EXPECT_EQ(NativeHandle(std::numeric_limits<std::uint32_t>::max()).value(),
            -1);
}

TEST(NativeHandleTest, OtherNumbersStayWhatTheyAre) {
  EXPECT_TRUE(NativeHandle(0).valid());
  EXPECT_EQ(NativeHandle(std::uint32_t{7}), NativeHandle(7));
  EXPECT_EQ(NativeHandle(std::uint64_t{7}), NativeHandle(7));
  // The largest number of 8 bits is a descriptor, and not an invalid SOCKET.
  EXPECT_EQ(NativeHandle(std::numeric_limits<std::uint8_t>::max()).value(),
            255);
  EXPECT_EQ(NativeHandle(std::uint32_t{0x80000000}).value(), 0x80000000);
  const std::int64_t large = (std::int64_t{1} << 32) + 3;
  EXPECT_EQ(NativeHandle(large).value(), large);
  EXPECT_TRUE(NativeHandle(-2).valid());
  EXPECT_EQ(NativeHandle(-2).value(), -2);
}

}  // namespace
}  // namespace mortise
