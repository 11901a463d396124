#include "mortise/platform/timed_lookup.h"

#include <atomic>
#include <functional>
#include <thread>
#include <utility>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/timed_call.h"

namespace mortise {
namespace {

constexpr int kNumericHost = 4;
constexpr int kNoSuchHost = 99;
constexpr int kTryAgain = 98;
constexpr absl::Duration kLong = absl::Minutes(10);

std::atomic<int> threads(0);

int RunDetached(std::function<void()> work) {
  ++threads;
  std::thread(std::move(work)).detach();
  return 0;
}

int RunNothing(std::function<void()>) { return 11; }

// A resolver that knows "10.0.0.1" as an address and "name" as a name.
AddressLookup LookUp(const AddrInfoQuery& query) {
  AddressLookup found;
  if (query.host == "10.0.0.1" || !query.host.has_value() ||
      (query.host == "name" && (query.flags & kNumericHost) == 0)) {
    found.value.resize(1);
  } else {
    found.error = kNoSuchHost;
  }
  return found;
}

AddrInfoQuery QueryFor(const char* host, int flags = 0) {
  AddrInfoQuery query;
  if (host != nullptr) query.host = host;
  query.flags = flags;
  return query;
}

class TimedLookupTest : public ::testing::Test {
 protected:
  TimedLookupTest() { threads = 0; }

  AddressLookup Find(const AddrInfoQuery& query, absl::Duration timeout) {
    return FindAddressesInTime(calls_, os_, query, timeout);
  }

  const BlockingLookup os_ = {&LookUp, kNumericHost, kTryAgain};
  DetachedCalls calls_{&RunDetached};
};

TEST_F(TimedLookupTest, ANameTakesAThread) {
  const AddressLookup found = Find(QueryFor("name"), kLong);
  EXPECT_EQ(found.error, 0);
  EXPECT_EQ(found.value.size(), 1u);
  EXPECT_EQ(threads, 1);
}

TEST_F(TimedLookupTest, WithoutATimeoutThereIsNone) {
  const AddressLookup found = Find(QueryFor("name"), absl::InfiniteDuration());
  EXPECT_EQ(found.error, 0);
  EXPECT_EQ(threads, 0);
}

TEST_F(TimedLookupTest, WhatNeedsNobodyToBeAskedTakesNone) {
  for (const char* host : {"10.0.0.1", static_cast<const char*>(nullptr)}) {
    const AddressLookup found = Find(QueryFor(host), absl::ZeroDuration());
    EXPECT_EQ(found.error, 0);
    EXPECT_FALSE(found.timed_out);
  }
  const AddressLookup refused = Find(QueryFor("name", kNumericHost), kLong);
  EXPECT_EQ(refused.error, kNoSuchHost);
  EXPECT_EQ(threads, 0);
}

TEST_F(TimedLookupTest, TheResolversErrorIsTheLookUps) {
  const AddressLookup found = Find(QueryFor("nobody"), kLong);
  EXPECT_EQ(found.error, kNoSuchHost);
  EXPECT_EQ(found.domain, ErrorDomain::kGetAddrInfo);
  EXPECT_FALSE(found.timed_out);
}

TEST_F(TimedLookupTest, WithoutAThreadItIsTheSystemsError) {
  DetachedCalls none(&RunNothing);
  const AddressLookup found =
      FindAddressesInTime(none, os_, QueryFor("name"), kLong);
  EXPECT_EQ(found.error, 11);
  EXPECT_EQ(found.domain, ErrorDomain::kOs);
}

TEST_F(TimedLookupTest, TooManyThatWereGivenUpAreToBeTriedAgain) {
  DetachedCalls full(&RunDetached, /*most_given_up=*/0);
  const AddressLookup found =
      FindAddressesInTime(full, os_, QueryFor("name"), kLong);
  EXPECT_EQ(found.error, kTryAgain);
  EXPECT_EQ(found.domain, ErrorDomain::kGetAddrInfo);
  EXPECT_FALSE(found.timed_out);
  EXPECT_EQ(threads, 0);
  // What takes no thread goes on.
  EXPECT_EQ(FindAddressesInTime(full, os_, QueryFor("10.0.0.1"), kLong).error,
            0);
  EXPECT_EQ(
      FindAddressesInTime(full, os_, QueryFor("name"), absl::InfiniteDuration())
          .error,
      0);
}

TEST_F(TimedLookupTest, AnyLookUpTakesTheDomainThatItIsTold) {
  DetachedCalls full(&RunDetached, /*most_given_up=*/0);
  const LookupResult<int> found =
      LookUpInTime<int>(full, [] { return LookupResult<int>(); }, kLong,
                        {ErrorDomain::kHostLookup, 2});
  EXPECT_EQ(found.error, 2);
  EXPECT_EQ(found.domain, ErrorDomain::kHostLookup);
}

}  // namespace
}  // namespace mortise
