// Look-ups that run beside other work. Most are answered by the test.

#include "mortise/core/address_lookup.h"

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/addr_info.h"
#include "mortise/core/cancellation.h"
#include "mortise/core/error.h"
#include "mortise/core/poll_result.h"
#include "mortise/core/poller.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/call_limit.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/mock/mock_platform.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/core/usage_error.h"

namespace mortise {
namespace {

using ::testing::_;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Return;
using ::testing::SizeIs;

const SocketAddress kFound = SocketAddress::Ipv4({192, 0, 2, 1}, 80);

FoundAddresses OneAddress() {
  AddrInfoEntry entry;
  entry.family = kAfInet;
  entry.type = kSockStream;
  entry.address = kFound.raw();
  FoundAddresses found;
  found.value.push_back(entry);
  return found;
}

// Keeps the one look-up that is begun until the test answers it.
class HeldNames final : public NameCalls {
 public:
  std::unique_ptr<PendingLookup> BeginFindAddresses(
      const AddrInfoQuery& query, const CallLimit& /*limit*/,
      std::function<void()> done) override {
    query_ = query;
    done_ = std::move(done);
    return std::make_unique<Held>(*this);
  }

  void Answer(FoundAddresses answer) {
    answer_ = std::move(answer);
    done_();
  }
  const AddrInfoQuery& query() const { return query_; }
  bool is_given_up() const { return is_given_up_; }

 private:
  class Held final : public PendingLookup {
   public:
    explicit Held(HeldNames& names) : names_(names) {}
    ~Held() override { names_.is_given_up_ = true; }
    FoundAddresses Take() override { return std::move(names_.answer_); }

   private:
    HeldNames& names_;
  };

  AddrInfoQuery query_;
  std::function<void()> done_;
  FoundAddresses answer_;
  std::atomic<bool> is_given_up_{false};
};

class AddressLookupTest : public ::testing::Test {
 protected:
  AddressLookupTest() : platform_(Parts(), Platform::Default().facts()) {
    options_.platform = &platform_;
  }

  AddressLookup Start() {
    return AddressLookup::Start("a.example", 80, options_).value();
  }

  static std::vector<SocketAddress> AddressesOf(
      const absl::StatusOr<std::vector<AddrInfo>>& found) {
    std::vector<SocketAddress> addresses;
    EXPECT_TRUE(found.ok()) << found.status();
    if (!found.ok()) return addresses;
    for (const AddrInfo& info : *found) addresses.push_back(info.address);
    return addresses;
  }

  Platform::Parts Parts() {
    Platform::Parts parts = Platform::Default().parts();
    parts.names = &names_;
    return parts;
  }

  HeldNames names_;
  Platform platform_;
  GetAddrInfoOptions options_;
};

TEST_F(AddressLookupTest, StartDoesNotWaitAndGetDoes) {
  options_.family = kAfInet;
  options_.type = kSockStream;
  AddressLookup lookup = Start();
  EXPECT_FALSE(lookup.done());
  EXPECT_EQ(names_.query().host, "a.example");
  EXPECT_EQ(names_.query().service, "80");
  EXPECT_EQ(names_.query().family, kAfInet);
  EXPECT_EQ(names_.query().type, kSockStream);
  std::thread resolver([this] { names_.Answer(OneAddress()); });
  EXPECT_THAT(AddressesOf(lookup.Get()), ElementsAre(kFound));
  resolver.join();
  EXPECT_TRUE(lookup.done());
  // A second time it is the same.
  EXPECT_THAT(AddressesOf(lookup.Get()), ElementsAre(kFound));
}

TEST_F(AddressLookupTest, AnAnswerWakesAPoller) {
  absl::StatusOr<Poller> poller = Poller::Create();
  ASSERT_TRUE(poller.ok()) << poller.status();
  AddressLookup lookup = Start();
  lookup.WhenDone([&poller] { poller->Wake(); });
  std::thread resolver([this] { names_.Answer(OneAddress()); });
  PollResult ready;
  while (!lookup.done()) {
    EXPECT_TRUE(poller->Wait(absl::InfiniteDuration(), &ready).ok());
  }
  resolver.join();
  EXPECT_THAT(AddressesOf(lookup.Get()), ElementsAre(kFound));
}

TEST_F(AddressLookupTest, OnlyTheLastCallIsMadeAndOnlyOnce) {
  AddressLookup lookup = Start();
  int first = 0;
  int last = 0;
  lookup.WhenDone([&first] { ++first; });
  lookup.WhenDone([&] {
    EXPECT_TRUE(lookup.done());
    ++last;
  });
  EXPECT_EQ(last, 0);
  names_.Answer(OneAddress());
  EXPECT_EQ(first, 0);
  EXPECT_EQ(last, 1);
  // There is an answer already.
  int late = 0;
  lookup.WhenDone([&late] { ++late; });
  lookup.WhenDone(nullptr);
  EXPECT_EQ(late, 1);
}

TEST_F(AddressLookupTest, ItIsGivenUpByItsDestructionAndCallsNothingThen) {
  bool called = false;
  {
    AddressLookup lookup = Start();
    lookup.WhenDone([&called] { called = true; });
    AddressLookup moved = std::move(lookup);
    EXPECT_FALSE(names_.is_given_up());
  }
  EXPECT_TRUE(names_.is_given_up());
  names_.Answer(OneAddress());
  EXPECT_FALSE(called);
}

TEST_F(AddressLookupTest, AnErrorIsGetAddrInfosOwn) {
  AddressLookup lookup = Start();
  FoundAddresses unknown;
  unknown.error = platform_.facts().errors.Native(ErrorCode::kEaiNoname);
  names_.Answer(unknown);
  const absl::Status status = lookup.Get().status();
  EXPECT_TRUE(IsNameNotFound(status)) << status;
  EXPECT_EQ(ErrorOf(status)->operation, "getaddrinfo");
  EXPECT_EQ(ErrorOf(status)->address, "a.example:80");
}

TEST_F(AddressLookupTest, WhatIsCancelledMayBeAnsweredLater) {
  const Cancellation stop;
  options_.cancellation = stop;
  AddressLookup lookup = Start();
  std::thread other([&stop] { stop.Cancel(); });
  const absl::Status status = lookup.Get().status();
  other.join();
  EXPECT_TRUE(mortise::IsCancelled(status)) << status;
  EXPECT_FALSE(lookup.done());
  names_.Answer(OneAddress());
  EXPECT_THAT(AddressesOf(lookup.Get()), ElementsAre(kFound));
}

TEST_F(AddressLookupTest, TheTimeOfATokenIsATimeout) {
  options_.cancellation = Cancellation::After(absl::Milliseconds(1));
  AddressLookup lookup = Start();
  EXPECT_TRUE(IsTimeout(lookup.Get().status()));
}

TEST(AddressLookupTimeTest, TheTimeoutCountsFromTheStart) {
  MockPlatform mock;
  GetAddrInfoOptions options;
  options.platform = &mock.platform;
  options.timeout = absl::Seconds(5);
  HeldNames names;
  EXPECT_CALL(mock.names, BeginFindAddresses)
      .WillOnce([&names](const AddrInfoQuery& query, const CallLimit& limit,
                         std::function<void()> done) {
        EXPECT_EQ(limit.timeout, absl::Seconds(5));
        return names.BeginFindAddresses(query, limit, std::move(done));
      });
  AddressLookup lookup = AddressLookup::Start("a.example", 80, options).value();
  mock.clock.Advance(absl::Seconds(2));
  // A signal does not make the time longer.
  EXPECT_CALL(mock.readiness,
              WaitInterruptibly(IsEmpty(), SizeIs(1), absl::Seconds(3)))
      .WillOnce([&mock](auto...) {
        mock.clock.Advance(absl::Seconds(1));
        return Failed<std::size_t>(ErrorCode::kEintr);
      });
  EXPECT_CALL(mock.readiness,
              WaitInterruptibly(IsEmpty(), SizeIs(1), absl::Seconds(2)))
      .WillOnce(Return(Made<std::size_t>(0)));
  EXPECT_TRUE(IsTimeout(lookup.Get().status()));
  EXPECT_EQ(mock.clock.elapsed(), absl::Seconds(5));
  EXPECT_TRUE(IsTimeout(lookup.Get().status()));
  names.Answer(OneAddress());
  EXPECT_TRUE(lookup.Get().ok());
}

TEST(AddressLookupTimeTest, AWaitThatFailsIsToldAsIt) {
  MockPlatform mock;
  GetAddrInfoOptions options;
  options.platform = &mock.platform;
  HeldNames names;
  EXPECT_CALL(mock.names, BeginFindAddresses)
      .WillOnce([&names](const AddrInfoQuery& query, const CallLimit& limit,
                         std::function<void()> done) {
        return names.BeginFindAddresses(query, limit, std::move(done));
      });
  AddressLookup lookup = AddressLookup::Start("a.example", 80, options).value();
  EXPECT_CALL(mock.readiness, WaitInterruptibly)
      .WillOnce(Return(Failed<std::size_t>(ErrorCode::kEnomem)));
  EXPECT_EQ(ErrorOf(lookup.Get().status())->code, ErrorCode::kEnomem);
}

TEST_F(AddressLookupTest, ArgumentsAreThoseOfGetAddrInfo) {
  EXPECT_THAT(
      AddressLookup::Start(std::string("a\0b", 3), 80, options_).status(),
      IsRefusal(absl::StatusCode::kInvalidArgument, "getaddrinfo",
                "host: holds a NUL"));
  EXPECT_THAT(AddressLookup::Start("a.example", 65536, options_).status(),
              IsRefusal(absl::StatusCode::kOutOfRange, "getaddrinfo",
                        "port: 65536 is not in 0 to 65535"));
  options_.timeout = -absl::Seconds(1);
  EXPECT_THAT(AddressLookup::Start("a.example", 80, options_).status(),
              IsRefusal(absl::StatusCode::kOutOfRange, "getaddrinfo",
                        "timeout: -1s is negative"));
}

// The operating system's own.

TEST(SystemAddressLookupTest, ANumericHostIsDoneAtOnce) {
  absl::StatusOr<AddressLookup> lookup = AddressLookup::Start("192.0.2.1", 80);
  ASSERT_TRUE(lookup.ok()) << lookup.status();
  EXPECT_TRUE(lookup->done());
  const absl::StatusOr<std::vector<AddrInfo>> found = lookup->Get();
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->front().address, kFound);
}

TEST(SystemAddressLookupTest, ANameThatCannotBeOneIsNotFound) {
  absl::StatusOr<AddressLookup> lookup = AddressLookup::Start("no host", 80);
  ASSERT_TRUE(lookup.ok()) << lookup.status();
  EXPECT_TRUE(IsNameNotFound(lookup->Get().status()));
}

// More than may run at once. A sanitizer sees what a thread writes into memory
// that has been freed.
TEST(SystemAddressLookupTest, AThousandAreGivenUp) {
  std::atomic<int> calls{0};
  for (int i = 0; i < 1000; ++i) {
    absl::StatusOr<AddressLookup> lookup =
        AddressLookup::Start("localhost", 80);
    ASSERT_TRUE(lookup.ok()) << lookup.status();
    lookup->WhenDone([&calls] { ++calls; });
  }
  const int before = calls;
  absl::StatusOr<AddressLookup> last = AddressLookup::Start("localhost", 80);
  ASSERT_TRUE(last.ok()) << last.status();
  // Whatever the answer is, it comes, and those before are silent.
  last->Get().status().IgnoreError();
  EXPECT_TRUE(last->done());
  EXPECT_EQ(calls, before);
}

}  // namespace
}  // namespace mortise
