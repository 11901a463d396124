// Our header before the macro of <ws2tcpip.h>, in both forms of the macro.

#include "gtest/gtest.h"
#include "mortise/core/getnameinfo.h"

#ifdef GetNameInfo
#error "the header has made a macro where there was none"
#endif

namespace mortise {
namespace {

constexpr int kFlags = kNiNumerichost | kNiNumericserv;

#define GetNameInfo GetNameInfoA

TEST(GetNameInfoBeforeMacroTest, CallsUnderTheNarrowOneAreOurs) {
  EXPECT_EQ(mortise::GetNameInfo({"127.0.0.1", 80}, kFlags)->service, "80");
}

#undef GetNameInfo
#define GetNameInfo GetNameInfoW

TEST(GetNameInfoBeforeMacroTest, CallsUnderTheWideOneAreOurs) {
  EXPECT_EQ(mortise::GetNameInfo({"127.0.0.1", 80}, kFlags)->service, "80");
}

}  // namespace
}  // namespace mortise
