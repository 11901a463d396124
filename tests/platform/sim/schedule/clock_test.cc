// Without the hooks. hooks_test.cc has the same with them.

#include "mortise/platform/sim/clock.h"

#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/platform/sim/schedule/scheduler.h"
#include "mortise/platform/sim/thread.h"
#include "mortise/tests/platform/sim/schedule/run.h"

namespace mortise {
namespace sim {
namespace {

TEST(ClockTest, BeginsAtTheEpoch) {
  SchedulerOptions options;
  options.epoch = absl::FromUnixSeconds(1000000000);
  EXPECT_TRUE(RunOnce(options, [](Scheduler& scheduler) {
                Clock clock(scheduler);
                EXPECT_EQ(clock.TimeNow(), absl::FromUnixSeconds(1000000000));
                clock.Sleep(absl::Hours(1) + absl::Nanoseconds(1));
                EXPECT_EQ(clock.TimeNow(), absl::FromUnixSeconds(1000003600) +
                                               absl::Nanoseconds(1));
              }).ok());
  EXPECT_TRUE(RunOnce([](Scheduler& scheduler) {
                EXPECT_EQ(absl::FormatTime(Clock(scheduler).TimeNow(),
                                           absl::UTCTimeZone()),
                          "2026-01-01T00:00:00+00:00");
              }).ok());
}

TEST(ClockTest, SleepsUntilATime) {
  EXPECT_TRUE(RunOnce([](Scheduler& scheduler) {
                Clock clock(scheduler);
                const absl::Time end = clock.TimeNow() + absl::Seconds(5);
                clock.SleepUntil(end);
                EXPECT_EQ(clock.TimeNow(), end);
                clock.SleepUntil(end - absl::Seconds(1));
                clock.SleepUntil(absl::InfinitePast());
                clock.Sleep(-absl::InfiniteDuration());
                EXPECT_EQ(clock.TimeNow(), end);
              }).ok());
}

TEST(ClockTest, AnEndlessSleepEndsWithTheRun) {
  bool ended = false;
  EXPECT_TRUE(RunOnce([&](Scheduler& scheduler) {
                Thread("sleeper", [&] {
                  Clock(scheduler).Sleep(absl::InfiniteDuration());
                  ended = true;
                }).detach();
                scheduler.SleepUntil(kSecond);
                EXPECT_FALSE(ended);
              }).ok());
  EXPECT_TRUE(ended);
}

TEST(ClockTest, AwaitsACondition) {
  EXPECT_TRUE(RunOnce([](Scheduler& scheduler) {
                Clock clock(scheduler);
                absl::Mutex mutex;
                bool ready = false;
                Thread setter("setter", [&] {
                  scheduler.SleepUntil(3 * kSecond);
                  const absl::MutexLock lock(&mutex);
                  ready = true;
                });
                const absl::MutexLock lock(&mutex);
                EXPECT_FALSE(clock.AwaitWithDeadline(
                    &mutex, absl::Condition(&ready),
                    clock.TimeNow() + absl::Seconds(1)));
                EXPECT_EQ(scheduler.Now(), kSecond);
                EXPECT_TRUE(clock.AwaitWithDeadline(
                    &mutex, absl::Condition(&ready), absl::InfiniteFuture()));
                EXPECT_EQ(scheduler.Now(), 3 * kSecond);
              }).ok());
}

// Whatever a thread does between two waits is a reason for others to look.
TEST(ClockTest, ThreadsPassABallToEachOther) {
  EXPECT_TRUE(RunOnce([](Scheduler& scheduler) {
                absl::Mutex mutex;
                int ball = 0;
                const auto play = [&](bool even) {
                  Clock clock(scheduler);
                  const absl::MutexLock lock(&mutex);
                  const auto mine = [&] { return (ball % 2 == 0) == even; };
                  for (int i = 0; i < 10; ++i) {
                    EXPECT_TRUE(
                        clock.AwaitWithDeadline(&mutex, absl::Condition(&mine),
                                                absl::InfiniteFuture()));
                    ++ball;
                  }
                };
                Thread one("one", [&] { play(true); });
                Thread two("two", [&] { play(false); });
                one.join();
                two.join();
                EXPECT_EQ(ball, 20);
                EXPECT_EQ(scheduler.Now(), 0);
              }).ok());
}

// Each only looks, and none does anything that the others wait for.
TEST(ClockTest, ThoseWhoLookDoNotKeepEachOtherBusy) {
  EXPECT_TRUE(RunOnce([](Scheduler& scheduler) {
                absl::Mutex mutex;
                bool never = false;
                const auto look = [&] {
                  Clock clock(scheduler);
                  const absl::MutexLock lock(&mutex);
                  EXPECT_FALSE(clock.AwaitWithDeadline(
                      &mutex, absl::Condition(&never),
                      clock.TimeNow() + absl::Hours(1)));
                };
                Thread one("one", look);
                Thread two("two", look);
                one.join();
                two.join();
                EXPECT_EQ(scheduler.Now(), 3600 * kSecond);
                EXPECT_LT(scheduler.turns(), 50);
              }).ok());
}

}  // namespace
}  // namespace sim
}  // namespace mortise
