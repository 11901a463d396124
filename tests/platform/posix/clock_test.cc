#include "mortise/platform/posix/clock.h"

#include <chrono>

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace mortise {
namespace posix {
namespace {

absl::Duration SteadyNow() {
  return absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch());
}

TEST(ClockTest, NeverGoesBackwards) {
  Clock clock;
  absl::Duration last = clock.Now();
  for (int i = 0; i < 10000; ++i) {
    const absl::Duration now = clock.Now();
    ASSERT_GE(now, last);
    last = now;
  }
}

TEST(ClockTest, TimePassesOnItAsEverywhere) {
  Clock clock;
  // Each reading of the clock lies between two readings of another clock.
  const absl::Duration before_begin = SteadyNow();
  const absl::Duration begin = clock.Now();
  const absl::Duration after_begin = SteadyNow();
  while (SteadyNow() - after_begin < absl::Milliseconds(20)) {
  }
  const absl::Duration before_end = SteadyNow();
  const absl::Duration end = clock.Now();
  const absl::Duration after_end = SteadyNow();
  // A clock's granularity may be coarse.
  constexpr absl::Duration kTick = absl::Milliseconds(1);
  EXPECT_LE(end - begin, after_end - before_begin + kTick);
  EXPECT_GE(end - begin, before_end - after_begin - kTick);
}

}  // namespace
}  // namespace posix
}  // namespace mortise
