// Our header after the macro of <ws2tcpip.h>.

#define GetAddrInfo GetAddrInfoW

#include "gtest/gtest.h"
#include "mortise/core/getaddrinfo.h"
#include "mortise/tests/headers/expect_found.h"

namespace mortise {
namespace {

#define TEXT_OF(name) #name
#define EXPANDED(name) TEXT_OF(name)

TEST(GetAddrInfoAfterMacroTest, TheProgramKeepsItsMacro) {
  EXPECT_STREQ(EXPANDED(GetAddrInfo), "GetAddrInfoW");
}

TEST(GetAddrInfoAfterMacroTest, CallsUnderItAreOurs) {
  ExpectFound(mortise::GetAddrInfo("127.0.0.1", 80));
  ExpectFound(mortise::GetAddrInfo("127.0.0.1", "80"));
}

#undef GetAddrInfo

TEST(GetAddrInfoAfterMacroTest, CallsWithoutItAreOurs) {
  ExpectFound(mortise::GetAddrInfo("127.0.0.1", 80));
  ExpectFound(mortise::GetAddrInfo("127.0.0.1", "80"));
}

}  // namespace
}  // namespace mortise
