#include "mortise/platform/winsock/names.h"

#include <string>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/timed_lookup.h"
#include "mortise/platform/winsock/os_headers.h"
#include "mortise/tests/contract/process.h"

namespace mortise {
namespace winsock {
namespace {

AddrInfoQuery QueryFor(const char* host) {
  AddrInfoQuery query;
  query.host = host;
  query.service = "80";
  query.family = AF_INET;
  query.type = SOCK_STREAM;
  return query;
}

TEST(NamesTest, FindsWithAndWithoutATimeout) {
  if (!contract::KnowsLocalhost()) GTEST_SKIP() << "localhost is unknown here";
  Names names;
  for (const char* const host : {"127.0.0.1", "localhost"}) {
    for (const absl::Duration timeout :
         {absl::InfiniteDuration(), absl::Minutes(10)}) {
      const FoundAddresses found = names.FindAddresses(QueryFor(host), timeout);
      ASSERT_EQ(found.error, 0) << host;
      EXPECT_FALSE(found.timed_out);
      ASSERT_FALSE(found.value.empty());
      const AddrInfoEntry& entry = found.value.front();
      EXPECT_EQ(entry.family, AF_INET);
      EXPECT_EQ(entry.type, SOCK_STREAM);
      EXPECT_EQ(entry.address.family, AF_INET);
      EXPECT_EQ(entry.address.port, 80);
      ASSERT_EQ(entry.address.size, 4);
      EXPECT_EQ(entry.address.bytes[0], 127);
      EXPECT_EQ(entry.address.bytes[3], 1);
    }
  }
}

TEST(NamesTest, TheAddressOfIpv6IsWhole) {
  Names names;
  AddrInfoQuery query = QueryFor("2001:db8::1%7");
  query.family = AF_INET6;
  const FoundAddresses found =
      names.FindAddresses(query, absl::InfiniteDuration());
  ASSERT_EQ(found.error, 0);
  ASSERT_EQ(found.value.size(), 1u);
  const SockAddr& address = found.value[0].address;
  EXPECT_EQ(address.family, AF_INET6);
  ASSERT_EQ(address.size, 16);
  EXPECT_EQ(address.bytes[0], 0x20);
  EXPECT_EQ(address.bytes[15], 1);
}

TEST(NamesTest, TheCanonicalNameComesBackInUtf8) {
  Names names;
  AddrInfoQuery query = QueryFor("127.0.0.1");
  query.flags = AI_CANONNAME;
  const FoundAddresses found =
      names.FindAddresses(query, absl::InfiniteDuration());
  ASSERT_EQ(found.error, 0);
  EXPECT_EQ(found.value[0].canonical_name, "127.0.0.1");
}

TEST(NamesTest, WhatIsNotThereOrNoTextIsNotFound) {
  Names names;
  for (const char* const host : {"no host", "\xff\xfe", "h\xc3"}) {
    const FoundAddresses found =
        names.FindAddresses(QueryFor(host), absl::InfiniteDuration());
    EXPECT_EQ(found.domain, ErrorDomain::kGetAddrInfo) << host;
    EXPECT_EQ(found.error, WSAHOST_NOT_FOUND) << host;
    EXPECT_TRUE(found.value.empty()) << host;
  }
  AddrInfoQuery query = QueryFor("127.0.0.1");
  query.service = "\xff";
  EXPECT_NE(names.FindAddresses(query, absl::InfiniteDuration()).error, 0);
}

SockAddr Loopback() {
  SockAddr address;
  address.family = AF_INET;
  address.size = 4;
  address.bytes[0] = 127;
  address.bytes[1] = address.bytes[2] = 0;
  address.bytes[3] = 1;
  address.port = 80;
  return address;
}

TEST(NamesTest, NumbersOfANameNeedNoTime) {
  Names names;
  const LookupResult<NameInfo> found = names.FindName(
      Loopback(), NI_NUMERICHOST | NI_NUMERICSERV, absl::ZeroDuration());
  EXPECT_EQ(found.error, 0);
  EXPECT_FALSE(found.timed_out);
  EXPECT_EQ(found.value.host, "127.0.0.1");
  EXPECT_EQ(found.value.service, "80");
}

TEST(NamesTest, AHostIsFoundByNameAndByAddress) {
  if (!contract::KnowsLocalhost()) GTEST_SKIP() << "localhost is unknown here";
  Names names;
  for (const absl::Duration timeout :
       {absl::InfiniteDuration(), absl::Minutes(10)}) {
    LookupResult<HostEntry> found = names.FindHostByName("localhost", timeout);
    ASSERT_EQ(found.error, 0);
    EXPECT_NE(found.value.name, "");
    ASSERT_FALSE(found.value.addresses.empty());
    EXPECT_EQ(found.value.addresses[0].family, AF_INET);
    ASSERT_EQ(found.value.addresses[0].size, 4);
    EXPECT_EQ(found.value.addresses[0].bytes[0], 127);

    found = names.FindHostByAddress(Loopback(), timeout);
    ASSERT_EQ(found.error, 0);
    EXPECT_NE(found.value.name, "");
  }
}

TEST(NamesTest, AHostThatIsNotThereIsAnErrorOfItsDomain) {
  Names names;
  // The second name needs the wide call, and the third one is not UTF-8.
  for (const char* const name : {"no host", "no h\u00f6st", "\xff"}) {
    const LookupResult<HostEntry> found =
        names.FindHostByName(name, absl::InfiniteDuration());
    EXPECT_EQ(found.domain, ErrorDomain::kHostLookup) << name;
    EXPECT_NE(found.error, 0) << name;
    EXPECT_TRUE(found.value.addresses.empty()) << name;
  }
}

TEST(NamesTest, TheMachinesNameIsWhole) {
  Names names;
  const SysResult<std::string> name = names.GetHostName();
  EXPECT_EQ(name.error, 0);
  EXPECT_NE(name.value, "");
  EXPECT_EQ(name.value.find('\0'), std::string::npos);
}

TEST(NamesTest, ANameThatIsNoTextIsRefused) {
  EXPECT_EQ(Names().SetHostName("\xff").error, ERROR_INVALID_PARAMETER);
}

}  // namespace
}  // namespace winsock
}  // namespace mortise
