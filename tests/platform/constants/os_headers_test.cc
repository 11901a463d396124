// The C++ names can be used beside the OS's own, whichever header comes first.

#if defined(_WIN32)
#include <winsock2.h>
#include <ws2tcpip.h>
#else
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#endif

#include "gtest/gtest.h"
#include "mortise/core/constants.h"

namespace mortise {
namespace {

TEST(OsHeadersTest, TheNamesSurviveTheMacros) {
  EXPECT_EQ(kAfInet6, AF_INET6);
  EXPECT_EQ(kSockStream, SOCK_STREAM);
  EXPECT_EQ(kSockDgram, SOCK_DGRAM);
  EXPECT_EQ(kSoReuseaddr, SO_REUSEADDR);
  EXPECT_EQ(kIpprotoIpv6, IPPROTO_IPV6);
  EXPECT_EQ(kTcpNodelay, TCP_NODELAY);
  EXPECT_EQ(kEaiNoname, EAI_NONAME);
  EXPECT_EQ(kInaddrLoopback, INADDR_LOOPBACK);
#if defined(_WIN32)
  EXPECT_EQ(kWsaeconnrefused, WSAECONNREFUSED);
  EXPECT_EQ(kShutRdwr, SD_BOTH);
#else
  EXPECT_EQ(kEconnrefused, ECONNREFUSED);
  EXPECT_EQ(kShutRdwr, SHUT_RDWR);
#endif
}

}  // namespace
}  // namespace mortise
