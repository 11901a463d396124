// Threads that wait for something that is not simulated.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/platform/sim/real_world.h"
#include "mortise/platform/sim/schedule/scheduler.h"
#include "mortise/platform/sim/thread.h"
#include "mortise/tests/platform/sim/schedule/run.h"

namespace mortise {
namespace sim {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

// Something real, which takes some time and is not to be seen by the scheduler.
void SleepReally(int milliseconds = 1) {
  std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
}

TEST(OutsideTest, AStandardMutexHeldOverASleepIsWaitedFor) {
  SchedulerOptions options;
  options.order = Order::kFifo;
  std::vector<std::string> left_to_chance;
  std::string order;
  EXPECT_TRUE(RunOnce(options, [&](Scheduler& scheduler) {
                std::mutex mutex;
                Thread holder("holder", [&] {
                  const std::lock_guard<std::mutex> lock(mutex);
                  scheduler.SleepUntil(3600 * kSecond);
                  order += 'h';
                });
                Thread other("other", [&] {
                  // The holder has it, and sleeps.
                  scheduler.SleepUntil(1);
                  const std::lock_guard<std::mutex> lock(mutex);
                  scheduler.Point();
                  order += 'o';
                  EXPECT_EQ(scheduler.Now(), 3600 * kSecond);
                });
                holder.join();
                other.join();
                left_to_chance = scheduler.left_to_chance();
              }).ok());
  EXPECT_EQ(order, "ho");
  EXPECT_THAT(left_to_chance,
              Contains(HasSubstr("other/3 waited in the operating system")));
}

// The same program has the same run, although nothing promises that.
TEST(OutsideTest, ARunWithAStandardMutexIsLikelyTheSameAgain) {
  const auto run = [](std::uint64_t seed) {
    const std::shared_ptr<Scheduler> scheduler =
        Scheduler::Create(WithSeed(seed));
    EXPECT_TRUE(scheduler
                    ->Run("main",
                          [&] {
                            std::mutex mutex;
                            std::vector<Thread> threads;
                            for (int i = 0; i < 3; ++i) {
                              threads.emplace_back("worker", [&] {
                                const std::lock_guard<std::mutex> lock(mutex);
                                scheduler->SleepUntil(scheduler->Now() +
                                                      kSecond);
                                scheduler->AddToTrace("has it");
                              });
                            }
                            for (Thread& thread : threads) thread.join();
                          })
                    .ok());
    return scheduler->Now();
  };
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    EXPECT_EQ(run(seed), 3 * kSecond);
  }
}

TEST(OutsideTest, RequireDeterminismMakesItAnError) {
  SchedulerOptions options;
  options.require_determinism = true;
  options.order = Order::kFifo;
  const absl::Status status = RunOnce(options, [](Scheduler&) {
    std::promise<void> turn;
    Thread other("other", [&turn] { turn.set_value(); });
    // The other thread has a turn when it was noticed that this one waits.
    turn.get_future().wait();
  });
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(status.message(), HasSubstr("main/1 waited in the operating"));
}

TEST(OutsideTest, WithoutWaitsNothingIsLeftToChance) {
  SchedulerOptions options;
  options.require_determinism = true;
  EXPECT_TRUE(RunOnce(options, [](Scheduler& scheduler) {
                Thread worker("worker", [&] {
                  for (int i = 0; i < 5000; ++i) scheduler.Point();
                });
                worker.join();
              }).ok());
}

TEST(OutsideTest, AThreadCanBeJoinedThatAdoptsItself) {
  Time woken = 0;
  std::vector<std::string> left_to_chance;
  EXPECT_TRUE(RunOnce([&](Scheduler& scheduler) {
                std::thread thread([&] {
                  const Adopt adopt("guest");
                  scheduler.SleepUntil(scheduler.Now() + kSecond);
                  woken = scheduler.Now();
                });
                thread.join();
                EXPECT_EQ(scheduler.Point(), Turn::kGoOn);
                left_to_chance = scheduler.left_to_chance();
              }).ok());
  EXPECT_EQ(woken, kSecond);
  EXPECT_THAT(left_to_chance, Contains("guest/2 was adopted"));
}

// Whoever has started it may join it, so it is never frozen.
TEST(OutsideTest, AnAdoptedThreadGoesOnWhenTheRunIsOver) {
  std::thread guest;
  std::atomic<int> cancelled{0};
  EXPECT_TRUE(RunOnce([&](Scheduler& scheduler) {
                Flag adopted(scheduler, true);
                guest = std::thread([&cancelled, &adopted, &scheduler] {
                  const std::shared_ptr<Scheduler> run =
                      scheduler.shared_from_this();
                  const Adopt adopt("guest");
                  adopted.Set();
                  while (cancelled < 1500) {
                    if (!run->SleepUntil(kNever)) ++cancelled;
                  }
                });
                EXPECT_EQ(adopted.Await(), WaitEnd::kReady);
              }).ok());
  guest.join();
  EXPECT_EQ(cancelled, 1500);
}

TEST(OutsideTest, AStrangerMayWakeAThread) {
  std::vector<std::string> left_to_chance;
  EXPECT_TRUE(RunOnce([&](Scheduler& scheduler) {
                SimThread& me = *Scheduler::This();
                std::atomic<bool> done{false};
                std::thread stranger([&] {
                  SleepReally(20);
                  done = true;
                  scheduler.MakeReady(me);
                });
                WaitFor what;
                what.call = "a stranger";
                what.strangers_may_end_it = true;
                while (!done) {
                  EXPECT_EQ(scheduler.Park(what), WaitEnd::kReady);
                }
                left_to_chance = scheduler.left_to_chance();
                stranger.join();
              }).ok());
  EXPECT_THAT(left_to_chance, Contains(HasSubstr("main/1 was woken by")));
}

TEST(OutsideTest, ADeadlockIsDeclaredIfNoStrangerComes) {
  SchedulerOptions options;
  options.patience = absl::Milliseconds(20);
  const absl::Status status = RunOnce(options, [](Scheduler& scheduler) {
    Thread worker("worker", [&] {
      WaitFor what;
      what.call = "a stranger";
      what.strangers_may_end_it = true;
      EXPECT_EQ(scheduler.Park(what), WaitEnd::kCancelled);
    });
    worker.join();
  });
  EXPECT_TRUE(absl::IsAborted(status)) << status;
  EXPECT_THAT(status.message(), HasSubstr("worker/2: waits in a stranger"));
}

TEST(OutsideTest, ADeadlockOutsideIsDeclared) {
  SchedulerOptions options;
  options.most_real_silence = absl::Milliseconds(200);
  std::mutex mutex;
  mutex.lock();
  const absl::Status status = RunOnce(options, [&](Scheduler& scheduler) {
    Thread worker("worker",
                  [&] { const std::lock_guard<std::mutex> lock(mutex); });
    Flag never(scheduler);
    EXPECT_EQ(never.Await(), WaitEnd::kCancelled);
    mutex.unlock();
  });
  EXPECT_TRUE(absl::IsAborted(status)) << status;
  EXPECT_THAT(status.message(), HasSubstr("worker/2: is outside"));
}

TEST(RealWorldTest, TimeStandsStill) {
  SchedulerOptions options;
  options.require_determinism = true;  // Nobody else could run.
  EXPECT_TRUE(RunOnce(options, [](Scheduler& scheduler) {
                bool called = false;
                scheduler.At(kSecond, [&] { called = true; });
                {
                  const RealWorld region;
                  SleepReally(30);
                  EXPECT_FALSE(called);
                  EXPECT_EQ(scheduler.Now(), 0);
                }
                scheduler.SleepUntil(kSecond);
                EXPECT_TRUE(called);
              }).ok());
}

TEST(RealWorldTest, TimeStandsStillForOthersToo) {
  SchedulerOptions options;
  options.order = Order::kFifo;
  EXPECT_TRUE(RunOnce(options, [](Scheduler& scheduler) {
                bool woken = false;
                Thread sleeper("sleeper", [&] {
                  scheduler.SleepUntil(kSecond);
                  woken = true;
                });
                {
                  // The sleeper begins to sleep meanwhile.
                  const RealWorld region;
                  SleepReally(50);
                  EXPECT_EQ(scheduler.Now(), 0);
                }
                EXPECT_FALSE(woken);
                sleeper.join();
                EXPECT_EQ(scheduler.Now(), kSecond);
              }).ok());
}

TEST(RealWorldTest, OthersRunMeanwhile) {
  std::vector<std::string> left_to_chance;
  SchedulerOptions options;
  options.order = Order::kFifo;
  EXPECT_TRUE(RunOnce(options, [&](Scheduler& scheduler) {
                std::mutex mutex;
                std::condition_variable changed;
                bool done = false;
                Thread worker("worker", [&] {
                  scheduler.Point();
                  const std::lock_guard<std::mutex> lock(mutex);
                  done = true;
                  changed.notify_one();
                });
                {
                  const RealWorld region;
                  std::unique_lock<std::mutex> lock(mutex);
                  changed.wait(lock, [&] { return done; });
                }
                left_to_chance = scheduler.left_to_chance();
                worker.join();
              }).ok());
  EXPECT_THAT(left_to_chance,
              Contains(HasSubstr("while main/1 was in the real world")));
}

TEST(RealWorldTest, NothingIsLeftToChanceIfItDoesNotSleep) {
  SchedulerOptions options;
  options.require_determinism = true;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    options.seed = seed;
    const absl::Status status = RunOnce(options, [](Scheduler& scheduler) {
      Thread worker("worker", [&] {
        for (int i = 0; i < 20; ++i) scheduler.Point();
      });
      for (int i = 0; i < 20; ++i) {
        const RealWorld region;
        const RealWorld within;
      }
      worker.join();
    });
    EXPECT_TRUE(status.ok()) << status;
  }
}

TEST(RealWorldTest, ACallWithinEndsTheRegion) {
  EXPECT_TRUE(RunOnce([](Scheduler& scheduler) {
                const RealWorld region;
                EXPECT_EQ(scheduler.Point(), Turn::kGoOn);
                EXPECT_TRUE(scheduler.SleepUntil(kSecond));
              }).ok());
}

TEST(RealWorldTest, HasNoEffectOutsideOfARun) {
  const RealWorld region;
  const RealWorld within;
}

}  // namespace
}  // namespace sim
}  // namespace mortise
