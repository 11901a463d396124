#include "mortise/platform/sim/schedule/order.h"

#include <cstdint>
#include <memory>
#include <set>
#include <vector>

#include "gtest/gtest.h"

namespace mortise {
namespace sim {
namespace {

using Ready = std::vector<std::uint64_t>;

std::unique_ptr<OrderOfTurns> Make(Order order, const Streams& streams,
                                   int changes = 0) {
  return OrderOfTurns::Create(order, streams, changes, 100);
}

TEST(OrderTest, RandomGoesOnInSevenOfEightCases) {
  const Streams streams(1);
  const auto order = Make(Order::kRandom, streams);
  int going_on = 0;
  for (std::uint64_t i = 0; i < 8000; ++i) {
    going_on += order->GoesOn(3, i, {1, 2}) ? 1 : 0;
  }
  EXPECT_NEAR(going_on, 7000, 150);
}

TEST(OrderTest, RandomGivesEachTheSameChance) {
  const Streams streams(2);
  const auto order = Make(Order::kRandom, streams);
  std::vector<int> chosen(4);
  for (std::uint64_t i = 0; i < 4000; ++i) {
    ++chosen[order->Next(9, i, {5, 6, 7, 8})];
  }
  for (const int count : chosen) EXPECT_NEAR(count, 1000, 120);
}

TEST(OrderTest, RandomDecidesByTheKeyOnly) {
  const Streams streams(3);
  const auto one = Make(Order::kRandom, streams);
  const auto other = Make(Order::kRandom, streams);
  // `other` has made decisions before, which change nothing.
  for (std::uint64_t i = 0; i < 10; ++i) other->Next(1, i, {1, 2, 3});
  for (std::uint64_t i = 0; i < 100; ++i) {
    EXPECT_EQ(one->Next(4, i, {1, 2, 3}), other->Next(4, i, {1, 2, 3}));
    EXPECT_EQ(one->GoesOn(4, i, {1}), other->GoesOn(4, i, {1}));
  }
}

TEST(OrderTest, PctAlwaysTakesTheSameThread) {
  const Streams streams(4);
  const auto order = Make(Order::kPct, streams);
  const Ready ready = {1, 2, 3, 4};
  const std::size_t first = order->Next(9, 0, ready);
  for (std::uint64_t i = 1; i < 20; ++i) {
    EXPECT_EQ(order->Next(9, i, ready), first);
  }
  // It goes on although the others are ready, and nobody else does.
  for (const std::uint64_t thread : ready) {
    Ready others;
    for (const std::uint64_t other : ready) {
      if (other != thread) others.push_back(other);
    }
    EXPECT_EQ(order->GoesOn(thread, 0, others), thread == ready[first]);
  }
}

TEST(OrderTest, PctPrioritiesDependOnTheSeed) {
  std::set<std::size_t> chosen;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const Streams streams(seed);
    chosen.insert(Make(Order::kPct, streams)->Next(9, 0, {1, 2, 3, 4}));
  }
  EXPECT_EQ(chosen.size(), 4u);
}

TEST(OrderTest, PctChangesAtItsPoints) {
  const Streams streams(5);
  const auto order = Make(Order::kPct, streams, 3);
  std::uint64_t current = 1;
  int changes = 0;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const Ready others = {3 - current};
    if (!order->GoesOn(current, i, others)) {
      current = others[0];
      ++changes;
    }
  }
  // The first comparison may change it once more. All are in the first 100.
  EXPECT_GE(changes, 1);
  EXPECT_LE(changes, 4);
}

TEST(OrderTest, PctPutsWhoYieldsLast) {
  const Streams streams(6);
  const auto order = Make(Order::kPct, streams);
  const Ready ready = {1, 2, 3};
  std::set<std::uint64_t> seen;
  for (std::uint64_t i = 0; i < 3; ++i) {
    const std::uint64_t next = ready[order->Next(9, i, ready)];
    seen.insert(next);
    order->Yields(next);
  }
  EXPECT_EQ(seen.size(), 3u);
}

TEST(OrderTest, FifoNeverTakesATurnAway) {
  const Streams streams(7);
  const auto order = Make(Order::kFifo, streams);
  EXPECT_TRUE(order->GoesOn(1, 0, {2, 3}));
  EXPECT_EQ(order->Next(1, 1, {2, 3}), 0u);
}

}  // namespace
}  // namespace sim
}  // namespace mortise
