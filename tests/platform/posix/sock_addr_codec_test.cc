#include "mortise/platform/posix/sock_addr_codec.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {
namespace posix {
namespace {

constexpr std::size_t kPathOffset = offsetof(sockaddr_un, sun_path);

SockAddr AddressOf(int family, absl::string_view bytes) {
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

template <typename Native>
Native As(const NativeAddress& native) {
  Native result;
  std::memcpy(&result, native.get(), sizeof(result));
  return result;
}

// Returns what a system call leaves behind: `length` bytes of `value`, in
// memory that is otherwise full of other bytes.
template <typename Native>
NativeAddress Filled(const Native& value, std::size_t length) {
  NativeAddress native;
  std::memset(&native.storage, 0xab, sizeof(native.storage));
  std::memcpy(&native.storage, &value, std::min(length, sizeof(value)));
  native.length = static_cast<socklen_t>(length);
  return native;
}

SockAddr Decoded(const NativeAddress& native) {
  // Nothing of the former contents remains.
  SockAddr address;
  address.family = 99;
  address.size = 99;
  address.port = 99;
  address.flowinfo = 99;
  address.scope_id = 99;
  DecodeSockAddr(native, &address);
  return address;
}

TEST(SockAddrCodecTest, Ipv4) {
  SockAddr address = AddressOf(AF_INET, "\x7f\x02\x03\x04");
  address.port = 0x1234;
  NativeAddress native;
  ASSERT_EQ(EncodeSockAddr(address, &native), 0);
  ASSERT_EQ(native.length, sizeof(sockaddr_in));
  const auto in = As<sockaddr_in>(native);
  EXPECT_EQ(in.sin_family, AF_INET);
  EXPECT_EQ(in.sin_port, htons(0x1234));
  EXPECT_EQ(in.sin_addr.s_addr, htonl(0x7f020304));

  const SockAddr back = Decoded(native);
  EXPECT_EQ(back.family, AF_INET);
  EXPECT_EQ(back.port, 0x1234);
  EXPECT_EQ(back.flowinfo, 0u);
  EXPECT_EQ(back.scope_id, 0u);
  EXPECT_EQ(BytesOf(back), BytesOf(address));
}

TEST(SockAddrCodecTest, Ipv6) {
  SockAddr address = AddressOf(AF_INET6, "0123456789abcdef");
  address.port = 0x1234;
  address.flowinfo = 0x56789;
  address.scope_id = 0x01020304;
  NativeAddress native;
  ASSERT_EQ(EncodeSockAddr(address, &native), 0);
  ASSERT_EQ(native.length, sizeof(sockaddr_in6));
  const auto in6 = As<sockaddr_in6>(native);
  EXPECT_EQ(in6.sin6_family, AF_INET6);
  EXPECT_EQ(in6.sin6_port, htons(0x1234));
  EXPECT_EQ(in6.sin6_flowinfo, htonl(0x56789));
  EXPECT_EQ(in6.sin6_scope_id, 0x01020304u);
  EXPECT_EQ(std::memcmp(&in6.sin6_addr, "0123456789abcdef", 16), 0);

  const SockAddr back = Decoded(native);
  EXPECT_EQ(back.family, AF_INET6);
  EXPECT_EQ(back.port, 0x1234);
  EXPECT_EQ(back.flowinfo, 0x56789u);
  EXPECT_EQ(back.scope_id, 0x01020304u);
  EXPECT_EQ(BytesOf(back), BytesOf(address));
}

TEST(SockAddrCodecTest, APathHasATerminator) {
  NativeAddress native;
  ASSERT_EQ(EncodeSockAddr(AddressOf(AF_UNIX, "/run/x"), &native), 0);
  EXPECT_EQ(native.length, kPathOffset + 7);
  EXPECT_STREQ(As<sockaddr_un>(native).sun_path, "/run/x");
  EXPECT_EQ(BytesOf(Decoded(native)), "/run/x");
}

TEST(SockAddrCodecTest, ThePathOfAKernelThatCountsMoreEndsAtTheTerminator) {
  // The length counts the whole structure, as on macOS.
  sockaddr_un un = {};
  un.sun_family = AF_UNIX;
  std::strcpy(un.sun_path, "/run/x");
  EXPECT_EQ(BytesOf(Decoded(Filled(un, sizeof(un)))), "/run/x");
}

TEST(SockAddrCodecTest, APathWithoutATerminatorIsAsLongAsItCounts) {
  sockaddr_un un = {};
  un.sun_family = AF_UNIX;
  std::memset(un.sun_path, 'p', sizeof(un.sun_path));
  EXPECT_EQ(BytesOf(Decoded(Filled(un, sizeof(un)))),
            std::string(sizeof(un.sun_path), 'p'));
  EXPECT_EQ(BytesOf(Decoded(Filled(un, kPathOffset + 5))), "ppppp");
}

TEST(SockAddrCodecTest, TheLongestPathFitsAndALongerOneDoesNot) {
  EXPECT_EQ(kMaxUnixPath, sizeof(sockaddr_un::sun_path) - 1);
  NativeAddress native;
  const std::string longest(kMaxUnixPath, 'p');
  ASSERT_EQ(EncodeSockAddr(AddressOf(AF_UNIX, longest), &native), 0);
  EXPECT_EQ(native.length, sizeof(sockaddr_un));
  EXPECT_EQ(BytesOf(Decoded(native)), longest);
  EXPECT_EQ(EncodeSockAddr(AddressOf(AF_UNIX, longest + "pp"), &native),
            ENAMETOOLONG);
}

TEST(SockAddrCodecTest, NoPathIsNoMoreThanTheFamily) {
  NativeAddress native;
  ASSERT_EQ(EncodeSockAddr(AddressOf(AF_UNIX, ""), &native), 0);
  EXPECT_EQ(native.length, kPathOffset);
  const SockAddr back = Decoded(native);
  EXPECT_EQ(back.family, AF_UNIX);
  EXPECT_EQ(back.size, 0);
}

#ifdef __linux__
TEST(SockAddrCodecTest, EveryByteOfAnAbstractNameCounts) {
  for (const absl::string_view name :
       {absl::string_view("\0x", 2), absl::string_view("\0x\0", 3),
        absl::string_view("\0", 1), absl::string_view("\0\0\0y", 4)}) {
    NativeAddress native;
    ASSERT_EQ(EncodeSockAddr(AddressOf(AF_UNIX, name), &native), 0);
    EXPECT_EQ(native.length, kPathOffset + name.size());
    EXPECT_EQ(BytesOf(Decoded(native)), name);
  }
  NativeAddress native;
  std::string longest(sizeof(sockaddr_un::sun_path), 'n');
  longest[0] = '\0';
  ASSERT_EQ(EncodeSockAddr(AddressOf(AF_UNIX, longest), &native), 0);
  EXPECT_EQ(native.length, sizeof(sockaddr_un));
  EXPECT_EQ(BytesOf(Decoded(native)), longest);
}
#endif

TEST(SockAddrCodecTest, WhatFollowsAnotherFamilyIsItsBytes) {
  constexpr int kFamily = 77;
  const std::string bytes(SockAddr::kCapacity, 'b');
  NativeAddress native;
  ASSERT_EQ(EncodeSockAddr(AddressOf(kFamily, bytes), &native), 0);
  EXPECT_EQ(native.length, sizeof(sockaddr_storage));
  EXPECT_EQ(native.get()->sa_family, kFamily);
  const SockAddr back = Decoded(native);
  EXPECT_EQ(back.family, kFamily);
  EXPECT_EQ(BytesOf(back), bytes);
}

TEST(SockAddrCodecTest, WhatTheSystemLeftEmptyIsNoAddress) {
  sockaddr_in in = {};
  in.sin_family = AF_INET;
  for (const std::size_t length : {std::size_t{0}, std::size_t{1}}) {
    const SockAddr address = Decoded(Filled(in, length));
    EXPECT_EQ(address.family, AF_UNSPEC);
    EXPECT_EQ(address.size, 0);
    EXPECT_EQ(address.port, 0);
  }
}

TEST(SockAddrCodecTest, AnIpAddressThatIsNotWholeIsRefused) {
  for (const int family : {AF_INET, AF_INET6}) {
    const std::size_t whole = family == AF_INET ? 4 : 16;
    for (const std::size_t size :
         {std::size_t{0}, whole - 1, whole + 1, SockAddr::kCapacity}) {
      SockAddr address = AddressOf(family, std::string(size, 'a'));
      NativeAddress native;
      EXPECT_EQ(EncodeSockAddr(address, &native), EINVAL) << size;
      address.size = 255;
      EXPECT_EQ(EncodeSockAddr(address, &native), EINVAL);
    }
  }
}

TEST(SockAddrCodecTest, WhatIsShorterThanItsFamilyHasItIsNoAddress) {
  sockaddr_in in = {};
  in.sin_family = AF_INET;
  sockaddr_in6 in6 = {};
  in6.sin6_family = AF_INET6;
  // The lengths include 18 and 6, which are the family and as many bytes as an
  // address has.
  for (std::size_t length = 0; length < sizeof(in6); ++length) {
    EXPECT_EQ(Decoded(Filled(in6, length)).family, AF_UNSPEC) << length;
    EXPECT_EQ(Decoded(Filled(in6, length)).size, 0) << length;
    if (length >= sizeof(in)) continue;
    EXPECT_EQ(Decoded(Filled(in, length)).family, AF_UNSPEC) << length;
    EXPECT_EQ(Decoded(Filled(in, length)).size, 0) << length;
  }
}

TEST(SockAddrCodecTest, ALengthBeyondTheStructureIsNotBelieved) {
  sockaddr_un un = {};
  un.sun_family = AF_UNIX;
  std::strcpy(un.sun_path, "/run/x");
  EXPECT_EQ(BytesOf(Decoded(Filled(un, 4000))), "/run/x");
}

}  // namespace
}  // namespace posix
}  // namespace mortise
