// The expected numbers are the same on every machine.

#include "mortise/platform/sim/random.h"

#include <cstdint>
#include <limits>
#include <vector>

#include "gtest/gtest.h"

namespace mortise {
namespace sim {
namespace {

TEST(RandomTest, NumbersAreThoseOfSplitMix64) {
  // The first outputs of the published SplitMix64 for the seed 1234567.
  Random random(1234567);
  EXPECT_EQ(random.Next(), 6457827717110365317u);
  EXPECT_EQ(random.Next(), 3203168211198807973u);
  EXPECT_EQ(random.Next(), 9817491932198370423u);
}

TEST(RandomTest, BelowHasFixedResults) {
  Random random(4711);
  std::vector<std::uint64_t> drawn;
  for (int i = 0; i < 8; ++i) drawn.push_back(random.Below(1000));
  EXPECT_EQ(drawn, (std::vector<std::uint64_t>{563, 924, 267, 196, 962, 54, 308,
                                               935}));
}

TEST(RandomTest, BelowGivesEachResultEquallyOften) {
  Random random(1);
  std::vector<int> seen(7);
  for (int i = 0; i < 70000; ++i) ++seen[random.Below(7)];
  for (const int count : seen) EXPECT_NEAR(count, 10000, 400);
}

TEST(RandomTest, BelowOneIsZero) {
  Random random(1);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(random.Below(1), 0u);
}

TEST(RandomTest, BelowStaysBelowLargeCounts) {
  // More than half of all numbers are drawn again.
  constexpr std::uint64_t kCount = (std::uint64_t{1} << 63) + 1;
  Random random(2);
  for (int i = 0; i < 1000; ++i) EXPECT_LT(random.Below(kCount), kCount);
}

TEST(RandomTest, BetweenTakesTheWholeRange) {
  constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  Random random(3);
  bool negative = false;
  bool positive = false;
  for (int i = 0; i < 100; ++i) {
    const std::int64_t drawn = random.Between(kLeast, kMost);
    (drawn < 0 ? negative : positive) = true;
  }
  EXPECT_TRUE(negative && positive);
  EXPECT_EQ(random.Between(kMost, kMost), kMost);
  EXPECT_EQ(random.Between(kLeast, kLeast), kLeast);
}

TEST(RandomTest, BetweenReachesBothEnds) {
  Random random(4);
  std::vector<int> seen(3);
  for (int i = 0; i < 300; ++i) {
    const std::int64_t drawn = random.Between(-1, 1);
    ASSERT_GE(drawn, -1);
    ASSERT_LE(drawn, 1);
    ++seen[static_cast<std::size_t>(drawn + 1)];
  }
  for (const int count : seen) EXPECT_GT(count, 50);
}

TEST(RandomTest, ChanceIsARatio) {
  Random random(5);
  int hits = 0;
  for (int i = 0; i < 80000; ++i) hits += random.Chance(7, 8) ? 1 : 0;
  EXPECT_NEAR(hits, 70000, 500);
  EXPECT_FALSE(random.Chance(0, 3));
  EXPECT_TRUE(random.Chance(3, 3));
}

TEST(RandomTest, ExponentialHasFixedResults) {
  Random random(4711);
  std::vector<std::int64_t> drawn;
  for (int i = 0; i < 8; ++i) drawn.push_back(random.Exponential(1000000));
  EXPECT_EQ(drawn,
            (std::vector<std::int64_t>{1455243, 1430987, 441967, 958412, 113702,
                                       664997, 1486012, 644729}));
}

TEST(RandomTest, ExponentialHasItsMeanAndItsTail) {
  constexpr int kDraws = 100000;
  Random random(6);
  double sum = 0;
  int above_mean = 0;
  int above_thrice = 0;
  for (int i = 0; i < kDraws; ++i) {
    const std::int64_t drawn = random.Exponential(1000000);
    ASSERT_GE(drawn, 0);
    sum += static_cast<double>(drawn);
    above_mean += drawn > 1000000 ? 1 : 0;
    above_thrice += drawn > 3000000 ? 1 : 0;
  }
  EXPECT_NEAR(sum / kDraws, 1000000, 15000);
  // e^-1 and e^-3 of them.
  EXPECT_NEAR(above_mean, 36788, 700);
  EXPECT_NEAR(above_thrice, 4979, 300);
}

TEST(RandomTest, ExponentialDoesNotOverflow) {
  Random random(7);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_GE(random.Exponential(std::numeric_limits<std::int64_t>::max()), 0);
  }
  EXPECT_EQ(random.Exponential(0), 0);
}

TEST(RandomTest, ACopyContinuesWithTheSameNumbers) {
  Random random(8);
  random.Next();
  Random copy = random;
  EXPECT_EQ(copy.Next(), random.Next());
}

}  // namespace
}  // namespace sim
}  // namespace mortise
