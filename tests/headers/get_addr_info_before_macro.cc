// Our header before the macro of <ws2tcpip.h>, in both forms of the macro.

#include "gtest/gtest.h"
#include "mortise/core/getaddrinfo.h"
#include "mortise/tests/headers/expect_found.h"

#ifdef GetAddrInfo
#error "the header has made a macro where there was none"
#endif

namespace mortise {
namespace {

#define GetAddrInfo GetAddrInfoA

TEST(GetAddrInfoBeforeMacroTest, CallsUnderTheNarrowOneAreOurs) {
  ExpectFound(mortise::GetAddrInfo("127.0.0.1", 80));
  ExpectFound(mortise::GetAddrInfo("127.0.0.1", "80"));
}

#undef GetAddrInfo
#define GetAddrInfo GetAddrInfoW

TEST(GetAddrInfoBeforeMacroTest, CallsUnderTheWideOneAreOurs) {
  ExpectFound(mortise::GetAddrInfo("127.0.0.1", 80));
  ExpectFound(mortise::GetAddrInfo("127.0.0.1", "80"));
}

}  // namespace
}  // namespace mortise
