// Our header after the macro of <ws2tcpip.h>.

#define GetNameInfo GetNameInfoW

#include "gtest/gtest.h"
#include "mortise/core/getnameinfo.h"

namespace mortise {
namespace {

constexpr int kFlags = kNiNumerichost | kNiNumericserv;

#define TEXT_OF(name) #name
#define EXPANDED(name) TEXT_OF(name)

TEST(GetNameInfoAfterMacroTest, TheProgramKeepsItsMacro) {
  EXPECT_STREQ(EXPANDED(GetNameInfo), "GetNameInfoW");
}

TEST(GetNameInfoAfterMacroTest, CallsUnderItAreOurs) {
  EXPECT_EQ(mortise::GetNameInfo({"127.0.0.1", 80}, kFlags)->service, "80");
}

#undef GetNameInfo

TEST(GetNameInfoAfterMacroTest, CallsWithoutItAreOurs) {
  EXPECT_EQ(mortise::GetNameInfo({"127.0.0.1", 80}, kFlags)->service, "80");
}

}  // namespace
}  // namespace mortise
