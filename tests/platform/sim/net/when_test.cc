// In which cases a rule acts.

#include "mortise/platform/sim/net/when.h"

#include <cstdint>
#include <vector>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/platform/sim/random.h"

namespace mortise {
namespace sim {
namespace {

using ::testing::ElementsAre;

std::vector<int> Acting(const When& when) {
  std::vector<int> numbers;
  for (int i = 1; i <= 7; ++i) {
    if (when.Acts(i, Random(1))) numbers.push_back(i);
  }
  return numbers;
}

TEST(When, CountsFromOne) {
  EXPECT_THAT(Acting(When::Always()), ElementsAre(1, 2, 3, 4, 5, 6, 7));
  EXPECT_THAT(Acting(When::Once()), ElementsAre(1));
  EXPECT_THAT(Acting(When::Nth(3)), ElementsAre(3));
  EXPECT_THAT(Acting(When::First(3)), ElementsAre(1, 2, 3));
  EXPECT_THAT(Acting(When::Every(3)), ElementsAre(3, 6));
}

TEST(When, OneInIsAsFrequentAsItSays) {
  int acted = 0;
  for (std::uint64_t i = 1; i <= 10000; ++i) {
    if (When::OneIn(20).Acts(1, Random(Scramble(i)))) ++acted;
  }
  EXPECT_NEAR(acted, 500, 70);
}

TEST(When, IsBoundedByTimes) {
  const When when =
      When::Always().After(absl::Seconds(2)).Until(absl::Seconds(4));
  EXPECT_FALSE(when.IsWithinLimits(absl::Seconds(2) - absl::Nanoseconds(1)));
  EXPECT_TRUE(when.IsWithinLimits(absl::Seconds(2)));
  EXPECT_TRUE(when.IsWithinLimits(absl::Seconds(4) - absl::Nanoseconds(1)));
  EXPECT_FALSE(when.IsWithinLimits(absl::Seconds(4)));
  EXPECT_TRUE(When::Always().IsWithinLimits(absl::ZeroDuration()));
}

TEST(When, NamesAnArgumentOutOfItsRange) {
  EXPECT_TRUE(When::Nth(1).Check().ok());
  EXPECT_EQ(When::Nth(0).Check().message(),
            "When::Nth(0): n must be 1 or more");
  EXPECT_FALSE(When::Always().After(absl::Seconds(-1)).Check().ok());
  EXPECT_FALSE(When::Always().Until(absl::Seconds(-1)).Check().ok());
}

}  // namespace
}  // namespace sim
}  // namespace mortise
