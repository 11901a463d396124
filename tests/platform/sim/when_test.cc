#include "mortise/platform/sim/when.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/platform/sim/random.h"

namespace mortise {
namespace sim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Returns the first ten occasions on which the rule acts.
std::vector<int> Acts(const When& when) {
  std::vector<int> acts;
  for (int number = 1; number <= 10; ++number) {
    if (when.Acts(number, Random(0))) acts.push_back(number);
  }
  return acts;
}

TEST(WhenTest, CountsOccasionsFromOne) {
  EXPECT_THAT(Acts(When::Always()), ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
  EXPECT_THAT(Acts(When::Once()), ElementsAre(1));
  EXPECT_THAT(Acts(When::Nth(3)), ElementsAre(3));
  EXPECT_THAT(Acts(When::First(3)), ElementsAre(1, 2, 3));
  EXPECT_THAT(Acts(When::Every(3)), ElementsAre(3, 6, 9));
}

TEST(WhenTest, OneInDrawsFromTheStreamOfTheOccasion) {
  int acts = 0;
  for (std::uint64_t start = 0; start < 3000; ++start) {
    const bool first = When::OneIn(3).Acts(1, Random(start));
    EXPECT_EQ(When::OneIn(3).Acts(77, Random(start)), first)
        << "only the stream decides";
    acts += first ? 1 : 0;
  }
  EXPECT_GT(acts, 900);
  EXPECT_LT(acts, 1100);
  EXPECT_TRUE(When::OneIn(1).Acts(1, Random(5)));
}

TEST(WhenTest, ActsFromItsStartToBeforeItsEnd) {
  const When when =
      When::Always().After(absl::Seconds(10)).Until(absl::Seconds(20));
  EXPECT_TRUE(when.has_limits());
  EXPECT_FALSE(when.IsWithinLimits(absl::Seconds(10) - absl::Nanoseconds(1)));
  EXPECT_TRUE(when.IsWithinLimits(absl::Seconds(10)));
  EXPECT_TRUE(when.IsWithinLimits(absl::Seconds(20) - absl::Nanoseconds(1)));
  EXPECT_FALSE(when.IsWithinLimits(absl::Seconds(20)));
  EXPECT_FALSE(When::Once().has_limits());
}

std::string Refused(const When& when) {
  const absl::Status status = when.Check();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  return std::string(status.message());
}

TEST(WhenTest, RefusesNumbersAndTimesThatMeanNothing) {
  EXPECT_EQ(Refused(When::Nth(0)), "when: Nth(0): n must be 1 or more");
  EXPECT_EQ(Refused(When::First(-1)), "when: First(-1): n must be 1 or more");
  EXPECT_EQ(Refused(When::Every(0)), "when: Every(0): n must be 1 or more");
  EXPECT_EQ(Refused(When::OneIn(0)), "when: OneIn(0): n must be 1 or more");
  EXPECT_TRUE(absl::StrContains(
      Refused(When::Always().After(-absl::Seconds(1))), "start"));
  EXPECT_TRUE(absl::StrContains(
      Refused(When::Always().After(absl::InfiniteDuration())), "start"));
  EXPECT_TRUE(absl::StrContains(
      Refused(When::Always().Until(-absl::Seconds(1))), "end"));
  EXPECT_TRUE(When::OneIn(1).Until(absl::InfiniteDuration()).Check().ok());
}

}  // namespace
}  // namespace sim
}  // namespace mortise
