#include "mortise/platform/posix/names.h"

#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/tests/contract/process.h"

namespace mortise {
namespace posix {
namespace {

using Found = LookupResult<std::vector<AddrInfoEntry>>;

// Expects one result: a stream at 127.0.0.1, port 80.
void ExpectLoopback(const Found& found) {
  ASSERT_EQ(found.error, 0);
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
    ExpectLoopback(
        names.FindAddresses(QueryFor(host), absl::InfiniteDuration()));
    ExpectLoopback(names.FindAddresses(QueryFor(host), absl::Minutes(10)));
  }
}

TEST(NamesTest, ANumericHostNeedsNoTime) {
  Names names;
  ExpectLoopback(
      names.FindAddresses(QueryFor("127.0.0.1"), absl::ZeroDuration()));
}

TEST(NamesTest, NoHostNeedsNoTime) {
  Names names;
  AddrInfoQuery query = QueryFor("");
  query.host.reset();
  ExpectLoopback(names.FindAddresses(query, absl::ZeroDuration()));
}

TEST(NamesTest, ALookUpGivesUpInTime) {
  if (!contract::KnowsLocalhost()) GTEST_SKIP() << "localhost is unknown here";
  Names names;
  const Found found =
      names.FindAddresses(QueryFor("localhost"), absl::ZeroDuration());
  // The thread that looks the name up may be quick enough to succeed.
  if (found.timed_out) {
    EXPECT_EQ(found.error, 0);
    EXPECT_TRUE(found.value.empty());
  } else {
    ExpectLoopback(found);
  }
}

TEST(NamesTest, WhatIsNotThereIsTheResolversError) {
  Names names;
  for (const absl::Duration timeout :
       {absl::InfiniteDuration(), absl::Minutes(10)}) {
    // This cannot be a host name, so that no server is asked.
    const Found found = names.FindAddresses(QueryFor("no host"), timeout);
    EXPECT_EQ(found.domain, ErrorDomain::kGetAddrInfo);
    EXPECT_EQ(found.error, EAI_NONAME);
    EXPECT_FALSE(found.timed_out);
    EXPECT_TRUE(found.value.empty());
  }
}

TEST(NamesTest, NumericHostFlagHoldsWithATimeoutToo) {
  Names names;
  AddrInfoQuery query = QueryFor("localhost");
  query.flags = AI_NUMERICHOST;
  EXPECT_EQ(names.FindAddresses(query, absl::Minutes(10)).error, EAI_NONAME);
}

TEST(NamesTest, AllOfTheQueryReachesTheResolver) {
  Names names;
  AddrInfoQuery query = QueryFor("127.0.0.1");
  query.type = SOCK_DGRAM;
  query.protocol = IPPROTO_UDP;
  query.flags = AI_CANONNAME;
  query.service = "65535";
  const Found found = names.FindAddresses(query, absl::InfiniteDuration());
  ASSERT_EQ(found.error, 0);
  ASSERT_EQ(found.value.size(), 1u);
  EXPECT_EQ(found.value[0].type, SOCK_DGRAM);
  EXPECT_EQ(found.value[0].protocol, IPPROTO_UDP);
  EXPECT_EQ(found.value[0].canonical_name, "127.0.0.1");
  EXPECT_EQ(found.value[0].address.port, 65535);

  query.family = AF_INET6;
  EXPECT_NE(names.FindAddresses(query, absl::InfiniteDuration()).error, 0);
  query.family = AF_INET;
  query.flags = 0x40000000;
  EXPECT_EQ(names.FindAddresses(query, absl::InfiniteDuration()).error,
            EAI_BADFLAGS);
}

SockAddr AddressFor(int family, std::initializer_list<std::uint8_t> bytes,
                    std::uint16_t port = 0) {
  SockAddr address;
  address.family = static_cast<std::uint16_t>(family);
  address.size = static_cast<std::uint8_t>(bytes.size());
  std::copy(bytes.begin(), bytes.end(), address.bytes);
  address.port = port;
  return address;
}

const SockAddr kLoopback = AddressFor(AF_INET, {127, 0, 0, 1}, 80);

TEST(NamesTest, NumbersOfANameNeedNoTime) {
  Names names;
  const LookupResult<NameInfo> found = names.FindName(
      kLoopback, NI_NUMERICHOST | NI_NUMERICSERV, absl::ZeroDuration());
  EXPECT_EQ(found.error, 0);
  EXPECT_FALSE(found.timed_out);
  EXPECT_EQ(found.value.host, "127.0.0.1");
  EXPECT_EQ(found.value.service, "80");
}

TEST(NamesTest, TheErrorsOfANameAreTheResolvers) {
  Names names;
  const LookupResult<NameInfo> found =
      names.FindName(SockAddr(), 0, absl::InfiniteDuration());
  EXPECT_EQ(found.domain, ErrorDomain::kGetAddrInfo);
  EXPECT_EQ(found.error, EAI_FAMILY);
}

TEST(NamesTest, AnAddressThatDoesNotFitIsTheSystemsError) {
  Names names;
  SockAddr address;
  address.family = AF_UNIX;
  address.size = SockAddr::kCapacity;
  std::memset(address.bytes, 'x', address.size);
  const LookupResult<NameInfo> found =
      names.FindName(address, 0, absl::InfiniteDuration());
  EXPECT_EQ(found.domain, ErrorDomain::kOs);
  EXPECT_EQ(found.error, ENAMETOOLONG);
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

    found = names.FindHostByAddress(kLoopback, timeout);
    ASSERT_EQ(found.error, 0);
    EXPECT_NE(found.value.name, "");
  }
}

TEST(NamesTest, AHostThatIsNotThereIsAnErrorOfItsDomain) {
  Names names;
  for (const char* const name : {"no host", ""}) {
    const LookupResult<HostEntry> found =
        names.FindHostByName(name, absl::InfiniteDuration());
    EXPECT_EQ(found.domain, ErrorDomain::kHostLookup) << name;
    EXPECT_GT(found.error, 0) << name;
    EXPECT_TRUE(found.value.addresses.empty()) << name;
  }
}

TEST(NamesTest, AHostNameLongerThanTheSystemsIsRefused) {
  Names names;
  EXPECT_NE(names.SetHostName(std::string(100000, 'x')).error, 0);
}

#ifdef CLONE_NEWUTS
// Runs in a thread for which the machine has a name of its own.
TEST(NamesTest, AHostNameThatIsSetIsThere) {
  std::string skipped;
  std::thread([&skipped] {
    Names names;
    const std::string before = names.GetHostName().value;
    if (unshare(CLONE_NEWUTS) != 0) {
      skipped = std::strerror(errno);
      return;
    }
    EXPECT_EQ(names.GetHostName().value, before);
    const std::string longest(HOST_NAME_MAX, 'x');
    for (const std::string& name :
         {std::string("mortise-test"), std::string("a.b.example"), longest}) {
      EXPECT_EQ(names.SetHostName(name).error, 0) << name;
      EXPECT_EQ(names.GetHostName().value, name);
    }
    EXPECT_EQ(names.SetHostName(longest + "x").error, EINVAL);
    EXPECT_EQ(names.GetHostName().value, longest);
  }).join();
  if (!skipped.empty()) GTEST_SKIP() << "unshare(CLONE_NEWUTS): " << skipped;
}
#endif

}  // namespace
}  // namespace posix
}  // namespace mortise
