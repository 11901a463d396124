#include "mortise/platform/winsock/sock_addr_codec.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/winsock/os_headers.h"

namespace mortise {
namespace winsock {
namespace {

SockAddr Of(int family, absl::string_view bytes) {
  SockAddr address;
  address.family = static_cast<std::uint16_t>(family);
  address.size = static_cast<std::uint8_t>(bytes.size());
  std::memcpy(address.bytes, bytes.data(), bytes.size());
  return address;
}

absl::string_view BytesOf(const SockAddr& address) {
  return absl::string_view(reinterpret_cast<const char*>(address.bytes),
                           address.size);
}

TEST(SockAddrCodecTest, Ipv4) {
  SockAddr address = Of(AF_INET, absl::string_view("\x7f\0\0\x01", 4));
  address.port = 0x1234;
  NativeAddress native;
  ASSERT_EQ(EncodeSockAddr(address, &native), 0);
  EXPECT_EQ(native.length, static_cast<int>(sizeof(sockaddr_in)));
  EXPECT_EQ(native.in.sin_family, AF_INET);
  EXPECT_EQ(native.in.sin_port, htons(0x1234));
  EXPECT_EQ(native.in.sin_addr.s_addr, htonl(INADDR_LOOPBACK));
  SockAddr back;
  DecodeSockAddr(native, &back);
  EXPECT_EQ(back.family, AF_INET);
  EXPECT_EQ(back.port, 0x1234);
  EXPECT_EQ(BytesOf(back), BytesOf(address));
}

TEST(SockAddrCodecTest, Ipv6) {
  SockAddr address = Of(AF_INET6, std::string(15, '\0') + "\x01");
  address.port = 443;
  address.flowinfo = 0x54321;
  address.scope_id = 7;
  NativeAddress native;
  ASSERT_EQ(EncodeSockAddr(address, &native), 0);
  EXPECT_EQ(native.length, static_cast<int>(sizeof(sockaddr_in6)));
  EXPECT_EQ(native.in6.sin6_port, htons(443));
  EXPECT_EQ(native.in6.sin6_flowinfo, htonl(0x54321));
  EXPECT_EQ(native.in6.sin6_scope_id, 7u);
  SockAddr back;
  DecodeSockAddr(native, &back);
  EXPECT_EQ(back.family, AF_INET6);
  EXPECT_EQ(back.port, 443);
  EXPECT_EQ(back.flowinfo, 0x54321u);
  EXPECT_EQ(back.scope_id, 7u);
  EXPECT_EQ(BytesOf(back), BytesOf(address));
}

TEST(SockAddrCodecTest, APathIsUtf8AndEndsAtItsTerminator) {
  const SockAddr address = Of(AF_UNIX, "C:\\Temp\\\xc3\xbc.sock");
  NativeAddress native;
  ASSERT_EQ(EncodeSockAddr(address, &native), 0);
  EXPECT_EQ(native.length, static_cast<int>(sizeof(sockaddr_un)));
  EXPECT_EQ(native.un.sun_family, AF_UNIX);
  EXPECT_STREQ(native.un.sun_path, "C:\\Temp\\\xc3\xbc.sock");
  SockAddr back;
  DecodeSockAddr(native, &back);
  EXPECT_EQ(back.family, AF_UNIX);
  EXPECT_EQ(BytesOf(back), BytesOf(address));
}

TEST(SockAddrCodecTest, TheLongestPathFitsAndALongerOneDoesNot) {
  NativeAddress native;
  EXPECT_EQ(
      EncodeSockAddr(Of(AF_UNIX, std::string(kMaxUnixPath, 'p')), &native), 0);
  SockAddr back;
  DecodeSockAddr(native, &back);
  EXPECT_EQ(back.size, kMaxUnixPath);
  EXPECT_EQ(
      EncodeSockAddr(Of(AF_UNIX, std::string(kMaxUnixPath + 1, 'p')), &native),
      WSAENAMETOOLONG);
}

TEST(SockAddrCodecTest, NamesWithoutAFileAreUnsupported) {
  NativeAddress native;
  EXPECT_EQ(EncodeSockAddr(Of(AF_UNIX, ""), &native), kNotSupportedError);
  EXPECT_EQ(
      EncodeSockAddr(Of(AF_UNIX, absl::string_view("\0abstract", 9)), &native),
      kNotSupportedError);
}

TEST(SockAddrCodecTest, AnUnnamedSocketHasNoPath) {
  NativeAddress native;
  native.un = {};
  native.un.sun_family = AF_UNIX;
  for (const std::size_t length :
       {offsetof(sockaddr_un, sun_path), sizeof(sockaddr_un)}) {
    native.SetLength(length);
    SockAddr back;
    DecodeSockAddr(native, &back);
    EXPECT_EQ(back.family, AF_UNIX);
    EXPECT_EQ(back.size, 0);
  }
}

TEST(SockAddrCodecTest, WhatFollowsAnotherFamilyIsItsBytes) {
  const SockAddr address = Of(32, "bluetooth");
  NativeAddress native;
  ASSERT_EQ(EncodeSockAddr(address, &native), 0);
  SockAddr back;
  DecodeSockAddr(native, &back);
  EXPECT_EQ(back.family, 32);
  EXPECT_EQ(BytesOf(back), "bluetooth");
}

TEST(SockAddrCodecTest, AnIpAddressThatIsNotWholeIsRefused) {
  for (const int family : {AF_INET, AF_INET6}) {
    const std::size_t whole = family == AF_INET ? 4 : 16;
    for (const std::size_t size : {std::size_t{0}, whole - 1, whole + 1}) {
      NativeAddress native;
      EXPECT_EQ(EncodeSockAddr(Of(family, std::string(size, 'a')), &native),
                WSAEINVAL)
          << size;
    }
  }
}

TEST(SockAddrCodecTest, WhatIsShorterThanItsFamilyHasItIsNoAddress) {
  for (std::size_t length = 0; length < sizeof(sockaddr_in6); ++length) {
    NativeAddress native;
    std::memset(&native.storage, 0xab, sizeof(native.storage));
    native.base.sa_family = AF_INET6;
    native.SetLength(length);
    SockAddr back = Of(AF_INET, "left");
    DecodeSockAddr(native, &back);
    EXPECT_EQ(back.family, AF_UNSPEC) << length;
    EXPECT_EQ(back.size, 0) << length;
  }
}

TEST(SockAddrCodecTest, WhatWinsockLeftAloneIsNoAddress) {
  SockAddr back = Of(AF_INET, "left");
  DecodeSockAddr(NativeAddress(), &back);
  EXPECT_EQ(back.family, AF_UNSPEC);
  EXPECT_EQ(back.size, 0);
  NativeAddress native;
  native.base.sa_family = AF_INET;
  native.SetLength(1);
  back = Of(AF_INET, "left");
  DecodeSockAddr(native, &back);
  EXPECT_EQ(back.family, AF_UNSPEC);
}

}  // namespace
}  // namespace winsock
}  // namespace mortise
