// The decisions of Happy Eyeballs, in virtual time.

#include "mortise/core/internal/happy_eyeballs.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/addr_info.h"
#include "mortise/core/create_connection.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"

namespace mortise {
namespace internal {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr IpFamily kIpv6 = IpFamily::kIpv6;
constexpr IpFamily kIpv4 = IpFamily::kIpv4;

AddrInfo Info(const SocketAddress& address) {
  AddrInfo info;
  info.family = address.family();
  info.type = kSockStream;
  info.address = address;
  return info;
}

AddrInfo V4(std::uint8_t last) {
  return Info(SocketAddress::Ipv4({192, 0, 2, last}, 80));
}
AddrInfo V6(std::uint8_t last) {
  return Info(SocketAddress::Ipv6(
      {0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last}, 80));
}
AddrInfo Mapped(std::uint8_t last) {
  return Info(SocketAddress::Ipv6(
      {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, last}, 80));
}

absl::Duration Ms(int count) { return absl::Milliseconds(count); }

// Does what a caller of HappyEyeballs does, on a clock of its own. Attempts run
// until a test lets them fail.
class HappyEyeballsMachineTest : public ::testing::Test {
 protected:
  void Start(absl::Duration attempt_delay = kHappyEyeballsDelay,
             HappyEyeballs::Ipv4GoesFirst ipv4_goes_first = nullptr,
             std::size_t most_at_once = 64) {
    race_.emplace(
        HappyEyeballs::Settings{attempt_delay, kHappyEyeballsResolutionDelay,
                                most_at_once},
        ipv4_goes_first);
  }

  // Starts, and asks for both families.
  void Ask(HappyEyeballs::Ipv4GoesFirst ipv4_goes_first = nullptr) {
    Start(kHappyEyeballsDelay, ipv4_goes_first);
    race_->Ask(kIpv6);
    race_->Ask(kIpv4);
    Try();
  }

  void Answer(IpFamily family, const std::vector<AddrInfo>& addresses) {
    race_->Answer(family, addresses, now_);
    Try();
  }

  void Fail() {
    race_->AttemptFailed(now_);
    Try();
  }

  // Lets time pass, and begins what begins meanwhile.
  void Pass(absl::Duration duration) {
    const absl::Duration end = now_ + duration;
    while (now_ + race_->Patience(now_) <= end) {
      now_ += race_->Patience(now_);
      Try();
    }
    now_ = end;
  }

  // Begins what may begin now.
  void Try() {
    while (std::optional<AddrInfo> next = race_->Next(now_)) {
      tried_.push_back(absl::StrCat(absl::FormatDuration(now_ - kBegin), " ",
                                    next->address.host()));
      race_->AttemptRuns(now_);
    }
    // What says that something may begin now would be asked for ever.
    EXPECT_GT(race_->Patience(now_), absl::ZeroDuration());
  }

  static constexpr absl::Duration kBegin = absl::Hours(5);
  absl::Duration now_ = kBegin;
  std::optional<HappyEyeballs> race_;
  // When each attempt began: "250ms 192.0.2.1".
  std::vector<std::string> tried_;
};

constexpr absl::Duration HappyEyeballsMachineTest::kBegin;

// Six orders of answers.

TEST_F(HappyEyeballsMachineTest, Ipv6AnswersFirst) {
  Ask();
  Pass(Ms(10));
  Answer(kIpv6, {V6(1), V6(2)});
  // The attempt does not wait for the other answer, which joins in.
  EXPECT_THAT(tried_, ElementsAre("10ms 2001:db8::1"));
  Pass(Ms(100));
  Answer(kIpv4, {V4(1)});
  Pass(absl::Seconds(2));
  EXPECT_THAT(tried_, ElementsAre("10ms 2001:db8::1", "260ms 192.0.2.1",
                                  "510ms 2001:db8::2"));
}

TEST_F(HappyEyeballsMachineTest, Ipv4AnswersFirstAndIpv6InTime) {
  Ask();
  Pass(Ms(10));
  Answer(kIpv4, {V4(1)});
  Pass(Ms(49));
  EXPECT_THAT(tried_, IsEmpty());
  Answer(kIpv6, {V6(1)});
  EXPECT_THAT(tried_, ElementsAre("59ms 2001:db8::1"));
  Pass(absl::Seconds(2));
  EXPECT_THAT(tried_, ElementsAre("59ms 2001:db8::1", "309ms 192.0.2.1"));
}

TEST_F(HappyEyeballsMachineTest, Ipv4AnswersFirstAndIpv6TooLate) {
  Ask();
  Pass(Ms(10));
  Answer(kIpv4, {V4(1), V4(2)});
  EXPECT_EQ(race_->Patience(now_), Ms(50));
  Pass(Ms(60));
  EXPECT_THAT(tried_, ElementsAre("60ms 192.0.2.1"));
  Answer(kIpv6, {V6(1)});
  // The next attempt is the other family's, and begins when it is due.
  EXPECT_THAT(tried_, ElementsAre("60ms 192.0.2.1"));
  Pass(absl::Seconds(2));
  EXPECT_THAT(tried_, ElementsAre("60ms 192.0.2.1", "310ms 2001:db8::1",
                                  "560ms 192.0.2.2"));
}

// A negative answer and a failure are the same: there are no IPv6 addresses.
TEST_F(HappyEyeballsMachineTest, WithoutIpv6AddressesIpv4DoesNotWait) {
  Ask();
  Pass(Ms(10));
  Answer(kIpv6, {});
  Pass(Ms(10));
  Answer(kIpv4, {V4(1)});
  EXPECT_THAT(tried_, ElementsAre("20ms 192.0.2.1"));
}

TEST_F(HappyEyeballsMachineTest, Ipv4WaitsNoLongerThanForAnAnswerWithoutIpv6) {
  Ask();
  Answer(kIpv4, {V4(1)});
  Pass(Ms(20));
  EXPECT_THAT(tried_, IsEmpty());
  Answer(kIpv6, {});
  EXPECT_THAT(tried_, ElementsAre("20ms 192.0.2.1"));
}

TEST_F(HappyEyeballsMachineTest, IfBothFailItIsOver) {
  Ask();
  EXPECT_FALSE(race_->IsOver());
  Answer(kIpv4, {});
  EXPECT_FALSE(race_->IsOver());
  EXPECT_EQ(race_->Patience(now_), absl::InfiniteDuration());
  Answer(kIpv6, {});
  EXPECT_TRUE(race_->IsOver());
  EXPECT_THAT(tried_, IsEmpty());
}

// An answer that comes when all attempts have failed is waited for, and then
// used at once.
TEST_F(HappyEyeballsMachineTest, ALateAnswerIsWaitedFor) {
  Ask();
  Answer(kIpv6, {V6(1)});
  Pass(Ms(10));
  Fail();
  EXPECT_FALSE(race_->IsOver());
  EXPECT_TRUE(race_->IsAsking());
  Pass(absl::Seconds(9));
  Answer(kIpv4, {V4(1)});
  EXPECT_FALSE(race_->IsAsking());
  EXPECT_THAT(tried_, ElementsAre("0 2001:db8::1", "9.01s 192.0.2.1"));
  Fail();
  EXPECT_TRUE(race_->IsOver());
}

// Which family begins.

TEST_F(HappyEyeballsMachineTest,
       TheFirstTwoAddressesAreComparedIfBothAreThere) {
  int asked = 0;
  Ask([&asked](const SocketAddress& ipv6, const SocketAddress& ipv4) {
    ++asked;
    EXPECT_EQ(ipv6, V6(1).address);
    EXPECT_EQ(ipv4, V4(1).address);
    return true;
  });
  Answer(kIpv4, {V4(1), V4(2)});
  EXPECT_EQ(asked, 0);
  Answer(kIpv6, {V6(1), V6(2)});
  EXPECT_EQ(asked, 1);
  Pass(absl::Seconds(2));
  EXPECT_THAT(tried_, ElementsAre("0 192.0.2.1", "250ms 2001:db8::1",
                                  "500ms 192.0.2.2", "750ms 2001:db8::2"));
  EXPECT_EQ(asked, 1);
}

TEST_F(HappyEyeballsMachineTest, IfTheRulesDoNotTellIpv6Begins) {
  Ask([](const SocketAddress&, const SocketAddress&) { return false; });
  Answer(kIpv4, {V4(1)});
  Answer(kIpv6, {V6(1)});
  EXPECT_THAT(tried_, ElementsAre("0 2001:db8::1"));
}

TEST_F(HappyEyeballsMachineTest, AddressesThatWereSortedKeepTheirFirst) {
  Start(kHappyEyeballsDelay, [](const SocketAddress&, const SocketAddress&) {
    ADD_FAILURE() << "the system has compared them";
    return false;
  });
  race_->Add({V4(1), V4(2), V6(1), V6(2)});
  Try();
  Pass(absl::Seconds(2));
  EXPECT_THAT(tried_, ElementsAre("0 192.0.2.1", "250ms 2001:db8::1",
                                  "500ms 192.0.2.2", "750ms 2001:db8::2"));
}

TEST_F(HappyEyeballsMachineTest, AMappedAddressIsIpv4) {
  Start();
  race_->Add({V6(1), V6(2), Mapped(1)});
  Try();
  Pass(absl::Seconds(2));
  EXPECT_THAT(tried_, ElementsAre("0 2001:db8::1", "250ms ::ffff:192.0.2.1",
                                  "500ms 2001:db8::2"));
}

// When attempts begin.

TEST_F(HappyEyeballsMachineTest, AFailureBeginsTheNextAtOnce) {
  Start();
  race_->Add({V4(1), V4(2), V4(3)});
  Try();
  Pass(Ms(260));
  Fail();
  EXPECT_THAT(tried_,
              ElementsAre("0 192.0.2.1", "250ms 192.0.2.2", "260ms 192.0.2.3"));
}

TEST_F(HappyEyeballsMachineTest, OneByOneTheOrderIsLeftAlone) {
  Start(absl::InfiniteDuration());
  race_->Add({V6(1), V6(2), V4(1)});
  Try();
  EXPECT_EQ(race_->Patience(now_), absl::InfiniteDuration());
  Pass(absl::Hours(1));
  Fail();
  Fail();
  EXPECT_THAT(tried_,
              ElementsAre("0 2001:db8::1", "1h 2001:db8::2", "1h 192.0.2.1"));
}

TEST_F(HappyEyeballsMachineTest, WithoutADelayAllBeginAtOnceUpToTheMost) {
  Start(absl::ZeroDuration(), nullptr, /*most_at_once=*/2);
  race_->Add({V4(1), V4(2), V4(3), V4(4)});
  Try();
  EXPECT_THAT(tried_, ElementsAre("0 192.0.2.1", "0 192.0.2.2"));
  Fail();
  EXPECT_EQ(tried_.size(), 3u);
}

TEST_F(HappyEyeballsMachineTest, WhatIsUntriedIsTakenInItsOrder) {
  Start();
  race_->Add({V6(1), V6(2), V4(1)});
  Try();
  std::vector<std::string> left;
  for (const AddrInfo& info : race_->TakeUntried()) {
    left.push_back(info.address.host());
  }
  EXPECT_THAT(left, ElementsAre("192.0.2.1", "2001:db8::2"));
  Fail();
  EXPECT_TRUE(race_->IsOver());
}

}  // namespace
}  // namespace internal
}  // namespace mortise
