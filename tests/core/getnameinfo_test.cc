#include "mortise/core/getnameinfo.h"

#include <iterator>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/address.h"
#include "mortise/core/error.h"
#include "mortise/core/family_address.h"
#include "mortise/core/socket_address.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/family_layout.h"
#include "mortise/platform/mock/mock_platform.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/core/usage_error.h"

namespace mortise {
namespace {

using ::testing::_;
using ::testing::Return;

class GetNameInfoTest : public ::testing::Test {
 protected:
  MockPlatform mock_;
  const LookupOptions options_ = {absl::Seconds(5), &mock_.platform};
};

TEST_F(GetNameInfoTest, HandsEverythingOnAndBack) {
  EXPECT_CALL(mock_.names, FindName(_, kNiNamereqd, absl::Seconds(5)))
      .WillOnce([](const SockAddr& address, int, absl::Duration) {
        EXPECT_EQ(address.family, kAfInet6);
        EXPECT_EQ(address.port, 80);
        EXPECT_EQ(address.flowinfo, 3u);
        EXPECT_EQ(address.scope_id, 4u);
        LookupResult<NameInfo> found;
        found.value = {"a.example", "http"};
        return found;
      });
  const absl::StatusOr<NameInfo> found =
      GetNameInfo(HostPort{"fe80::1", 80, 3, 4}, kNiNamereqd, options_);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->host, "a.example");
  EXPECT_EQ(found->service, "http");
}

TEST_F(GetNameInfoTest, AResolvedAddressGoesOnAsItIs) {
  const SocketAddress address = *SocketAddress::Raw(60000, "abc");
  EXPECT_CALL(mock_.names, FindName)
      .WillOnce([&](const SockAddr& raw, int flags, absl::Duration) {
        EXPECT_EQ(SocketAddress(raw), address);
        EXPECT_EQ(flags, 0);
        return LookupResult<NameInfo>();
      });
  EXPECT_TRUE(GetNameInfo(address, 0, options_).ok());
}

// One address of each kind in mortise/core/family_address.h. If the system does
// not have the kind, the call is an error. If the system has it, the system's
// resolver decides the result.
TEST_F(GetNameInfoTest, EveryKindOfAddressHasAnAnswerOrAnError) {
  const FamilyAddress kinds[] = {
      NetlinkAddress(),  PacketAddress(),   VsockAddress(), CanAddress(),
      CanIsotpAddress(), CanJ1939Address(), AlgAddress(),   L2capAddress(),
      RfcommAddress(),   ScoAddress(),      HciAddress(),   TipcAddress(),
      QipcrtrAddress(),  HypervAddress(),   SystemAddress()};
  static_assert(std::size(kinds) == std::variant_size_v<FamilyAddress>);
  LookupResult<NameInfo> refused;
  refused.error = mock_.errors.Native(ErrorCode::kEaiFamily);
  EXPECT_CALL(mock_.names, FindName).WillRepeatedly(Return(refused));
  for (const FamilyAddress& kind : kinds) {
    SCOPED_TRACE(Address(kind).ToString());
    const absl::Status status = GetNameInfo(kind, 0, options_).status();
    EXPECT_EQ(ErrorOf(status)->operation, "getnameinfo");
    if (EncodeFamilyAddress(kind).has_value()) {
      EXPECT_EQ(ErrorOf(status)->code, ErrorCode::kEaiFamily) << status;
    } else {
      EXPECT_TRUE(IsUnsupported(status)) << status;
    }
    EXPECT_FALSE(GetNameInfo(kind).ok());  // on the system's own platform
  }
}

TEST_F(GetNameInfoTest, WhatCannotBeRightIsRefusedBeforeTheHostIsLookedAt) {
  EXPECT_THAT(GetNameInfo({"no host", 65536}, 0, options_).status(),
              IsRefusal(absl::StatusCode::kOutOfRange, "getnameinfo",
                        "port: 65536 is not in 0 to 65535"));
  EXPECT_THAT(
      GetNameInfo(HostPort{"no host", 0, 0x100000}, 0, options_).status(),
      IsRefusal(absl::StatusCode::kOutOfRange, "getnameinfo",
                "flowinfo: 1048576 is not in 0 to 1048575"));
  EXPECT_THAT(
      GetNameInfo({"::1", 0}, 0, {-absl::Seconds(1), &mock_.platform}).status(),
      IsRefusal(absl::StatusCode::kOutOfRange, "getnameinfo",
                "timeout: -1s is negative"));
}

TEST_F(GetNameInfoTest, ANameIsNotLookedUp) {
  const absl::Status status =
      GetNameInfo({"a.example", 80}, 0, options_).status();
  EXPECT_EQ(ErrorOf(status)->domain, ErrorDomain::kGetAddrInfo);
  EXPECT_EQ(ErrorOf(status)->code, ErrorCode::kEaiNoname);
  EXPECT_EQ(ErrorOf(status)->address, "a.example:80");
  EXPECT_TRUE(IsNameNotFound(status));
}

TEST_F(GetNameInfoTest, ErrorsKeepTheirDomain) {
  LookupResult<NameInfo> failed;
  failed.error = mock_.errors.Native(ErrorCode::kEaiAgain);
  EXPECT_CALL(mock_.names, FindName).WillOnce(Return(failed));
  absl::Status status = GetNameInfo({"10.0.0.1", 80}, 0, options_).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ErrorOf(status)->domain, ErrorDomain::kGetAddrInfo);
  EXPECT_EQ(ErrorOf(status)->address, "10.0.0.1:80");

  failed.domain = ErrorDomain::kOs;
  failed.error = mock_.errors.Native(ErrorCode::kEmfile);
  EXPECT_CALL(mock_.names, FindName).WillOnce(Return(failed));
  status = GetNameInfo({"10.0.0.1", 80}, 0, options_).status();
  EXPECT_EQ(ErrorOf(status)->domain, ErrorDomain::kOs);

  LookupResult<NameInfo> late;
  late.timed_out = true;
  EXPECT_CALL(mock_.names, FindName).WillOnce(Return(late));
  EXPECT_EQ(GetNameInfo({"10.0.0.1", 80}, 0, options_).status().message(),
            "getnameinfo 10.0.0.1:80: timed out");

  failed.error = mock_.errors.Native(ErrorCode::kEagain);
  failed.no_thread = true;
  EXPECT_CALL(mock_.names, FindName).WillOnce(Return(failed));
  status = GetNameInfo({"10.0.0.1", 80}, 0, options_).status();
  EXPECT_FALSE(IsWouldBlock(status));
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ErrorOf(status)->address, "10.0.0.1:80");
}

}  // namespace
}  // namespace mortise
