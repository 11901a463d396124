// What the hooks make of Abseil's waits and of the clocks.

#include <sys/time.h>
#include <time.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/synchronization/barrier.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/platform/sim/clock.h"
#include "mortise/platform/sim/schedule/hook_table.h"
#include "mortise/platform/sim/schedule/scheduler.h"
#include "mortise/platform/sim/thread.h"
#include "mortise/tests/platform/sim/schedule/run.h"

namespace mortise {
namespace sim {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

// Runs `main`, which must leave nothing to chance: a wait that goes past the
// hooks would.
void Simulate(const std::function<void(Scheduler&)>& main) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    SchedulerOptions options = WithSeed(seed);
    options.require_determinism = true;
    const absl::Status status = RunOnce(options, main);
    EXPECT_TRUE(status.ok()) << status;
  }
}

TEST(HooksTest, AreInTheProgram) { EXPECT_NE(Hooks(), nullptr); }

TEST(HooksTest, SleepForTakesVirtualTime) {
  Simulate([](Scheduler& scheduler) {
    absl::SleepFor(absl::Hours(1));
    EXPECT_EQ(scheduler.Now(), 3600 * kSecond);
    absl::SleepFor(absl::Nanoseconds(1));
    EXPECT_EQ(scheduler.Now(), 3600 * kSecond + 1);
    absl::SleepFor(absl::ZeroDuration());
    absl::SleepFor(-absl::Seconds(1));
    EXPECT_EQ(scheduler.Now(), 3600 * kSecond + 1);
  });
}

TEST(HooksTest, ALockHeldOverASleepIsWaitedFor) {
  Simulate([](Scheduler& scheduler) {
    absl::Mutex mutex;
    std::vector<Thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back("worker", [&] {
        const absl::MutexLock lock(&mutex);
        absl::SleepFor(absl::Seconds(1));
      });
    }
    for (Thread& thread : threads) thread.join();
    EXPECT_EQ(scheduler.Now(), 4 * kSecond);
  });
}

TEST(HooksTest, AConditionVariableTimesOut) {
  Simulate([](Scheduler& scheduler) {
    absl::Mutex mutex;
    absl::CondVar changed;
    const absl::MutexLock lock(&mutex);
    EXPECT_TRUE(changed.WaitWithTimeout(&mutex, absl::Seconds(3)));
    EXPECT_EQ(scheduler.Now(), 3 * kSecond);
    EXPECT_TRUE(
        changed.WaitWithDeadline(&mutex, absl::Now() + absl::Seconds(2)));
    EXPECT_EQ(scheduler.Now(), 5 * kSecond);
  });
}

// The signal comes at the very moment at which the time is over.
TEST(HooksTest, ASignalMayComeWithTheTimeout) {
  Simulate([](Scheduler& scheduler) {
    absl::Mutex mutex;
    absl::CondVar changed;
    int stock = 0;
    Thread giver("giver", [&] {
      for (int i = 0; i < 20; ++i) {
        absl::SleepFor(absl::Seconds(1));
        const absl::MutexLock lock(&mutex);
        ++stock;
        changed.Signal();
      }
    });
    int taken = 0;
    for (int i = 0; i < 20; ++i) {
      const absl::MutexLock lock(&mutex);
      changed.WaitWithTimeout(&mutex, absl::Seconds(1));
      taken += stock;
      stock = 0;
    }
    giver.join();
    EXPECT_EQ(taken + stock, 20);
    EXPECT_EQ(scheduler.Now(), 20 * kSecond);
  });
}

// Abseil then polls every 10 microseconds for the lock.
TEST(HooksTest, ATimeoutWhileTheLockIsHeldForHours) {
  Simulate([](Scheduler& scheduler) {
    absl::Mutex mutex;
    Thread holder("holder", [&] {
      const absl::MutexLock lock(&mutex);
      absl::SleepFor(absl::Hours(5));
    });
    std::vector<Thread> threads;
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back("worker", [&] {
        absl::SleepFor(absl::Microseconds(1));
        const bool never = false;
        EXPECT_FALSE(mutex.LockWhenWithTimeout(absl::Condition(&never),
                                               absl::Seconds(1)));
        mutex.Unlock();
      });
    }
    for (Thread& thread : threads) thread.join();
    holder.join();
    EXPECT_EQ(scheduler.Now(), 5 * 3600 * kSecond);
    EXPECT_LT(scheduler.turns(), 500);
  });
}

// A short sleep after a wait in which Abseil has polled is the program's own.
TEST(HooksTest, AShortSleepAfterAPollIsExact) {
  Simulate([](Scheduler& scheduler) {
    absl::Mutex mutex;
    std::vector<Thread> threads;
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back("worker", [&] {
        for (int round = 0; round < 10; ++round) {
          const bool never = false;
          mutex.LockWhenWithTimeout(absl::Condition(&never),
                                    absl::Microseconds(7));
          const Time start = scheduler.Now();
          absl::SleepFor(absl::Microseconds(10));
          EXPECT_EQ(scheduler.Now() - start, 10 * kMicrosecond);
          absl::SleepFor(absl::Microseconds(300));
          EXPECT_EQ(scheduler.Now() - start, 310 * kMicrosecond);
          mutex.Unlock();
        }
      });
    }
    for (Thread& thread : threads) thread.join();
  });
}

TEST(HooksTest, NotificationsBarriersAndCounters) {
  Simulate([](Scheduler& scheduler) {
    absl::Notification begun;
    absl::BlockingCounter left(3);
    auto* const barrier = new absl::Barrier(3);
    std::vector<Thread> threads;
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back("worker", [&, i] {
        begun.WaitForNotification();
        absl::SleepFor(absl::Seconds(i));
        if (barrier->Block()) delete barrier;
        left.DecrementCount();
      });
    }
    EXPECT_FALSE(begun.WaitForNotificationWithTimeout(absl::Seconds(1)));
    begun.Notify();
    left.Wait();
    EXPECT_EQ(scheduler.Now(), 3 * kSecond);
  });
}

TEST(HooksTest, AwaitSeesWhatTheOthersDo) {
  Simulate([](Scheduler& scheduler) {
    Clock clock(scheduler);
    absl::Mutex mutex;
    bool ready = false;
    Thread setter("setter", [&] {
      absl::SleepFor(absl::Seconds(3));
      const absl::MutexLock lock(&mutex);
      ready = true;
    });
    const absl::MutexLock lock(&mutex);
    EXPECT_FALSE(clock.AwaitWithDeadline(&mutex, absl::Condition(&ready),
                                         absl::Now() + absl::Seconds(1)));
    EXPECT_TRUE(clock.AwaitWithDeadline(&mutex, absl::Condition(&ready),
                                        absl::InfiniteFuture()));
    EXPECT_EQ(scheduler.Now(), 3 * kSecond);
  });
}

TEST(HooksTest, AllClocksShowVirtualTime) {
  Simulate([](Scheduler& scheduler) {
    const absl::Time wall = absl::Now();
    const auto steady = std::chrono::steady_clock::now();
    const auto system = std::chrono::system_clock::now();
    timespec raw;
    ASSERT_EQ(clock_gettime(CLOCK_MONOTONIC_RAW, &raw), 0);
    EXPECT_EQ(wall, absl::FromUnixNanos(scheduler.epoch()));
    absl::SleepFor(absl::Hours(1));
    EXPECT_EQ(absl::Now() - wall, absl::Hours(1));
    EXPECT_EQ(std::chrono::steady_clock::now() - steady, std::chrono::hours(1));
    EXPECT_EQ(std::chrono::system_clock::now() - system, std::chrono::hours(1));
    timespec raw_later;
    ASSERT_EQ(clock_gettime(CLOCK_MONOTONIC_RAW, &raw_later), 0);
    EXPECT_EQ(raw_later.tv_sec - raw.tv_sec, 3600);
    timeval day;
    ASSERT_EQ(gettimeofday(&day, nullptr), 0);
    EXPECT_EQ(day.tv_sec, scheduler.epoch() / kSecond + 3600);
    time_t seconds = 0;
    EXPECT_EQ(time(&seconds), day.tv_sec);
    EXPECT_EQ(seconds, day.tv_sec);
    // The time of a CPU is real.
    timespec cpu;
    ASSERT_EQ(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu), 0);
    EXPECT_LT(cpu.tv_sec, 3600);
  });
}

TEST(HooksTest, NothingChangesForOtherThreads) {
  const absl::Time before = absl::Now();
  // Later than 2026-01-01, when a run begins.
  EXPECT_NE(absl::ToUnixSeconds(before), 1767225600);
  timeval day;
  ASSERT_EQ(gettimeofday(&day, nullptr), 0);
  EXPECT_LE(absl::AbsDuration(absl::TimeFromTimeval(day) - before),
            absl::Minutes(1));
  EXPECT_LE(absl::AbsDuration(absl::FromTimeT(time(nullptr)) - before),
            absl::Minutes(1));
  const auto steady = std::chrono::steady_clock::now();
  absl::SleepFor(absl::Milliseconds(2));
  EXPECT_GE(std::chrono::steady_clock::now() - steady,
            std::chrono::milliseconds(2));

  absl::Mutex mutex;
  bool ready = false;
  std::thread setter([&] {
    const absl::MutexLock lock(&mutex);
    ready = true;
  });
  {
    const absl::MutexLock lock(&mutex);
    mutex.Await(absl::Condition(&ready));
    const bool never = false;
    EXPECT_FALSE(
        mutex.AwaitWithTimeout(absl::Condition(&never), absl::Milliseconds(2)));
  }
  setter.join();
}

TEST(HooksTest, AThreadThatIsNotSimulatedMayNotify) {
  std::vector<std::string> left_to_chance;
  EXPECT_TRUE(RunOnce([&](Scheduler& scheduler) {
                absl::Notification done;
                absl::Notification begin;
                std::thread stranger([&] {
                  begin.WaitForNotification();
                  absl::SleepFor(absl::Milliseconds(20));
                  done.Notify();
                });
                begin.Notify();
                done.WaitForNotification();
                EXPECT_EQ(scheduler.Now(), 0);
                left_to_chance = scheduler.left_to_chance();
                stranger.join();
              }).ok());
  EXPECT_THAT(left_to_chance, Contains(HasSubstr("main/1 was woken by")));
}

TEST(HooksTest, ADeadlockOfLocksIsReported) {
  SchedulerOptions options;
  options.patience = absl::Milliseconds(20);
  absl::Notification never;
  const absl::Status status = RunOnce(options, [&](Scheduler& scheduler) {
    Thread("worker", [&] { never.WaitForNotification(); }).detach();
    Flag flag(scheduler);
    EXPECT_EQ(flag.Await(), WaitEnd::kCancelled);
  });
  EXPECT_TRUE(absl::IsAborted(status)) << status;
  EXPECT_THAT(status.message(),
              HasSubstr("worker/2: waits in a lock of Abseil"));
}

// Two runs in one process at one time, each with its own clock.
TEST(HooksTest, RunsDoNotDisturbEachOther) {
  std::vector<std::thread> threads;
  std::atomic<int> ok{0};
  for (int i = 1; i <= 3; ++i) {
    threads.emplace_back([&ok, i] {
      const absl::Status status =
          RunOnce(WithSeed(i), [i](Scheduler& scheduler) {
            absl::Mutex mutex;
            std::vector<Thread> workers;
            for (int k = 0; k < 3; ++k) {
              workers.emplace_back("worker", [&] {
                const absl::MutexLock lock(&mutex);
                absl::SleepFor(absl::Seconds(i));
              });
            }
            for (Thread& worker : workers) worker.join();
            EXPECT_EQ(scheduler.Now(), 3 * i * kSecond);
          });
      if (status.ok()) ++ok;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(ok, 3);
}

}  // namespace
}  // namespace sim
}  // namespace mortise
