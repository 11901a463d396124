// Which of two addresses goes first. The cases are those of RFC 6724, section
// 10.2, that are about two families or rules across them, and others.

#include "mortise/core/internal/address_selection.h"

#include <optional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/mock/mock_platform.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace internal {
namespace {

using ::testing::_;
using ::testing::Return;

// "" is no source.
Destination To(const std::string& address, const std::string& source) {
  Destination destination = {SocketAddress::Numeric(address, 80).value(), {}};
  if (!source.empty()) {
    destination.source = SocketAddress::Numeric(source, 4000).value();
  }
  return destination;
}

// Expects that `a` goes before `b`, whichever is named first.
void ExpectFirst(const Destination& a, const Destination& b) {
  EXPECT_LT(CompareDestinations(a, b), 0) << a.address << " and " << b.address;
  EXPECT_GT(CompareDestinations(b, a), 0) << b.address << " and " << a.address;
}

void ExpectEqual(const Destination& a, const Destination& b) {
  EXPECT_EQ(CompareDestinations(a, b), 0) << a.address << " and " << b.address;
  EXPECT_EQ(CompareDestinations(b, a), 0) << a.address << " and " << b.address;
}

TEST(AddressSelectionTest, Rule1AnAddressThatCanBeReached) {
  ExpectFirst(To("192.0.2.1", "192.0.2.9"), To("2001:db8::1", ""));
  ExpectFirst(To("2001:db8::1", "2001:db8::9"), To("192.0.2.1", ""));
  // Both are of no use: the other rules do not matter.
  ExpectEqual(To("2001:db8::1", ""), To("192.0.2.1", ""));
}

TEST(AddressSelectionTest, Rule2AMatchingScope) {
  ExpectFirst(To("198.51.100.121", "198.51.100.117"),
              To("2001:db8:1::1", "fe80::1"));
  ExpectFirst(To("2001:db8:1::1", "2001:db8:1::2"),
              To("198.51.100.121", "169.254.13.78"));
  // 127.0.0.1 and ::1 are link-local.
  ExpectFirst(To("127.0.0.1", "127.0.0.1"), To("::1", "2001:db8::9"));
  // So is a multicast address that says so.
  ExpectFirst(To("ff02::1", "fe80::1"), To("ff0e::1", "fe80::1"));
  ExpectFirst(To("fec0::1", "fec0::2"), To("2001:db8::1", "fec0::2"));
}

TEST(AddressSelectionTest, Rule5AMatchingLabel) {
  // 6to4 and Teredo sources do not fit a native address, and IPv4 fits itself.
  ExpectFirst(To("192.0.2.1", "192.0.2.9"), To("2001:db8::1", "2002:c633::1"));
  ExpectFirst(To("192.0.2.1", "192.0.2.9"), To("2001:db8::1", "2001::1"));
  ExpectFirst(To("192.0.2.1", "192.0.2.9"), To("2001:db8::1", "fd00::1"));
  ExpectFirst(To("2002:c633:6401::1", "2002:c633:6401::d5e3"),
              To("2001:db8:1::1", "2002:c633:6401::d5e3"));
  ExpectFirst(To("192.0.2.1", "192.0.2.9"), To("3ffe::1", "2001:db8::1"));
}

TEST(AddressSelectionTest, Rule6AHigherPrecedence) {
  ExpectFirst(To("2001:db8::1", "2001:db8::9"), To("192.0.2.1", "192.0.2.9"));
  ExpectFirst(To("2001:db8::1", "2001:db8::9"), To("10.1.2.3", "10.1.2.4"));
  ExpectFirst(To("192.0.2.1", "192.0.2.9"), To("2002:c633::1", "2002:c633::2"));
  ExpectFirst(To("192.0.2.1", "192.0.2.9"), To("2001::1", "2001::2"));
  ExpectFirst(To("192.0.2.1", "192.0.2.9"), To("fd00::1", "fd00::2"));
  ExpectFirst(To("::1", "::1"), To("127.0.0.1", "127.0.0.1"));
  // An IPv4-compatible address is no ::1.
  ExpectFirst(To("192.0.2.1", "192.0.2.9"), To("::192.0.2.1", "::192.0.2.9"));
}

TEST(AddressSelectionTest, Rule8ASmallerScope) {
  ExpectFirst(To("fe80::1", "fe80::2"), To("2001:db8::1", "2001:db8::9"));
  ExpectFirst(To("169.254.1.1", "169.254.1.2"), To("10.1.2.3", "10.1.2.4"));
}

TEST(AddressSelectionTest, AMappedAddressIsTheIpv4Address) {
  ExpectEqual(To("::ffff:192.0.2.1", "::ffff:192.0.2.9"),
              To("192.0.2.1", "192.0.2.9"));
  ExpectFirst(To("::ffff:127.0.0.1", "::ffff:127.0.0.1"),
              To("192.0.2.1", "192.0.2.9"));
}

// Rule 9, the longest common prefix, is not asked.
TEST(AddressSelectionTest, NothingElseTells) {
  ExpectEqual(To("2001:db8::1", "2001:db8::2"),
              To("2001:db8:ffff::1", "2001:db8::2"));
}

class FindSourceTest : public ::testing::Test {
 protected:
  const SocketAddress destination_ = SocketAddress::Ipv4({192, 0, 2, 1}, 80);
  MockPlatform mock_;
};

TEST_F(FindSourceTest, ADatagramSocketTells) {
  EXPECT_CALL(mock_.sockets, Socket(kAfInet, kSockDgram, 0))
      .WillOnce(Return(Made(NativeHandle(7))));
  EXPECT_CALL(mock_.sockets, Connect(NativeHandle(7), _))
      .WillOnce([this](NativeHandle, const SockAddr& to) {
        EXPECT_EQ(SocketAddress(to), destination_);
        return Done();
      });
  const SocketAddress source = SocketAddress::Ipv4({192, 0, 2, 9}, 4000);
  EXPECT_CALL(mock_.sockets, GetSockName(NativeHandle(7), _))
      .WillOnce([&source](NativeHandle, SockAddr* name) {
        *name = source.raw();
        return Done();
      });
  EXPECT_CALL(mock_.sockets, Close(NativeHandle(7))).WillOnce(Return(Done()));
  EXPECT_EQ(FindSource(mock_.platform, destination_), source);
}

TEST_F(FindSourceTest, ThereMayBeNoWay) {
  EXPECT_CALL(mock_.sockets, Socket)
      .WillOnce(Return(Failed<NativeHandle>(ErrorCode::kEafnosupport)))
      .WillRepeatedly(Return(Made(NativeHandle(7))));
  EXPECT_EQ(FindSource(mock_.platform, destination_), std::nullopt);

  EXPECT_CALL(mock_.sockets, Close(NativeHandle(7)))
      .Times(2)
      .WillRepeatedly(Return(Done()));
  EXPECT_CALL(mock_.sockets, Connect)
      .WillOnce(Return(Failed(ErrorCode::kEnetunreach)))
      .WillOnce(Return(Done()));
  EXPECT_EQ(FindSource(mock_.platform, destination_), std::nullopt);
  // The default of the mock: it cannot tell.
  EXPECT_EQ(FindSource(mock_.platform, destination_), std::nullopt);
}

// The system itself sends nothing for it, and has a way to itself.
TEST_F(FindSourceTest, ThisMachineHasAWayToItself) {
  const SocketAddress loopback = SocketAddress::Ipv4({127, 0, 0, 1}, 9);
  const std::optional<SocketAddress> source =
      FindSource(Platform::Default(), loopback);
  ASSERT_TRUE(source.has_value());
  EXPECT_EQ(source->host(), "127.0.0.1");
}

}  // namespace
}  // namespace internal
}  // namespace mortise
