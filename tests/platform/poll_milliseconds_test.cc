#include "mortise/platform/poll_milliseconds.h"

#include <cstdint>
#include <limits>

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace mortise {
namespace {

TEST(PollMillisecondsTest, TheyRoundUp) {
  EXPECT_EQ(PollMilliseconds(absl::ZeroDuration()), 0);
  EXPECT_EQ(PollMilliseconds(absl::Nanoseconds(1)), 1);
  EXPECT_EQ(PollMilliseconds(absl::Milliseconds(1)), 1);
  EXPECT_EQ(PollMilliseconds(absl::Milliseconds(1) + absl::Nanoseconds(1)), 2);
  EXPECT_EQ(PollMilliseconds(absl::Seconds(2)), 2000);
}

TEST(PollMillisecondsTest, WhatAnIntDoesNotHoldIsCut) {
  constexpr int kMost = std::numeric_limits<int>::max();
  EXPECT_EQ(PollMilliseconds(absl::Milliseconds(kMost)), kMost);
  EXPECT_EQ(PollMilliseconds(absl::Hours(24 * 25)), kMost);
  EXPECT_EQ(
      PollMilliseconds(absl::Seconds(std::numeric_limits<std::int64_t>::max())),
      kMost);
  EXPECT_EQ(PollMilliseconds(absl::InfiniteDuration()), -1);
}

}  // namespace
}  // namespace mortise
