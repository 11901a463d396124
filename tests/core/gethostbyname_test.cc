#include "mortise/core/gethostbyname.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/socket_address.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/mock/mock_platform.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace {

using ::testing::_;
using ::testing::ElementsAre;
using ::testing::Return;

LookupResult<std::vector<AddrInfoEntry>> Addresses(
    const std::vector<SocketAddress>& addresses) {
  LookupResult<std::vector<AddrInfoEntry>> found;
  for (const SocketAddress& address : addresses) {
    AddrInfoEntry entry;
    entry.family = address.family().value();
    entry.address = address.raw();
    found.value.push_back(entry);
  }
  return found;
}

const SocketAddress kIpv4 = SocketAddress::Ipv4({10, 0, 0, 1}, 0);
const SocketAddress kIpv6 = *SocketAddress::Numeric("2001:db8::1", 0);

LookupResult<HostEntry> Host() {
  LookupResult<HostEntry> found;
  found.domain = ErrorDomain::kHostLookup;
  found.value = {"a.example", {"b", "c.example"}, {kIpv4.raw(), kIpv6.raw()}};
  return found;
}

class GetHostByNameTest : public ::testing::Test {
 protected:
  MockPlatform mock_;
  const LookupOptions options_ = {absl::Seconds(5), &mock_.platform};
};

TEST_F(GetHostByNameTest, IsTheFirstIpv4Address) {
  EXPECT_CALL(mock_.names, FindAddresses(_, absl::Seconds(5)))
      .WillOnce([](const AddrInfoQuery& query, absl::Duration) {
        EXPECT_EQ(query.host, "name");
        EXPECT_EQ(query.family, kAfInet);
        return Addresses({kIpv6, kIpv4});
      });
  EXPECT_EQ(GetHostByName("name", options_).value(), "10.0.0.1");
}

TEST_F(GetHostByNameTest, AnAnswerWithoutIpv4IsNone) {
  EXPECT_CALL(mock_.names, FindAddresses).WillOnce(Return(Addresses({kIpv6})));
  const absl::Status status = GetHostByName("name", options_).status();
  EXPECT_TRUE(IsNameNotFound(status));
  EXPECT_EQ(ErrorOf(status)->domain, ErrorDomain::kGetAddrInfo);
  EXPECT_EQ(ErrorOf(status)->address, "name");
}

TEST_F(GetHostByNameTest, NobodyIsAskedAboutAnAddress) {
  EXPECT_EQ(GetHostByName("127.1", options_).value(), "127.0.0.1");
  EXPECT_EQ(GetHostByName("::ffff:1.2.3.4", options_).value(), "1.2.3.4");
  EXPECT_EQ(GetHostByName("", options_).value(), "0.0.0.0");
  EXPECT_EQ(GetHostByName("<broadcast>", options_).value(), "255.255.255.255");
  for (const char* const ipv6 : {"::1", "fe80::1%1", "::1.2.3.4"}) {
    const absl::Status status = GetHostByName(ipv6, options_).status();
    EXPECT_EQ(ErrorOf(status)->code, ErrorCode::kEaiAddrfamily) << status;
    EXPECT_TRUE(IsNameNotFound(status));
  }
}

TEST_F(GetHostByNameTest, ExIsAllThatIsKnown) {
  EXPECT_CALL(mock_.names,
              FindHostByName(absl::string_view("name"), absl::Seconds(5)))
      .WillOnce(Return(Host()));
  const absl::StatusOr<HostInfo> host = GetHostByNameEx("name", options_);
  ASSERT_TRUE(host.ok()) << host.status();
  EXPECT_EQ(host->name, "a.example");
  EXPECT_THAT(host->aliases, ElementsAre("b", "c.example"));
  EXPECT_THAT(host->addresses, ElementsAre("10.0.0.1", "2001:db8::1"));
}

TEST_F(GetHostByNameTest, EachHostErrorKeepsItsDomainAndNumber) {
  const struct {
    ErrorCode code;
    absl::StatusCode status;
  } kErrors[] = {{ErrorCode::kHostNotFound, absl::StatusCode::kNotFound},
                 {ErrorCode::kNoData, absl::StatusCode::kNotFound},
                 {ErrorCode::kTryAgain, absl::StatusCode::kUnavailable},
                 {ErrorCode::kNoRecovery, absl::StatusCode::kUnknown}};
  for (const auto& error : kErrors) {
    LookupResult<HostEntry> failed;
    failed.domain = ErrorDomain::kHostLookup;
    failed.error = mock_.errors.Native(error.code);
    EXPECT_CALL(mock_.names, FindHostByName).WillOnce(Return(failed));
    EXPECT_CALL(mock_.names, FindHostByAddress).WillOnce(Return(failed));
    for (const absl::Status& status :
         {GetHostByNameEx("name", options_).status(),
          GetHostByAddr("10.0.0.1", options_).status()}) {
      EXPECT_EQ(status.code(), error.status) << status;
      EXPECT_EQ(ErrorOf(status)->domain, ErrorDomain::kHostLookup);
      EXPECT_EQ(ErrorOf(status)->code, error.code);
      EXPECT_EQ(ErrorOf(status)->native_code, failed.error);
    }
  }
}

TEST_F(GetHostByNameTest, WhatThePlatformLacksIsUnsupported) {
  LookupResult<HostEntry> lacks;
  lacks.error = kNotSupportedError;
  EXPECT_CALL(mock_.names, FindHostByName).WillOnce(Return(lacks));
  EXPECT_TRUE(IsUnsupported(GetHostByNameEx("name", options_).status()));
}

TEST_F(GetHostByNameTest, AnAddressIsAskedAboutAtOnce) {
  for (const SocketAddress& address : {kIpv4, kIpv6}) {
    EXPECT_CALL(mock_.names, FindHostByAddress(_, absl::Seconds(5)))
        .WillOnce([&](const SockAddr& raw, absl::Duration) {
          EXPECT_EQ(SocketAddress(raw), address);
          return Host();
        });
    EXPECT_EQ(GetHostByAddr(address.host(), options_)->name, "a.example");
  }
}

TEST_F(GetHostByNameTest, ANameIsLookedUpFirstWithOneDeadlineForBoth) {
  EXPECT_CALL(mock_.names, FindAddresses(_, absl::Seconds(5)))
      .WillOnce([this](const AddrInfoQuery& query, absl::Duration) {
        EXPECT_EQ(query.family, kAfUnspec);
        mock_.clock.Advance(absl::Seconds(3));
        return Addresses({kIpv6, kIpv4});
      });
  EXPECT_CALL(mock_.names, FindHostByAddress(_, absl::Seconds(2)))
      .WillOnce([](const SockAddr& raw, absl::Duration) {
        EXPECT_EQ(SocketAddress(raw), kIpv6);
        return Host();
      });
  EXPECT_EQ(GetHostByAddr("name", options_)->name, "a.example");
}

TEST_F(GetHostByNameTest, ATimeoutIsOne) {
  LookupResult<HostEntry> late;
  late.timed_out = true;
  EXPECT_CALL(mock_.names, FindHostByName).WillOnce(Return(late));
  EXPECT_CALL(mock_.names, FindHostByAddress).WillOnce(Return(late));
  EXPECT_EQ(GetHostByNameEx("slow", options_).status().message(),
            "gethostbyname slow: timed out");
  EXPECT_EQ(GetHostByAddr("10.0.0.1", options_).status().message(),
            "gethostbyaddr 10.0.0.1: timed out");
}

TEST_F(GetHostByNameTest, AThreadThatCannotBeHadIsNoWouldBlock) {
  LookupResult<HostEntry> failed;
  failed.domain = ErrorDomain::kOs;
  failed.error = mock_.errors.Native(ErrorCode::kEagain);
  failed.no_thread = true;
  EXPECT_CALL(mock_.names, FindHostByName).WillOnce(Return(failed));
  EXPECT_CALL(mock_.names, FindHostByAddress).WillOnce(Return(failed));
  for (const absl::Status& status :
       {GetHostByNameEx("name", options_).status(),
        GetHostByAddr("10.0.0.1", options_).status()}) {
    EXPECT_FALSE(IsWouldBlock(status)) << status;
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
    EXPECT_EQ(ErrorOf(status)->code, ErrorCode::kNoThread) << status;
    EXPECT_NE(ErrorOf(status)->address, "") << status;
  }
}

}  // namespace
}  // namespace mortise
