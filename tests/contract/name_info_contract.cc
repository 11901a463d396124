// GetNameInfo, as far as it needs no network.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/address.h"
#include "mortise/core/error.h"
#include "mortise/core/getnameinfo.h"
#include "mortise/core/interfaces.h"
#include "mortise/core/lookup_options.h"
#include "mortise/core/services.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/interface_calls.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/status_matchers.h"

namespace mortise {
namespace contract {
namespace {

using Found = absl::StatusOr<NameInfo>;

constexpr int kNumeric = kNiNumerichost | kNiNumericserv;

TEST_P(NameInfoContract, NumbersAreTheAddressItself) {
  const LookupOptions options = {absl::InfiniteDuration(), &platform()};
  for (const char* const host : {"127.0.0.1", "0.0.0.0", "255.255.255.255",
                                 "192.0.2.7", "::1", "::", "2001:db8::7"}) {
    for (const int port : {0, 1, 80, 65535}) {
      for (const absl::Duration timeout :
           {absl::InfiniteDuration(), absl::ZeroDuration()}) {
        const Found found =
            GetNameInfo({host, port}, kNumeric, {timeout, &platform()});
        ASSERT_THAT(found, IsOk()) << host;
        EXPECT_EQ(found->host, host);
        EXPECT_EQ(found->service, absl::StrCat(port));
      }
      // The same with an address that is already resolved.
      const Found found =
          GetNameInfo(*SocketAddress::Numeric(host, port), kNumeric, options);
      ASSERT_THAT(found, IsOk()) << host;
      EXPECT_EQ(found->host, host);
    }
  }
}

TEST_P(NameInfoContract, TheOldFormsOfIpv4AreNumeric) {
  const Found found = GetNameInfo({"0x7f.1", 80}, kNumeric,
                                  {absl::InfiniteDuration(), &platform()});
  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(found->host, "127.0.0.1");
}

TEST_P(NameInfoContract, AScopeStandsBehindTheHost) {
  MORTISE_SKIP_UNDER_WINE("a scope has the name of the interface below");
  const absl::StatusOr<std::vector<InterfaceEntry>> interfaces =
      IfNameIndex(&platform());
  ASSERT_THAT(interfaces, IsOk());
  ASSERT_FALSE(interfaces->empty());
  const InterfaceEntry& interface = interfaces->front();
  const Found found =
      GetNameInfo(HostPort{"fe80::1", 80, 0, interface.index}, kNumeric,
                  {absl::InfiniteDuration(), &platform()});
  ASSERT_THAT(found, IsOk());
  // The scope is a name on some systems and a number on others.
  EXPECT_THAT(found->host,
              ::testing::AnyOf("fe80::1%" + interface.name,
                               absl::StrCat("fe80::1%", interface.index)));
}

TEST_P(NameInfoContract, AServiceHasItsName) {
  const absl::StatusOr<std::string> http =
      GetServByPort(80, "tcp", &platform());
  if (IsNameNotFound(http.status())) {
    GTEST_SKIP() << "this machine knows no services: " << http.status();
  }
  ASSERT_THAT(http, IsOk());
  const Found found = GetNameInfo({"127.0.0.1", 80}, kNiNumerichost,
                                  {absl::InfiniteDuration(), &platform()});
  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(found->host, "127.0.0.1");
  EXPECT_EQ(found->service, *http);
}

TEST_P(NameInfoContract, AServiceWithoutANameIsItsNumber) {
  for (const int flags : {0, kNiDgram}) {
    const Found found =
        GetNameInfo({"127.0.0.1", 64999}, kNiNumerichost | flags,
                    {absl::InfiniteDuration(), &platform()});
    ASSERT_THAT(found, IsOk());
    EXPECT_EQ(found->service, "64999");
  }
}

TEST_P(NameInfoContract, TheLoopbackAddressHasAName) {
  for (const absl::Duration timeout : {absl::InfiniteDuration(), kLong}) {
    const Found found =
        GetNameInfo({"127.0.0.1", 80}, kNiNumericserv, {timeout, &platform()});
    ASSERT_THAT(found, IsOk());
    EXPECT_NE(found->host, "");
    EXPECT_EQ(found->service, "80");
  }
}

TEST_P(NameInfoContract, AHostIsNumeric) {
  for (const char* const host :
       {"localhost", "", "<broadcast>", "no host", "256.0.0.1", "1.2.3.4.5",
        "::g", "127.0.0.1 ", "[::1]"}) {
    const Found found = GetNameInfo({host, 80}, kNumeric,
                                    {absl::InfiniteDuration(), &platform()});
    ASSERT_THAT(found, Fails(absl::StatusCode::kNotFound, IsNameNotFound))
        << host;
    const std::optional<Error> error = ErrorOf(found.status());
    EXPECT_EQ(error->domain, ErrorDomain::kGetAddrInfo);
    EXPECT_EQ(error->code, ErrorCode::kEaiNoname);
    EXPECT_EQ(error->native_code, Native(ErrorCode::kEaiNoname));
    EXPECT_EQ(error->operation, "getnameinfo");
  }
}

TEST_P(NameInfoContract, WhatCannotBeRightIsNamed) {
  const LookupOptions options = {absl::InfiniteDuration(), &platform()};
  const auto refuses = [&](const Address& address, absl::StatusCode code,
                           absl::string_view argument) {
    EXPECT_THAT(GetNameInfo(address, kNumeric, options),
                RefusesArgument(code, "getnameinfo", argument));
  };
  refuses({"127.0.0.1", -1}, absl::StatusCode::kOutOfRange, "port");
  refuses({"127.0.0.1", 65536}, absl::StatusCode::kOutOfRange, "port");
  refuses(HostPort{"::1", 80, 0x100000}, absl::StatusCode::kOutOfRange,
          "flowinfo");
  refuses(HostPort{"127.0.0.1", 80, 1}, absl::StatusCode::kInvalidArgument,
          "flowinfo");
  refuses(HostPort{"127.0.0.1", 80, 0, 1}, absl::StatusCode::kInvalidArgument,
          "scope_id");
  refuses({absl::string_view("127.0.0.1\0", 10), 80},
          absl::StatusCode::kInvalidArgument, "host");
  refuses({std::string(100000, '1'), 80}, absl::StatusCode::kInvalidArgument,
          "host");
  EXPECT_THAT(
      GetNameInfo({"::1", 80}, kNumeric, {-absl::Nanoseconds(1), &platform()}),
      RefusesArgument(absl::StatusCode::kOutOfRange, "getnameinfo", "timeout"));
}

TEST_P(NameInfoContract, OtherFamiliesHaveAnAnswerOrAnError) {
  for (const SocketAddress& address :
       {SocketAddress(), *SocketAddress::Unix("/tmp/x"),
        *SocketAddress::Raw(60000, "abc")}) {
    const Found found =
        GetNameInfo(address, kNumeric, {absl::InfiniteDuration(), &platform()});
    if (found.ok()) continue;
    EXPECT_EQ(ErrorOf(found.status())->operation, "getnameinfo");
  }
  EXPECT_FALSE(GetNameInfo(SocketAddress(), kNumeric,
                           {absl::InfiniteDuration(), &platform()})
                   .ok());
}

TEST_P(NameInfoContract, ThreadsLookUpAtOnce) {
  std::vector<std::unique_ptr<Background<Found>>> threads;
  for (int i = 0; i < 8; ++i) {
    threads.push_back(std::make_unique<Background<Found>>([this, i] {
      return GetNameInfo(
          {"127.0.0.1", 20000 + i}, i % 2 == 0 ? kNumeric : kNiNumericserv,
          {i % 4 < 2 ? absl::InfiniteDuration() : kLong, &platform()});
    }));
  }
  for (int i = 0; i < 8; ++i) {
    ASSERT_THAT(threads[i]->Result(), IsOk());
    EXPECT_EQ(threads[i]->Result()->service, absl::StrCat(20000 + i));
  }
}

}  // namespace
}  // namespace contract
}  // namespace mortise
