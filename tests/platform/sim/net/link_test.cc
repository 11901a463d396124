// When packets arrive at the end of a link.

#include "mortise/platform/sim/net/link.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/platform/sim/link_options.h"
#include "mortise/platform/sim/schedule/streams.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::uint64_t kIdentity = 42;

PacketSize Bytes(std::size_t bytes, bool is_v4 = true) {
  return {bytes, is_v4, 65536};
}

Link NewLink(std::uint64_t seed = 1) { return Link(Streams(seed), kIdentity); }

TEST(Link, APacketTravelsForHalfAMillisecond) {
  Link link = NewLink();
  const Transit transit =
      link.Carry(LinkModel(LinkOptions()), Bytes(100), 1, kSecond);
  EXPECT_EQ(transit.loss, Transit::Loss::kNone);
  EXPECT_THAT(transit.arrivals, ElementsAre(kSecond + 500 * kMicrosecond));
}

TEST(Link, WithAnotherModelItBeginsAnew) {
  LinkOptions options;
  options.rate = 100;
  const LinkModel slow(options), usual((LinkOptions()));
  Link link = NewLink();
  const Transit first = link.Carry(slow, Bytes(1500), 1, 0);
  EXPECT_THAT(first.arrivals, ElementsAre(15 * kSecond + 500 * kMicrosecond));
  const Transit second = link.Carry(usual, Bytes(1500), 2, 0);
  EXPECT_THAT(second.arrivals, ElementsAre(500 * kMicrosecond))
      << "it need not wait for the slow one";
}

TEST(Link, LatencyHasItsMinimumAndItsMean) {
  LinkOptions options;
  options.latency_min = absl::Milliseconds(10);
  options.latency_mean = absl::Milliseconds(15);
  const LinkModel model(options);
  Link link = NewLink();
  Time sum = 0;
  int different = 0;
  Time last = 0;
  for (int i = 1; i <= 10000; ++i) {
    // So rarely that no packet waits for another.
    const Time now = i * 10 * kSecond;
    const Time latency =
        link.Carry(model, Bytes(100), static_cast<std::uint64_t>(i), now)
            .arrivals[0] -
        now;
    EXPECT_GE(latency, 10 * kMillisecond);
    if (latency != last) ++different;
    last = latency;
    sum += latency;
  }
  EXPECT_GT(different, 9900);
  EXPECT_NEAR(static_cast<double>(sum) / 10000, 15.0 * kMillisecond,
              0.2 * kMillisecond);
}

TEST(Link, ARandomLatencyDoesNotChangeTheOrder) {
  LinkOptions options;
  options.latency_mean = absl::Milliseconds(100);
  const LinkModel model(options);
  Link link = NewLink();
  Time last = 0;
  for (std::uint64_t i = 1; i <= 1000; ++i) {
    const Transit transit = link.Carry(model, Bytes(100), i, 0);
    EXPECT_GE(transit.arrivals[0], last);
    last = transit.arrivals[0];
  }
}

TEST(Link, ARateSpacesPackets) {
  LinkOptions options;
  options.rate = 1000;
  const LinkModel model(options);
  Link link = NewLink();
  const Time latency = 500 * kMicrosecond;
  EXPECT_THAT(link.Carry(model, Bytes(100), 1, 0).arrivals,
              ElementsAre(100 * kMillisecond + latency));
  EXPECT_THAT(link.Carry(model, Bytes(50), 2, 0).arrivals,
              ElementsAre(150 * kMillisecond + latency));
  EXPECT_THAT(link.Carry(model, Bytes(100), 3, kSecond).arrivals,
              ElementsAre(1100 * kMillisecond + latency))
      << "the link has been idle";
}

TEST(Link, ARateIsRoundedToTheLaterNanosecond) {
  LinkOptions options;
  options.rate = 3;
  EXPECT_EQ(LinkModel(options).TimeToSend(1), 333333334);
  options.rate = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(LinkModel(options).TimeToSend(65536), 1);
  options.rate = 1;
  EXPECT_EQ(LinkModel(options).TimeToSend(~std::uint64_t{0}), kNever);
}

TEST(Link, APacketThatFindsNoRoomIsLost) {
  LinkOptions options;
  options.rate = 1000;
  options.queue = 250;
  const LinkModel model(options);
  Link link = NewLink();
  EXPECT_EQ(link.Carry(model, Bytes(100), 1, 0).loss, Transit::Loss::kNone);
  EXPECT_EQ(link.Carry(model, Bytes(100), 2, 0).loss, Transit::Loss::kNone);
  const Transit lost = link.Carry(model, Bytes(100), 3, 0);
  EXPECT_EQ(lost.loss, Transit::Loss::kQueueFull);
  EXPECT_THAT(lost.arrivals, IsEmpty());
  EXPECT_EQ(link.Carry(model, Bytes(50), 4, 0).loss, Transit::Loss::kNone)
      << "it fits where the larger one does not";
  EXPECT_EQ(link.Carry(model, Bytes(1000), 5, kSecond).loss,
            Transit::Loss::kNone)
      << "a packet that need not wait is always taken";
}

int CountLost(const LinkOptions& options, const PacketSize& size) {
  const LinkModel model(options);
  Link link = NewLink();
  int lost = 0;
  for (std::uint64_t i = 1; i <= 10000; ++i) {
    const Transit transit = link.Carry(model, size, i, 0);
    EXPECT_EQ(transit.loss == Transit::Loss::kLost, transit.arrivals.empty());
    if (transit.loss == Transit::Loss::kLost) ++lost;
  }
  return lost;
}

TEST(Link, LossIsAsFrequentAsItsChance) {
  LinkOptions options;
  EXPECT_EQ(CountLost(options, Bytes(100)), 0);
  options.loss = {1, 10};
  EXPECT_NEAR(CountLost(options, Bytes(100)), 1000, 100);
  options.loss = {1, 1};
  EXPECT_EQ(CountLost(options, Bytes(100)), 10000);
}

TEST(Link, FragmentsAreLostOneByOne) {
  LinkOptions options;
  options.loss = {1, 10};
  EXPECT_NEAR(CountLost(options, Bytes(1500)), 1000, 100);
  // 3 fragments, so that 0.9^3 of the packets arrive.
  EXPECT_NEAR(CountLost(options, Bytes(3000)), 2710, 150);
  // The interface of the sender cuts earlier than the link: 6 fragments.
  EXPECT_NEAR(CountLost(options, {3000, true, 600}), 4686, 150);
}

TEST(Link, EachFragmentHasHeaders) {
  LinkOptions options;
  options.rate = 1000;
  const LinkModel model(options);
  // 2980 bytes of data, of which a fragment carries 1480.
  Link v4 = NewLink();
  EXPECT_THAT(v4.Carry(model, Bytes(3000), 1, 0).arrivals,
              ElementsAre((2980 + 3 * 20) * kMillisecond + 500 * kMicrosecond));
  // 2960 bytes of data, of which a fragment carries 1448.
  Link v6 = NewLink();
  EXPECT_THAT(v6.Carry(model, Bytes(3000, false), 1, 0).arrivals,
              ElementsAre((2960 + 3 * 48) * kMillisecond + 500 * kMicrosecond));
}

TEST(Link, OnlyALinkThatLosesNothingTakesLargeSegments) {
  LinkOptions options;
  EXPECT_TRUE(LinkModel(options).takes_large_segments());
  options.rate = 1;
  EXPECT_FALSE(LinkModel(options).takes_large_segments());
  options.rate = 0;
  options.loss = {1, 1000};
  EXPECT_FALSE(LinkModel(options).takes_large_segments());
}

TEST(Link, ADuplicateArrivesBehindThePacket) {
  LinkOptions options;
  options.duplication = {1, 1};
  options.latency_mean = absl::Milliseconds(5);
  const LinkModel model(options);
  Link link = NewLink();
  // The second latency that is drawn is often the shorter one.
  for (std::uint64_t i = 1; i <= 100; ++i) {
    const Time now = static_cast<Time>(i) * kSecond;
    const Transit transit = link.Carry(model, Bytes(100), i, now);
    ASSERT_EQ(transit.arrivals.size(), 2u);
    EXPECT_GE(transit.arrivals[1], transit.arrivals[0]) << i;
  }
}

TEST(Link, APacketThatIsHeldBackIsOvertaken) {
  LinkOptions options;
  options.reordering = {1, 10};
  const LinkModel model(options);
  Link link = NewLink();
  const Time in_order = 500 * kMicrosecond;
  int held = 0;
  Time sum = 0;
  for (std::uint64_t i = 1; i <= 10000; ++i) {
    const Time arrival = link.Carry(model, Bytes(100), i, 0).arrivals[0];
    if (arrival == in_order) continue;
    ++held;
    EXPECT_GT(arrival, in_order);
    sum += arrival - in_order;
  }
  EXPECT_NEAR(held, 1000, 100);
  EXPECT_NEAR(static_cast<double>(sum) / held, 1.0 * kMillisecond,
              0.15 * kMillisecond);
}

std::vector<Time> Arrivals(std::uint64_t seed, bool with_others) {
  LinkOptions options;
  options.latency_mean = absl::Milliseconds(5);
  options.loss = {1, 3};
  options.duplication = {1, 3};
  options.reordering = {1, 3};
  const LinkModel model(options);
  Link link = NewLink(seed);
  std::vector<Time> arrivals;
  for (std::uint64_t i = 1; i <= 300; ++i) {
    const Time now = static_cast<Time>(i) * kSecond;
    if (with_others || i % 2 == 0) {
      const Transit transit = link.Carry(model, Bytes(100), i, now);
      if (i % 2 == 0) {
        arrivals.insert(arrivals.end(), transit.arrivals.begin(),
                        transit.arrivals.end());
      }
    }
  }
  return arrivals;
}

TEST(Link, DecisionsDependOnTheSeedAndTheNumberOfThePacketOnly) {
  EXPECT_EQ(Arrivals(1, true), Arrivals(1, true));
  EXPECT_NE(Arrivals(1, true), Arrivals(2, true));
  EXPECT_EQ(Arrivals(1, true), Arrivals(1, false))
      << "the packets between them change nothing";
}

using LinkDeathTest = ::testing::Test;

TEST(LinkDeathTest, AnOptionOutOfItsRangeIsNamed) {
  LinkOptions latency;
  latency.latency_min = absl::Milliseconds(1);
  EXPECT_DEATH(LinkModel{latency}, "latency_mean must not be less");
  LinkOptions loss;
  loss.loss = {2, 1};
  EXPECT_DEATH(LinkModel{loss}, "loss must be at most 1");
  LinkOptions nothing;
  nothing.duplication = {0, 0};
  EXPECT_DEATH(LinkModel{nothing}, "duplication must be at most 1");
  LinkOptions mtu;
  mtu.mtu = 67;
  EXPECT_DEATH(LinkModel{mtu}, "mtu must be between 68 and 65536");
  LinkOptions rate;
  rate.rate = -1;
  EXPECT_DEATH(LinkModel{rate}, "rate must not be negative");
}

}  // namespace
}  // namespace sim
}  // namespace mortise
