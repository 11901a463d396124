// The part of core in addresses of families: checks, look-ups of interfaces,
// and the errors of calls.

#include "mortise/core/family_address.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/address.h"
#include "mortise/core/error.h"
#include "mortise/core/internal/family_text.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/family_address.h"
#include "mortise/platform/family_layout.h"
#include "mortise/platform/mock/mock_platform.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/tests/core/mock_socket.h"
#include "mortise/tests/core/usage_error.h"

namespace mortise {
namespace {

using ::testing::_;
using ::testing::Eq;
using ::testing::Return;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

// Returns an address of a family that no system has.
SockAddr Unknown() {
  SockAddr address;
  address.family = 4242;
  address.size = 1;
  address.bytes[0] = 'x';
  return address;
}

// Returns addresses of which each system has at least one family.
std::vector<FamilyAddress> OneOfEachSystem() {
  return {NetlinkAddress{0, 1}, SystemAddress{5, 1}, HypervAddress{}};
}

class FamilyAddressTest : public MockSocketTest {
 protected:
  absl::Status StatusOf(const FamilyAddress& address) {
    return MakeAddress(address, &mock_.platform).status();
  }
  void ExpectRefusal(const FamilyAddress& address,
                     const std::string& complaint) {
    EXPECT_THAT(StatusOf(address), IsRefusal(kInvalid, "address", complaint));
  }
};

// The mocks are strict, so the test shows that the platform is not called.
TEST_F(FamilyAddressTest, AWrongFieldIsNamed) {
  PacketAddress packet;
  packet.hardware_address = std::string(33, 'h');
  ExpectRefusal(packet,
                absl::StrCat("hardware_address: 33 bytes are more than 32: \"",
                             std::string(33, 'h'), "\""));
  ExpectRefusal(PacketAddress{std::string("e\0h", 3)},
                "ifname: \"e\\x00h\" has a NUL inside");
  ExpectRefusal(CanAddress{std::string("\0", 1)},
                "ifname: \"\\x00\" has a NUL inside");
  ExpectRefusal(CanIsotpAddress{std::string("\0", 1)},
                "ifname: \"\\x00\" has a NUL inside");
  ExpectRefusal(CanJ1939Address{std::string("\0", 1)},
                "ifname: \"\\x00\" has a NUL inside");
  ExpectRefusal(AlgAddress{std::string(14, 't'), "n"},
                "type: 14 bytes are more than 13: \"tttttttttttttt\"");
  ExpectRefusal(AlgAddress{std::string("t\0", 2), "n"},
                "type: \"t\\x00\" has a NUL inside");
  ExpectRefusal(AlgAddress{"t", std::string("n\0", 2)},
                "name: \"n\\x00\" has a NUL inside");
  ExpectRefusal(AlgAddress{"t", std::string(64, 'n')},
                absl::StrCat("name: 64 bytes are more than 63: \"",
                             std::string(64, 'n'), "\""));
  ExpectRefusal(L2capAddress{"localhost"},
                "address: \"localhost\" is not a Bluetooth address");
  ExpectRefusal(RfcommAddress{"1:2:3:4:5"},
                "address: \"1:2:3:4:5\" is not a Bluetooth address");
  ExpectRefusal(ScoAddress{"1:2:3:4:5:100"},
                "address: \"1:2:3:4:5:100\" is not a Bluetooth address");
  ExpectRefusal(HypervAddress{"", "1234"},
                "service_id: \"1234\" is not a GUID");
  ExpectRefusal(TipcAddress{TipcAddress::Type::kSocket, 1, 2, 3},
                "v3: 3 is given, but a socket address has no v3");
  ExpectRefusal(TipcAddress{static_cast<TipcAddress::Type>(77)},
                "type: 77 is not a type of TIPC address");
  ExpectRefusal(SystemAddress{7, 0, "com.apple.net"},
                "id: 7 is given beside the name \"com.apple.net\"");
  ExpectRefusal(SystemAddress{0, 0, std::string("c\0", 2)},
                "name: \"c\\x00\" has a NUL inside");
  EXPECT_EQ(StatusOf(SystemAddress{0, 0, std::string(96, 'c')}).code(),
            kInvalid);
}

TEST_F(FamilyAddressTest, AnIndexBeyondAnIntIsOutOfRange) {
  for (const std::uint32_t index : {0x80000000u, 0xffffffffu}) {
    EXPECT_THAT(StatusOf(CanAddress{"", index}),
                IsRefusal(absl::StatusCode::kOutOfRange, "address",
                          absl::StrCat("ifindex: ", index,
                                       " is not in 0 to 2147483647")));
  }
}

TEST_F(FamilyAddressTest, ANamedInterfaceIsLookedUpWhereThereIsSuchAFamily) {
  const std::optional<SockAddr> fifth = EncodeFamilyAddress(CanAddress{"", 5});
  if (!fifth.has_value()) GTEST_SKIP() << "no AF_CAN";
  EXPECT_CALL(mock_.interfaces, NameToIndex(Eq("can0")))
      .WillOnce(Return(Made(std::uint32_t{5})));
  const absl::StatusOr<SocketAddress> made =
      MakeAddress(CanAddress{"can0"}, &mock_.platform);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(*made, SocketAddress(*fifth));
}

TEST_F(FamilyAddressTest, ANamedControlIsLookedUpWhereThereAreControls) {
  const std::optional<SockAddr> fifth =
      EncodeFamilyAddress(SystemAddress{5, 1});
  if (!fifth.has_value()) GTEST_SKIP() << "no AF_SYSTEM";
  EXPECT_CALL(mock_.interfaces, KernelControlId(Eq("com.apple.net")))
      .WillOnce(Return(Made(std::uint32_t{5})))
      .WillOnce(Return(Failed<std::uint32_t>(ErrorCode::kEnoent)));
  const SystemAddress named = {0, 1, "com.apple.net"};
  const absl::StatusOr<SocketAddress> made =
      MakeAddress(named, &mock_.platform);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(*made, SocketAddress(*fifth));
  EXPECT_EQ(StatusOf(named).code(), absl::StatusCode::kNotFound);
}

// The mocks are strict, so a look-up would fail the test.
TEST_F(FamilyAddressTest, NothingIsLookedUpForAFamilyThatThereIsNot) {
  int missing = 0;
  for (const FamilyAddress& named :
       {FamilyAddress(PacketAddress{"eth0"}), FamilyAddress(CanAddress{"can0"}),
        FamilyAddress(SystemAddress{0, 1, "com.apple.net"})}) {
    if (EncodeFamilyAddress(named).has_value()) continue;
    ++missing;
    const absl::Status status = StatusOf(named);
    EXPECT_TRUE(IsUnsupported(status));
    EXPECT_EQ(status.message(),
              absl::StrCat("address ", Address(named).ToString(),
                           ": not supported on this platform [unsupported]"));
  }
  EXPECT_GT(missing, 0) << "no system has all of them";
}

TEST_F(FamilyAddressTest, ABindSaysThatItWasABind) {
  for (const FamilyAddress& any : OneOfEachSystem()) {
    const std::optional<SockAddr> encoded = EncodeFamilyAddress(any);
    if (!encoded.has_value()) continue;
    Socket socket = Open(encoded->family);
    EXPECT_THAT(socket.Bind(ScoAddress{"?"}),
                IsRefusal(kInvalid, "bind",
                          "address: \"?\" is not a Bluetooth address"));
    EXPECT_CALL(mock_.sockets, Bind(kHandle, _))
        .WillOnce([&encoded](NativeHandle, const SockAddr& address) {
          EXPECT_EQ(SocketAddress(address), SocketAddress(*encoded));
          return Done();
        });
    EXPECT_TRUE(socket.Bind(any).ok());
  }
}

TEST_F(FamilyAddressTest, AVariantIsAnAddressToo) {
  const FamilyAddress any = VsockAddress{2, 1234};
  const Address address = any;
  ASSERT_NE(address.family_address(), nullptr);
  EXPECT_EQ(*address.family_address(), any);
  EXPECT_EQ(address.resolved(), nullptr);
  EXPECT_EQ(address.host_port(), nullptr);
  EXPECT_EQ(address.unix_path(), nullptr);
  EXPECT_EQ(address.ToString(), "vsock:2:1234");
}

TEST_F(FamilyAddressTest, AnInterfaceThatIsGoneHasNoName) {
  const std::optional<SockAddr> ninth = EncodeFamilyAddress(CanAddress{"", 9});
  if (!ninth.has_value()) GTEST_SKIP() << "no AF_CAN";
  EXPECT_CALL(mock_.interfaces, IndexToName(9))
      .WillOnce(Return(Failed<std::string>(ErrorCode::kEnxio)));
  const absl::StatusOr<CanAddress> read =
      AddressAs<CanAddress>(SocketAddress(*ninth), &mock_.platform);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, (CanAddress{"", 9}));
}

TEST_F(FamilyAddressTest, WhatIsNoSuchAddressIsTheCallersFault) {
  for (FamilyAddress kind : OneOfEachSystem()) {
    const bool has_it = EncodeFamilyAddress(kind).has_value();
    const std::string name = internal::FamilyKindName(kind);
    const absl::Status status =
        ReadAddress(SocketAddress(Unknown()), &kind, &mock_.platform);
    if (has_it) {
      EXPECT_THAT(
          status,
          IsRefusal(
              kInvalid, "address",
              absl::StrCat("address: 4242:78 is not an address of ", name)));
    } else {
      EXPECT_TRUE(IsUnsupported(status)) << status;
    }
  }
}

TEST(FamilyTextTest, OfWhatACallerWrote) {
  const auto text = [](auto address) {
    return Address(std::move(address)).ToString();
  };
  EXPECT_EQ(text(CanAddress{"vcan0"}), "can:vcan0");
  EXPECT_EQ(text(CanAddress{"", 3}), "can:3");
  EXPECT_EQ(text(CanAddress{"v\n"}), "can:v\\n");
  EXPECT_EQ(text(PacketAddress{"eth0", 0x0800}), "packet:eth0,proto=0x0800");
  EXPECT_EQ(text(ScoAddress{}), "sco:00:00:00:00:00:00");
  EXPECT_EQ(text(HypervAddress{}),
            absl::StrCat("hyperv:", kHvGuidZero, ":", kHvGuidZero));
  EXPECT_EQ(text(SystemAddress{0, 1, "com.apple.net.utun_control"}),
            "system:com.apple.net.utun_control:1");
  EXPECT_EQ(text(TipcAddress{static_cast<TipcAddress::Type>(77)}), "tipc:77");
  EXPECT_EQ(text(TipcAddress{TipcAddress::Type::kService, 1, 2, 3, -1}),
            "tipc:service=1:2:3,scope=-1");
}

}  // namespace
}  // namespace mortise
