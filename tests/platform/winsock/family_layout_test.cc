// Compares the layouts with the structures of Microsoft's headers, byte by
// byte.

#include "mortise/platform/family_layout.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <variant>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "mortise/platform/family_address.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/winsock/os_headers.h"
#include "mortise/platform/winsock/sock_addr_codec.h"

namespace mortise {
namespace winsock {
namespace {

template <typename Kind>
std::string Native(const Kind& address) {
  const std::optional<SockAddr> encoded = EncodeFamilyAddress(address);
  EXPECT_TRUE(encoded.has_value());
  NativeAddress native;
  EXPECT_EQ(EncodeSockAddr(encoded.value_or(SockAddr()), &native), 0);
  return std::string(reinterpret_cast<const char*>(native.get()),
                     static_cast<std::size_t>(native.length));
}

SockAddr FromSystem(absl::string_view bytes) {
  NativeAddress native;
  std::memcpy(&native.storage, bytes.data(), bytes.size());
  native.length = static_cast<int>(bytes.size());
  SockAddr address;
  DecodeSockAddr(native, &address);
  return address;
}

template <typename Kind>
std::optional<Kind> Read(absl::string_view bytes) {
  FamilyAddress result = Kind();
  const FamilyDecoding decoding =
      DecodeFamilyAddress(FromSystem(bytes), &result);
  if (decoding != FamilyDecoding::kDone) {
    EXPECT_EQ(decoding, FamilyDecoding::kOtherKind);
    return std::nullopt;
  }
  return std::get<Kind>(result);
}

TEST(FamilyLayoutTest, Rfcomm) {
  SOCKADDR_BTH native = {};
  native.addressFamily = AF_BTH;
  native.btAddr = 0x001bdc0fa0ff;
  native.port = 30;
  const std::string bytes(reinterpret_cast<const char*>(&native),
                          sizeof(native));
  const RfcommAddress address = {"00:1B:DC:0F:A0:FF", 30};
  EXPECT_EQ(Native(address), bytes);
  EXPECT_EQ(Read<RfcommAddress>(bytes), address);
  for (std::size_t size = 2; size < bytes.size(); ++size) {
    EXPECT_EQ(Read<RfcommAddress>(absl::string_view(bytes).substr(0, size)),
              std::nullopt);
  }
}

TEST(FamilyLayoutTest, AnyRfcommChannel) {
  SOCKADDR_BTH native = {};
  native.addressFamily = AF_BTH;
  native.port = BT_PORT_ANY;
  const std::string bytes(reinterpret_cast<const char*>(&native),
                          sizeof(native));
  EXPECT_EQ(Native(RfcommAddress()), bytes);
  EXPECT_EQ(Read<RfcommAddress>(bytes), (RfcommAddress{kBdaddrAny, 0}));
}

// A port of L2CAP, or an address of more than 48 bits, is refused and not cut.
TEST(FamilyLayoutTest, WhatDoesNotFitIsRefused) {
  SOCKADDR_BTH native = {};
  native.addressFamily = AF_BTH;
  native.port = 0x1001;
  EXPECT_EQ(Read<RfcommAddress>(absl::string_view(
                reinterpret_cast<const char*>(&native), sizeof(native))),
            std::nullopt);
  native.port = 1;
  native.btAddr = std::uint64_t{1} << 48;
  EXPECT_EQ(Read<RfcommAddress>(absl::string_view(
                reinterpret_cast<const char*>(&native), sizeof(native))),
            std::nullopt);
}

// The first three fields of a GUID are numbers in the machine's byte order.
TEST(FamilyLayoutTest, Hyperv) {
  const std::string bytes = absl::HexStringToBytes(
      "22000000"
      "da7c2ea43fd00c489cc2a4de20abb878"
      "c90a0000cbfae611bd5864006a7986d3");
  const HypervAddress address = {kHvGuidParent,
                                 "00000AC9-FACB-11E6-BD58-64006A7986D3"};
  EXPECT_EQ(absl::BytesToHexString(Native(address)),
            absl::BytesToHexString(bytes));
  EXPECT_EQ(Read<HypervAddress>(bytes), address);
  for (std::size_t size = 2; size < bytes.size(); ++size) {
    EXPECT_EQ(Read<HypervAddress>(absl::string_view(bytes).substr(0, size)),
              std::nullopt);
  }
  EXPECT_EQ(Native(HypervAddress()),
            absl::HexStringToBytes("22000000") + std::string(32, '\0'));
}

TEST(FamilyLayoutTest, KindsByFamily) {
  SockAddr address;
  address.family = AF_BTH;
  EXPECT_TRUE(std::holds_alternative<RfcommAddress>(
      FamilyKind(address, BTHPROTO_RFCOMM).value()));
  address.family = AF_HYPERV;
  EXPECT_TRUE(
      std::holds_alternative<HypervAddress>(FamilyKind(address, 1).value()));
  for (const int family : {AF_UNSPEC, AF_INET, AF_INET6, AF_UNIX, 200}) {
    address.family = static_cast<std::uint16_t>(family);
    EXPECT_FALSE(FamilyKind(address, 0).has_value()) << family;
  }
}

}  // namespace
}  // namespace winsock
}  // namespace mortise
