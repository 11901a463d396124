#include "mortise/platform/posix/names.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <vector>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"

namespace mortise {
namespace posix {
namespace {

using Found = LookupResult<std::vector<AddrInfoEntry>>;

// A stream at 127.0.0.1, port 80.
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
  Names names;
  const Found found =
      names.FindAddresses(QueryFor("localhost"), absl::ZeroDuration());
  // Another thread may be quick enough.
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
    // No host name, so that no server is asked.
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

}  // namespace
}  // namespace posix
}  // namespace mortise
