#include "mortise/platform/sim/schedule/local_clock.h"

#include <cstdint>

#include "gtest/gtest.h"
#include "mortise/platform/sim/random.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {
namespace {

TEST(LocalClockTest, IsRightAtFirst) {
  const LocalClock clock;
  for (const Time time : {Time{0}, Time{1}, 24 * 3600 * kSecond, kNever - 1}) {
    EXPECT_EQ(clock.LocalTime(time), time);
    EXPECT_EQ(clock.TrueTime(time), time);
    EXPECT_EQ(clock.WallTime(time), time);
  }
  EXPECT_EQ(clock.LocalTime(kNever), kNever);
  EXPECT_EQ(clock.TrueTime(kNever), kNever);
}

TEST(LocalClockTest, GoesTooFastOrTooSlowly) {
  LocalClock clock;
  clock.SetDrift(0, 250000);
  EXPECT_EQ(clock.LocalTime(4 * kSecond), 5 * kSecond);
  EXPECT_EQ(clock.TrueTime(5 * kSecond), 4 * kSecond);
  LocalClock slow;
  slow.SetDrift(0, -LocalClock::kMostDrift);
  EXPECT_EQ(slow.LocalTime(4 * kSecond), 2 * kSecond);
  EXPECT_EQ(slow.TrueTime(2 * kSecond), 4 * kSecond);
}

TEST(LocalClockTest, NeitherStepsNorForgetsWhenTheDriftChanges) {
  LocalClock clock;
  clock.SetDrift(10 * kSecond, 500000);
  EXPECT_EQ(clock.LocalTime(10 * kSecond), 10 * kSecond);
  EXPECT_EQ(clock.LocalTime(12 * kSecond), 13 * kSecond);
  clock.SetDrift(12 * kSecond, 0);
  EXPECT_EQ(clock.LocalTime(12 * kSecond), 13 * kSecond);
  EXPECT_EQ(clock.LocalTime(13 * kSecond), 14 * kSecond);
  // It was so late when the drift changed, at the latest.
  EXPECT_EQ(clock.TrueTime(5 * kSecond), 12 * kSecond);
}

TEST(LocalClockTest, OnlyTheWallClockSteps) {
  LocalClock clock;
  clock.set_skew(-3600 * kSecond);
  EXPECT_EQ(clock.WallTime(kSecond), -3599 * kSecond);
  EXPECT_EQ(clock.LocalTime(kSecond), kSecond);
  EXPECT_EQ(clock.TrueTime(kSecond), kSecond);
}

TEST(LocalClockTest, LargeTimesDoNotOverflow) {
  LocalClock clock;
  clock.SetDrift(0, LocalClock::kMostDrift);
  EXPECT_EQ(clock.LocalTime(kNever - 1), kNever);
  LocalClock slow;
  slow.SetDrift(0, -LocalClock::kMostDrift);
  EXPECT_EQ(slow.TrueTime(kNever - 1), kNever);
  EXPECT_EQ(slow.LocalTime(kNever - 1), (kNever - 1) / 2);
}

// A wait ends at the first nanosecond at which its time has come, and not
// before.
TEST(LocalClockTest, TheTrueTimeIsTheEarliestOne) {
  Random random(7);
  for (int i = 0; i < 10000; ++i) {
    LocalClock clock;
    const Time since = static_cast<Time>(random.Below(100 * kSecond));
    const int drift = static_cast<int>(
        random.Between(-LocalClock::kMostDrift, LocalClock::kMostDrift));
    clock.SetDrift(since, drift);
    const Time local =
        clock.LocalTime(since) + 1 +
        static_cast<Time>(random.Below(std::uint64_t{1} << (1 + i % 60)));
    const Time time = clock.TrueTime(local);
    EXPECT_GE(clock.LocalTime(time), local) << since << " " << drift;
    EXPECT_LT(clock.LocalTime(time - 1), local) << since << " " << drift;
    EXPECT_GE(clock.LocalTime(time), clock.LocalTime(time - 1));
  }
}

}  // namespace
}  // namespace sim
}  // namespace mortise
