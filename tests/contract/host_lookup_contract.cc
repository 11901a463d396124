// GetHostByName and its relatives, and the name of this machine, as far as they
// need no network.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/gethostbyname.h"
#include "mortise/core/hostname.h"
#include "mortise/core/lookup_options.h"
#include "mortise/platform/error_code.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/process.h"
#include "mortise/tests/contract/status_matchers.h"

namespace mortise {
namespace contract {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

LookupOptions On(Platform& platform) {
  return {absl::InfiniteDuration(), &platform};
}

TEST_P(HostLookupContract, ANumberIsItsOwnAddress) {
  const struct {
    const char* name;
    const char* address;
  } kNames[] = {{"127.0.0.1", "127.0.0.1"},
                {"192.0.2.7", "192.0.2.7"},
                {"127.1", "127.0.0.1"},
                {"0x7f.1", "127.0.0.1"},
                {"0", "0.0.0.0"},
                {"", "0.0.0.0"},
                {"<broadcast>", "255.255.255.255"}};
  for (const auto& name : kNames) {
    // No server is asked, so no time is needed.
    EXPECT_THAT(GetHostByName(name.name, {absl::ZeroDuration(), &platform()}),
                IsOkAndHolds(name.address));
  }
}

TEST_P(HostLookupContract, LocalhostIsTheLoopbackAddress) {
  if (!KnowsLocalhost()) GTEST_SKIP() << "localhost is unknown here";
  for (const absl::Duration timeout : {absl::InfiniteDuration(), kLong}) {
    EXPECT_THAT(GetHostByName("localhost", {timeout, &platform()}),
                IsOkAndHolds("127.0.0.1"));
    const absl::StatusOr<HostInfo> host =
        GetHostByNameEx("localhost", {timeout, &platform()});
    ASSERT_THAT(host, IsOk());
    EXPECT_NE(host->name, "");
    EXPECT_THAT(host->addresses, Contains("127.0.0.1"));
    for (const std::string& address : host->addresses) {
      EXPECT_THAT(address, Not(HasSubstr(":"))) << "IPv4 only";
    }
  }
}

TEST_P(HostLookupContract, ANumberIsAHostOfItsOwn) {
  const absl::StatusOr<HostInfo> host =
      GetHostByNameEx("192.0.2.7", On(platform()));
  ASSERT_THAT(host, IsOk());
  EXPECT_EQ(host->addresses, std::vector<std::string>{"192.0.2.7"});
}

TEST_P(HostLookupContract, TheLoopbackAddressHasAHost) {
  if (!KnowsLocalhost()) GTEST_SKIP() << "localhost is unknown here";
  for (const absl::Duration timeout : {absl::InfiniteDuration(), kLong}) {
    for (const char* const address : {"127.0.0.1", "127.1", "localhost"}) {
      const absl::StatusOr<HostInfo> host =
          GetHostByAddr(address, {timeout, &platform()});
      // An IPv6 loopback address that comes first may have no name.
      if (absl::string_view(address) == "localhost" && !host.ok()) continue;
      ASSERT_THAT(host, IsOk()) << address;
      EXPECT_NE(host->name, "");
      EXPECT_FALSE(host->addresses.empty());
    }
  }
}

TEST_P(HostLookupContract, AHostThatIsNotThereIsNotFound) {
  // This cannot be a host name, so that no server is asked.
  for (const absl::Duration timeout : {absl::InfiniteDuration(), kLong}) {
    const LookupOptions options = {timeout, &platform()};
    const absl::Status by_name = GetHostByName("no host", options).status();
    EXPECT_THAT(by_name, Fails(absl::StatusCode::kNotFound, IsNameNotFound));
    EXPECT_EQ(ErrorOf(by_name)->domain, ErrorDomain::kGetAddrInfo);
    EXPECT_EQ(ErrorOf(by_name)->operation, "gethostbyname");
    EXPECT_EQ(ErrorOf(by_name)->address, "no host");

    const absl::Status ex = GetHostByNameEx("no host", options).status();
    EXPECT_THAT(ex, Fails(absl::StatusCode::kNotFound, IsNameNotFound));
    EXPECT_EQ(ErrorOf(ex)->domain, ErrorDomain::kHostLookup);
    EXPECT_EQ(ErrorOf(ex)->operation, "gethostbyname");

    const absl::Status by_address = GetHostByAddr("no host", options).status();
    EXPECT_THAT(by_address, Fails(absl::StatusCode::kNotFound, IsNameNotFound));
    EXPECT_EQ(ErrorOf(by_address)->domain, ErrorDomain::kGetAddrInfo);
    EXPECT_EQ(ErrorOf(by_address)->operation, "gethostbyaddr");
  }
}

TEST_P(HostLookupContract, AnIpv6AddressHasNoIpv4Address) {
  const absl::Status status = GetHostByName("::1", On(platform())).status();
  EXPECT_THAT(status, Fails(absl::StatusCode::kNotFound, IsNameNotFound));
  EXPECT_EQ(ErrorOf(status)->domain, ErrorDomain::kGetAddrInfo);
}

TEST_P(HostLookupContract, NoNameIsNotThisMachine) {
  for (const char* const name : {"", "<broadcast>"}) {
    EXPECT_FALSE(GetHostByNameEx(name, On(platform())).ok()) << name;
  }
  EXPECT_THAT(GetHostByAddr("", On(platform())),
              RefusesArgument(absl::StatusCode::kInvalidArgument,
                              "gethostbyaddr", "ip_address"));
}

TEST_P(HostLookupContract, WhatCannotBeRightIsNamed) {
  const LookupOptions options = On(platform());
  const LookupOptions negative = {-absl::Nanoseconds(1), &platform()};
  for (const std::string& name :
       {std::string("local\0host", 10), std::string(1025, 'x'),
        std::string(1000000, '.')}) {
    EXPECT_THAT(GetHostByName(name, options),
                RefusesArgument(absl::StatusCode::kInvalidArgument,
                                "gethostbyname", "hostname"));
    EXPECT_THAT(GetHostByNameEx(name, options),
                RefusesArgument(absl::StatusCode::kInvalidArgument,
                                "gethostbyname", "hostname"));
    EXPECT_THAT(GetHostByAddr(name, options),
                RefusesArgument(absl::StatusCode::kInvalidArgument,
                                "gethostbyaddr", "ip_address"));
    EXPECT_THAT(
        GetFqdn(name, options),
        RefusesArgument(absl::StatusCode::kInvalidArgument, "getfqdn", "name"));
  }
  EXPECT_THAT(GetHostByName("h", negative),
              RefusesArgument(absl::StatusCode::kOutOfRange, "gethostbyname",
                              "timeout"));
  EXPECT_THAT(GetHostByNameEx("h", negative),
              RefusesArgument(absl::StatusCode::kOutOfRange, "gethostbyname",
                              "timeout"));
  EXPECT_THAT(GetHostByAddr("127.0.0.1", negative),
              RefusesArgument(absl::StatusCode::kOutOfRange, "gethostbyaddr",
                              "timeout"));
  EXPECT_THAT(
      GetFqdn("h", negative),
      RefusesArgument(absl::StatusCode::kOutOfRange, "getfqdn", "timeout"));
}

TEST_P(HostLookupContract, ALongNameIsAnAnswerOrAnError) {
  for (const std::string& name :
       {std::string(1024, 'x'), std::string(64, 'x') + ".invalid",
        std::string("\xff\xfe"), std::string("a\nb"), std::string("...")}) {
    const absl::StatusOr<HostInfo> host =
        GetHostByNameEx(name, {kLong, &platform()});
    if (host.ok()) continue;
    EXPECT_TRUE(ErrorOf(host.status()).has_value());
  }
}

TEST_P(HostLookupContract, ThisMachineHasAName) {
  const absl::StatusOr<std::string> name = GetHostName(&platform());
  ASSERT_THAT(name, IsOk());
  EXPECT_NE(*name, "");
  EXPECT_THAT(*name, Not(HasSubstr(std::string(1, '\0'))));
}

TEST_P(HostLookupContract, AHostNameHoldsNoNul) {
  EXPECT_THAT(SetHostName(absl::string_view("a\0b", 3), &platform()),
              RefusesArgument(absl::StatusCode::kInvalidArgument, "sethostname",
                              "name"));
}

TEST_P(HostLookupContract, AFullNameIsThereWhateverIsKnown) {
  for (const char* const nobody : {"no host", "<broadcast>"}) {
    EXPECT_THAT(GetFqdn(nobody, {kLong, &platform()}), IsOkAndHolds(nobody));
  }
  EXPECT_THAT(GetFqdn(" \tno host\n", {kLong, &platform()}),
              IsOkAndHolds("no host"));
  const absl::StatusOr<std::string> own = GetFqdn("", {kLong, &platform()});
  ASSERT_THAT(own, IsOk());
  EXPECT_NE(*own, "");
  for (const char* const here : {"0.0.0.0", "::", "  "}) {
    EXPECT_THAT(GetFqdn(here, {kLong, &platform()}), IsOkAndHolds(*own));
  }
}

TEST_P(HostLookupContract, ThreadsLookUpAtOnce) {
  if (!KnowsLocalhost()) GTEST_SKIP() << "localhost is unknown here";
  using Found = absl::StatusOr<HostInfo>;
  std::vector<std::unique_ptr<Background<Found>>> threads;
  for (int i = 0; i < 8; ++i) {
    threads.push_back(std::make_unique<Background<Found>>([this, i] {
      const LookupOptions options = {
          i % 4 < 2 ? absl::InfiniteDuration() : kLong, &platform()};
      return i % 2 == 0 ? GetHostByNameEx("localhost", options)
                        : GetHostByAddr("127.0.0.1", options);
    }));
  }
  for (const auto& thread : threads) {
    ASSERT_THAT(thread->Result(), IsOk());
    EXPECT_THAT(thread->Result()->addresses, Contains("127.0.0.1"));
  }
}

}  // namespace
}  // namespace contract
}  // namespace mortise
