// A name that the headers of a build lack is not found by its look-ups either.

#include <optional>

#include "gtest/gtest.h"
#include "mortise/core/constants.h"
#include "mortise/platform/constants/native_table.h"

namespace mortise {
namespace constants_internal {

// Replaces the OS's own table, which the linker takes only if the function is
// not defined elsewhere. It is the table of headers that have neither
// SO_KEEPALIVE nor AF_INET6.
NativeTable GetNativeTable() {
  static const char* const kOfOneFile[] = {nullptr, "SO_KEEPALIVE", nullptr};
  static const char* const kOfAnother[] = {"AF_INET6", nullptr};
#if defined(_WIN32)
  return {Os::kWindows, {kOfOneFile, kOfAnother}};
#elif defined(__APPLE__)
  return {Os::kMacos, {kOfOneFile, kOfAnother}};
#else
  return {Os::kLinux, {kOfOneFile, kOfAnother}};
#endif
}

}  // namespace constants_internal

namespace {

TEST(LackingTest, ALackingNameIsNotFound) {
  EXPECT_EQ(FindConstant("SO_KEEPALIVE"), std::nullopt);
  EXPECT_EQ(FindConstant("AF_INET6"), std::nullopt);
  EXPECT_TRUE(FindConstant("SO_REUSEADDR").has_value());
  EXPECT_TRUE(FindConstant("AF_INET").has_value());
}

TEST(LackingTest, ItsNumberHasNoNameAndItIsInNoList) {
  EXPECT_EQ(ConstantName("SO", kSoKeepalive), "");
  EXPECT_EQ(ConstantName("AF", kAfInet6), "");
  for (const Constant& constant : Constants()) {
    EXPECT_NE(constant.name, "SO_KEEPALIVE");
  }
}

TEST(LackingTest, OtherSystemsTablesStayWhole) {
  for (Os os : {Os::kLinux, Os::kMacos, Os::kWindows}) {
    if (os == NativeOs()) continue;
    EXPECT_TRUE(FindConstant("SO_KEEPALIVE", os).has_value()) << OsName(os);
  }
}

}  // namespace
}  // namespace mortise
