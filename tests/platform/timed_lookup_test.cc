#include "mortise/platform/timed_lookup.h"

#include <atomic>
#include <functional>
#include <thread>
#include <utility>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"

namespace mortise {
namespace {

constexpr int kNumericHost = 4;
constexpr int kNoSuchHost = 99;
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

  const BlockingLookup os_ = {&LookUp, kNumericHost, &RunDetached};
};

TEST_F(TimedLookupTest, ANameTakesAThread) {
  const AddressLookup found = FindAddressesInTime(os_, QueryFor("name"), kLong);
  EXPECT_EQ(found.error, 0);
  EXPECT_EQ(found.value.size(), 1u);
  EXPECT_EQ(threads, 1);
}

TEST_F(TimedLookupTest, WithoutATimeoutThereIsNone) {
  const AddressLookup found =
      FindAddressesInTime(os_, QueryFor("name"), absl::InfiniteDuration());
  EXPECT_EQ(found.error, 0);
  EXPECT_EQ(threads, 0);
}

TEST_F(TimedLookupTest, WhatNeedsNobodyToBeAskedTakesNone) {
  for (const char* host : {"10.0.0.1", static_cast<const char*>(nullptr)}) {
    const AddressLookup found =
        FindAddressesInTime(os_, QueryFor(host), absl::ZeroDuration());
    EXPECT_EQ(found.error, 0);
    EXPECT_FALSE(found.timed_out);
  }
  const AddressLookup refused =
      FindAddressesInTime(os_, QueryFor("name", kNumericHost), kLong);
  EXPECT_EQ(refused.error, kNoSuchHost);
  EXPECT_EQ(threads, 0);
}

TEST_F(TimedLookupTest, TheResolversErrorIsTheLookUps) {
  const AddressLookup found =
      FindAddressesInTime(os_, QueryFor("nobody"), kLong);
  EXPECT_EQ(found.error, kNoSuchHost);
  EXPECT_EQ(found.domain, ErrorDomain::kGetAddrInfo);
  EXPECT_FALSE(found.timed_out);
}

TEST_F(TimedLookupTest, WithoutAThreadItIsTheSystemsError) {
  const AddressLookup found = FindAddressesInTime(
      {&LookUp, kNumericHost, &RunNothing}, QueryFor("name"), kLong);
  EXPECT_EQ(found.error, 11);
  EXPECT_EQ(found.domain, ErrorDomain::kOs);
}

}  // namespace
}  // namespace mortise
