#include "mortise/platform/timed_lookup.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/thread_calls.h"
#include "mortise/platform/timed_call.h"
#ifdef _WIN32
#include "mortise/platform/winsock/threads.h"
#else
#include "mortise/platform/posix/threads.h"
#endif

namespace mortise {
namespace {

constexpr int kNumericHost = 4;
constexpr int kNoSuchHost = 99;
constexpr int kNoSuchService = 98;
constexpr int kFamily = 7;
constexpr absl::Duration kLong = absl::Minutes(10);

#ifdef _WIN32
winsock::Threads os_threads;
#else
posix::Threads os_threads;
#endif

// Counts the threads. On demand, no further thread can be made.
class CountedThreads final : public ThreadCalls {
 public:
  std::unique_ptr<Monitor> NewMonitor() override {
    return os_threads.NewMonitor();
  }
  int RunDetached(std::function<void()> work) override {
    if (error != 0) return error;
    ++started;
    return os_threads.RunDetached(std::move(work));
  }
  absl::Duration Now() override { return os_threads.Now(); }
  std::uint64_t ProcessNumber() override { return os_threads.ProcessNumber(); }

  std::atomic<int> started{0};
  std::atomic<int> error{0};
};

// A resolver that knows "10.0.0.1" as an address of kFamily, "name" as a name,
// and "http" as a service.
FoundAddresses FindAddresses(const AddrInfoQuery& query) {
  FoundAddresses found;
  const bool numeric = query.host == "10.0.0.1";
  if (query.host.has_value() && !numeric &&
      (query.host != "name" || (query.flags & kNumericHost) != 0)) {
    found.error = kNoSuchHost;
  } else if (numeric && query.family != 0 && query.family != kFamily) {
    found.error = kNoSuchHost;
  } else if (query.service.has_value() && query.service != "http") {
    found.error = kNoSuchService;
  } else {
    found.value.resize(1);
  }
  return found;
}

LookupResult<HostEntry> FindHost(const std::string& name) {
  LookupResult<HostEntry> found;
  found.domain = ErrorDomain::kHostLookup;
  found.value.name = name;
  return found;
}

AddrInfoQuery QueryFor(const char* host, int flags = 0) {
  AddrInfoQuery query;
  if (host != nullptr) query.host = host;
  query.flags = flags;
  return query;
}

SockAddr AddressOf(std::initializer_list<std::uint8_t> bytes) {
  SockAddr address;
  for (const std::uint8_t byte : bytes) address.bytes[address.size++] = byte;
  return address;
}

class TimedLookupTest : public ::testing::Test {
 protected:
  TimedLookupTest() {
    threads_.started = 0;
    threads_.error = 0;
  }

  FoundAddresses Find(const AddrInfoQuery& query, absl::Duration timeout) {
    return FindAddressesInTime(lookups_, os_, query, timeout);
  }

  static constexpr BlockingLookups os_ = {&FindAddresses, kNumericHost,
                                          &FindHost};
  // Lives for ever, as in a backend.
  static CountedThreads threads_;
  static TimedLookups lookups_;
};

CountedThreads TimedLookupTest::threads_;
TimedLookups TimedLookupTest::lookups_(threads_);

TEST_F(TimedLookupTest, ANameTakesAThread) {
  const FoundAddresses found = Find(QueryFor("name"), kLong);
  EXPECT_EQ(found.error, 0);
  EXPECT_EQ(found.value.size(), 1u);
  EXPECT_EQ(threads_.started, 1);
}

TEST_F(TimedLookupTest, WithoutATimeoutThereIsNone) {
  const FoundAddresses found = Find(QueryFor("name"), absl::InfiniteDuration());
  EXPECT_EQ(found.error, 0);
  EXPECT_EQ(FindHostInTime(lookups_, os_, "name", absl::InfiniteDuration())
                .value.name,
            "name");
  EXPECT_EQ(threads_.started, 0);
}

TEST_F(TimedLookupTest, WhatNeedsNobodyToBeAskedTakesNone) {
  for (const char* host : {"10.0.0.1", static_cast<const char*>(nullptr)}) {
    const FoundAddresses found = Find(QueryFor(host), absl::ZeroDuration());
    EXPECT_EQ(found.error, 0);
    EXPECT_FALSE(found.timed_out);
  }
  const FoundAddresses refused = Find(QueryFor("name", kNumericHost), kLong);
  EXPECT_EQ(refused.error, kNoSuchHost);
  const LookupResult<HostEntry> host =
      FindHostInTime(lookups_, os_, "10.0.0.1", absl::ZeroDuration());
  EXPECT_EQ(host.value.name, "10.0.0.1");
  EXPECT_FALSE(host.timed_out);
  EXPECT_EQ(threads_.started, 0);
}

// A text that is not an address by itself is looked up by the system, which may
// ask a server. So it takes a thread.
TEST_F(TimedLookupTest, AHostWithAScopeIsANameToOlderCalls) {
  EXPECT_EQ(FindHostInTime(lookups_, os_, "10.0.0.1%nowhere", kLong).value.name,
            "10.0.0.1%nowhere");
  EXPECT_EQ(threads_.started, 1);
}

// The result for an address is known at once. No resolver could have another
// one.
TEST_F(TimedLookupTest, AnAddressThatDoesNotFitTakesNoThread) {
  AddrInfoQuery query = QueryFor("10.0.0.1");
  query.family = kFamily + 1;
  EXPECT_EQ(Find(query, kLong).error, kNoSuchHost);
  query = QueryFor("10.0.0.1");
  query.service = "nothing";
  EXPECT_EQ(Find(query, kLong).error, kNoSuchService);
  EXPECT_EQ(Find(QueryFor("10.0.0.1%nowhere"), kLong).error, kNoSuchHost);
  EXPECT_EQ(threads_.started, 0);
}

TEST_F(TimedLookupTest, TheResolversErrorIsTheLookUps) {
  const FoundAddresses found = Find(QueryFor("nobody"), kLong);
  EXPECT_EQ(found.error, kNoSuchHost);
  EXPECT_EQ(found.domain, ErrorDomain::kGetAddrInfo);
  EXPECT_FALSE(found.timed_out);
  EXPECT_FALSE(found.no_thread);
}

TEST_F(TimedLookupTest, WithoutAThreadItIsTheSystemsError) {
  threads_.error = 11;
  const FoundAddresses found = Find(QueryFor("name"), kLong);
  EXPECT_EQ(found.error, 11);
  EXPECT_EQ(found.domain, ErrorDomain::kOs);
  EXPECT_TRUE(found.no_thread);
  const LookupResult<HostEntry> host =
      FindHostInTime(lookups_, os_, "name", kLong);
  EXPECT_EQ(host.error, 11);
  EXPECT_EQ(host.domain, ErrorDomain::kOs);
  EXPECT_TRUE(host.no_thread);
}

TEST_F(TimedLookupTest, ALookUpThatHangsIsATimeout) {
  threads_.error = 0;
  static std::atomic<bool> go_on{false};
  const LookupResult<int> found = LookUpInTime<int>(
      lookups_.others,
      [] {
        while (!go_on) std::this_thread::yield();
        return LookupResult<int>();
      },
      absl::ZeroDuration());
  EXPECT_TRUE(found.timed_out);
  EXPECT_EQ(found.error, 0);
  go_on = true;
}

TEST_F(TimedLookupTest, ALookUpBesideOtherWorkTakesAThreadForAName) {
  for (const char* host : {"name", "nobody"}) {
    absl::Notification done;
    const std::unique_ptr<PendingLookup> lookup = BeginFindAddressesInThread(
        lookups_, os_, QueryFor(host), [&done] { done.Notify(); });
    done.WaitForNotification();
    const FoundAddresses found = lookup->Take();
    const bool is_known = host == absl::string_view("name");
    EXPECT_EQ(found.error, is_known ? 0 : kNoSuchHost);
    EXPECT_EQ(found.value.size(), is_known ? 1u : 0u);
  }
  EXPECT_EQ(threads_.started, 2);
}

TEST_F(TimedLookupTest, ALookUpBesideOtherWorkIsDoneAtOnceForAnAddress) {
  threads_.error = 11;
  for (const char* host : {"10.0.0.1", "name"}) {
    bool done = false;
    const std::unique_ptr<PendingLookup> lookup = BeginFindAddressesInThread(
        lookups_, os_, QueryFor(host), [&done] { done = true; });
    EXPECT_TRUE(done);
    const FoundAddresses found = lookup->Take();
    const bool is_name = host == absl::string_view("name");
    EXPECT_EQ(found.no_thread, is_name);
    EXPECT_EQ(found.error, is_name ? 11 : 0);
    EXPECT_EQ(found.domain,
              is_name ? ErrorDomain::kOs : ErrorDomain::kGetAddrInfo);
  }
  EXPECT_EQ(threads_.started, 0);
}

// RFC 6761, section 6.3.
TEST_F(TimedLookupTest, ThisMachineHasPlacesOfItsOwn) {
  for (const char* name : {"localhost", "LocalHost", "localhost."}) {
    EXPECT_EQ(&lookups_.For(absl::string_view(name)), &lookups_.localhost)
        << name;
  }
  for (const char* name : {"a.localhost", "a.b.LOCALHOST", "a.localhost."}) {
    EXPECT_EQ(&lookups_.For(absl::string_view(name)), &lookups_.loopback)
        << name;
  }
  for (const char* name : {"localhost.example", "notlocalhost", "localhost..",
                           "local", "", ".", "localhos"}) {
    EXPECT_EQ(&lookups_.For(absl::string_view(name)), &lookups_.others) << name;
  }
  const SockAddr loopback6 =
      AddressOf({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
  EXPECT_EQ(&lookups_.For(AddressOf({127, 0, 0, 1})), &lookups_.localhost);
  for (const SockAddr& address :
       {AddressOf({127, 0, 0, 2}), AddressOf({127, 9, 0, 1}), loopback6}) {
    EXPECT_EQ(&lookups_.For(address), &lookups_.loopback);
  }
  const SockAddr other6 =
      AddressOf({32, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
  for (const SockAddr& address :
       {AddressOf({10, 0, 0, 1}), other6, SockAddr()}) {
    EXPECT_EQ(&lookups_.For(address), &lookups_.others);
  }
}

}  // namespace
}  // namespace mortise
