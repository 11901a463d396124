#include "mortise/core/socket_types.h"

#include <climits>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "mortise/platform/constants/native.h"

namespace mortise {
namespace {

// Numbers that no system has given a name.
constexpr int kNameless[] = {-1, 60000, INT_MIN, INT_MAX};

template <typename T>
std::string Streamed(T value) {
  return testing::PrintToString(value);
}

TEST(AddressFamily, PrintsItsName) {
  EXPECT_EQ(AddressFamily().ToString(), "AF_UNSPEC");
  EXPECT_EQ(AddressFamily(kAfInet).ToString(), "AF_INET");
  EXPECT_EQ(AddressFamily(kAfInet6).ToString(), "AF_INET6");
  EXPECT_EQ(AddressFamily(kAfUnix).ToString(), "AF_UNIX");
  EXPECT_EQ(Streamed(AddressFamily(kAfInet6)), "AF_INET6");
}

TEST(SocketType, PrintsItsName) {
  EXPECT_EQ(SocketType(kSockStream).ToString(), "SOCK_STREAM");
  EXPECT_EQ(SocketType(kSockDgram).ToString(), "SOCK_DGRAM");
  EXPECT_EQ(SocketType(kSockRaw).ToString(), "SOCK_RAW");
  EXPECT_EQ(SocketType(kSockRdm).ToString(), "SOCK_RDM");
  EXPECT_EQ(SocketType(kSockSeqpacket).ToString(), "SOCK_SEQPACKET");
  EXPECT_EQ(Streamed(SocketType(kSockStream)), "SOCK_STREAM");
}

TEST(Protocol, PrintsItsName) {
  EXPECT_EQ(Protocol().ToString(), "IPPROTO_IP");
  EXPECT_EQ(Protocol(kIpprotoTcp).ToString(), "IPPROTO_TCP");
  EXPECT_EQ(Protocol(kIpprotoUdp).ToString(), "IPPROTO_UDP");
  EXPECT_EQ(Protocol(kIpprotoIcmp).ToString(), "IPPROTO_ICMP");
  EXPECT_EQ(Protocol(kIpprotoIcmpv6).ToString(), "IPPROTO_ICMPV6");
  EXPECT_EQ(Protocol(kIpprotoRaw).ToString(), "IPPROTO_RAW");
  EXPECT_EQ(Streamed(Protocol(kIpprotoUdp)), "IPPROTO_UDP");
}

TEST(SocketTypes, PrintANamelessNumberInDecimal) {
  for (const int number : kNameless) {
    EXPECT_EQ(AddressFamily(number).ToString(), absl::StrCat(number));
    EXPECT_EQ(SocketType(number).ToString(), absl::StrCat(number));
    EXPECT_EQ(Protocol(number).ToString(), absl::StrCat(number));
    EXPECT_EQ(Streamed(AddressFamily(number)), absl::StrCat(number));
  }
}

template <typename T>
void ExpectNumber() {
  static_assert(T().value() == 0);
  static_assert(T(7).value() == 7 && T(7) == 7);
  static_assert(!(T(7) == 8) && T(7) != 8 && !(T(7) != 7));
  for (const int number : kNameless) EXPECT_EQ(T(number).value(), number);
}

TEST(SocketTypes, AreTheNumbersThatTheyWereMadeOf) {
  ExpectNumber<AddressFamily>();
  ExpectNumber<SocketType>();
  ExpectNumber<Protocol>();
}

}  // namespace
}  // namespace mortise
