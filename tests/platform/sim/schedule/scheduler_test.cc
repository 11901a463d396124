// Turns, virtual time and events.

#include "mortise/platform/sim/schedule/scheduler.h"

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/platform/sim/thread.h"
#include "mortise/tests/platform/sim/schedule/run.h"

namespace mortise {
namespace sim {
namespace {

// The order in which three threads have their turns. No two ever run at once.
std::string Turns(const SchedulerOptions& options) {
  std::string turns;
  bool running = false;
  const absl::Status status = RunOnce(options, [&](Scheduler& scheduler) {
    std::vector<Thread> threads;
    for (const char name : {'a', 'b', 'c'}) {
      threads.emplace_back("worker", [&, name] {
        for (int i = 0; i < 30; ++i) {
          EXPECT_FALSE(running);
          running = true;
          turns += name;
          running = false;
          scheduler.Point();
        }
      });
    }
    for (Thread& thread : threads) thread.join();
  });
  EXPECT_TRUE(status.ok()) << status;
  return turns;
}

int Changes(const std::string& turns) {
  int changes = 0;
  for (std::size_t i = 1; i < turns.size(); ++i) {
    changes += turns[i] != turns[i - 1] ? 1 : 0;
  }
  return changes;
}

TEST(SchedulerTest, TheSeedDecidesTheTurns) {
  std::set<std::string> seen;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const std::string turns = Turns(WithSeed(seed));
    EXPECT_EQ(turns.size(), 90u);
    EXPECT_EQ(Turns(WithSeed(seed)), turns);
    seen.insert(turns);
  }
  EXPECT_EQ(seen.size(), 20u);
}

TEST(SchedulerTest, RandomOrderChangesNowAndThen) {
  int changes = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    changes += Changes(Turns(WithSeed(seed)));
  }
  // About one of eight points, of 90 a run.
  EXPECT_GT(changes, 20 * 5);
  EXPECT_LT(changes, 20 * 25);
}

TEST(SchedulerTest, FifoChangesOnlyWhenAThreadEnds) {
  SchedulerOptions options;
  options.order = Order::kFifo;
  EXPECT_EQ(Turns(options),
            std::string(30, 'a') + std::string(30, 'b') + std::string(30, 'c'));
}

TEST(SchedulerTest, PctChangesAFewTimes) {
  SchedulerOptions options;
  options.order = Order::kPct;
  options.order_length = 100;
  std::set<std::string> seen;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    options.seed = seed;
    const std::string turns = Turns(options);
    EXPECT_LE(Changes(turns), 2 + 2 * options.order_changes);
    seen.insert(turns);
  }
  EXPECT_GT(seen.size(), 10u);
}

TEST(SchedulerTest, TimeMovesOnlyIfNobodyCanRun) {
  EXPECT_TRUE(RunOnce([](Scheduler& scheduler) {
                EXPECT_EQ(scheduler.Now(), 0);
                scheduler.Point();
                EXPECT_EQ(scheduler.Now(), 0);
                EXPECT_TRUE(scheduler.SleepUntil(3600 * kSecond));
                EXPECT_EQ(scheduler.Now(), 3600 * kSecond);
                EXPECT_TRUE(scheduler.SleepUntil(1));  // It is later already.
                EXPECT_EQ(scheduler.Now(), 3600 * kSecond);
              }).ok());
}

TEST(SchedulerTest, EachSleepEndsAtItsTime) {
  std::map<int, Time> woken;
  EXPECT_TRUE(RunOnce([&](Scheduler& scheduler) {
                std::vector<Thread> threads;
                for (const int seconds : {3, 1, 2, 1}) {
                  threads.emplace_back("sleeper", [&, seconds] {
                    scheduler.SleepUntil(seconds * kSecond);
                    EXPECT_EQ(scheduler.Now(), seconds * kSecond);
                    woken[seconds] = scheduler.Now();
                  });
                }
                for (Thread& thread : threads) thread.join();
              }).ok());
  EXPECT_EQ(woken.size(), 3u);
}

TEST(SchedulerTest, EventsRunInTheirOrder) {
  std::string called;
  EXPECT_TRUE(RunOnce([&](Scheduler& scheduler) {
                scheduler.At(2 * kSecond, [&] { called += 'c'; });
                scheduler.At(1 * kSecond, [&] {
                  EXPECT_EQ(scheduler.Now(), kSecond);
                  called += 'a';
                  // At the same time, and so after the other one of that time.
                  scheduler.At(0, [&] { called += "!"; });
                });
                scheduler.At(1 * kSecond, [&] { called += 'b'; });
                const EventId never =
                    scheduler.At(kSecond, [&] { called += 'x'; });
                EXPECT_TRUE(scheduler.Cancel(never));
                EXPECT_FALSE(scheduler.Cancel(never));
                scheduler.SleepUntil(3 * kSecond);
                EXPECT_FALSE(scheduler.Cancel(never));
              }).ok());
  EXPECT_EQ(called, "ab!c");
}

TEST(SchedulerTest, ADueEventRunsAtTheNextSchedulingPoint) {
  EXPECT_TRUE(RunOnce([](Scheduler& scheduler) {
                bool called = false;
                scheduler.At(scheduler.Now(), [&] { called = true; });
                EXPECT_FALSE(called);
                scheduler.Point();
                EXPECT_TRUE(called);
              }).ok());
}

TEST(SchedulerTest, AnEventMakesAThreadReady) {
  EXPECT_TRUE(RunOnce([](Scheduler& scheduler) {
                Flag flag(scheduler);
                scheduler.At(5 * kSecond, [&] { flag.Set(); });
                EXPECT_EQ(flag.Await(), WaitEnd::kReady);
                EXPECT_EQ(scheduler.Now(), 5 * kSecond);
              }).ok());
}

TEST(SchedulerTest, AWaitTimesOutAtItsDeadline) {
  EXPECT_TRUE(RunOnce([](Scheduler& scheduler) {
                Flag flag(scheduler);
                EXPECT_EQ(flag.Await(7 * kSecond), WaitEnd::kTimedOut);
                EXPECT_EQ(scheduler.Now(), 7 * kSecond);
                // A deadline that has passed is no wait.
                EXPECT_EQ(flag.Await(3), WaitEnd::kTimedOut);
                EXPECT_EQ(scheduler.Now(), 7 * kSecond);
              }).ok());
}

// The time is over and the flag is set at the same moment, in both orders.
TEST(SchedulerTest, WhatComesBeforeTheTurnCounts) {
  EXPECT_TRUE(RunOnce([](Scheduler& scheduler) {
                Flag before(scheduler);
                scheduler.At(kSecond, [&] { before.Set(); });
                EXPECT_EQ(before.Await(kSecond), WaitEnd::kReady);
                Flag after(scheduler);
                scheduler.At(2 * kSecond - 1, [&] {
                  scheduler.At(2 * kSecond, [&] { after.Set(); });
                });
                EXPECT_EQ(after.Await(2 * kSecond), WaitEnd::kReady);
              }).ok());
}

TEST(SchedulerTest, MakeReadyBeforeParkIsNotLost) {
  EXPECT_TRUE(RunOnce([](Scheduler& scheduler) {
                scheduler.MakeReady(*Scheduler::This());
                WaitFor what;
                what.deadline = kSecond;
                EXPECT_EQ(scheduler.Park(what), WaitEnd::kReady);
                EXPECT_EQ(scheduler.Now(), 0);
                // Once only.
                EXPECT_EQ(scheduler.Park(what), WaitEnd::kTimedOut);
              }).ok());
}

TEST(SchedulerTest, CallsTakeNoTime) {
  EXPECT_TRUE(RunOnce([](Scheduler& scheduler) {
                for (int i = 0; i < 999; ++i) scheduler.Point();
                EXPECT_EQ(scheduler.Now(), 0);
              }).ok());
}

// Rule 3, for loops that wait for something without saying so.
TEST(SchedulerTest, FromTheThousandthCallOnEachTakesAMicrosecond) {
  EXPECT_TRUE(RunOnce([](Scheduler& scheduler) {
                for (int i = 0; i < 1000; ++i) scheduler.Point();
                EXPECT_EQ(scheduler.Now(), kMicrosecond);
                for (int i = 0; i < 500; ++i) scheduler.Point();
                EXPECT_EQ(scheduler.Now(), 501 * kMicrosecond);
                // A new moment.
                scheduler.SleepUntil(kSecond);
                for (int i = 0; i < 900; ++i) scheduler.Point();
                EXPECT_EQ(scheduler.Now(), kSecond);
              }).ok());
}

TEST(SchedulerTest, ReadingTheClockIsACall) {
  EXPECT_TRUE(RunOnce([](Scheduler& scheduler) {
                Time read = 0;
                for (int i = 0; i < 1010; ++i) read = scheduler.ReadClock();
                EXPECT_EQ(read, 11 * kMicrosecond);
                // The run sees the time at the next scheduling point.
                bool called = false;
                scheduler.At(5 * kMicrosecond, [&] {
                  EXPECT_EQ(scheduler.Now(), 5 * kMicrosecond);
                  called = true;
                });
                EXPECT_EQ(scheduler.Now(), 0);
                scheduler.Point();
                EXPECT_TRUE(called);
                EXPECT_EQ(scheduler.Now(), 12 * kMicrosecond);
              }).ok());
}

TEST(SchedulerTest, ALoopThatAsksForTheTimeEnds) {
  EXPECT_TRUE(RunOnce([](Scheduler& scheduler) {
                while (scheduler.ReadClock() < 100 * kMillisecond) {
                }
              }).ok());
}

TEST(SchedulerTest, ALoopThatWaitsForAThreadEndsInEveryOrder) {
  for (const Order order : {Order::kRandom, Order::kPct, Order::kFifo}) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      SchedulerOptions options = WithSeed(seed);
      options.order = order;
      EXPECT_TRUE(RunOnce(options, [](Scheduler& scheduler) {
                    bool done = false;
                    Thread worker("worker", [&] { done = true; });
                    while (!done) scheduler.Point();
                  }).ok());
    }
  }
}

TEST(SchedulerTest, CallTimeMakesEveryCallTakeSome) {
  SchedulerOptions options;
  options.call_time = absl::Microseconds(3);
  EXPECT_TRUE(RunOnce(options, [](Scheduler& scheduler) {
                for (int i = 0; i < 2000; ++i) scheduler.Point();
                EXPECT_EQ(scheduler.Now(), 6000 * kMicrosecond);
              }).ok());
}

TEST(SchedulerTest, ADecisionDoesNotDependOnOthers) {
  // One thread more that has one turn more: the others draw the same numbers.
  const auto draw = [](bool more) {
    std::vector<std::uint64_t> drawn;
    EXPECT_TRUE(RunOnce([&](Scheduler& scheduler) {
                  for (std::uint64_t i = 0; i < 5; ++i) {
                    if (more) scheduler.streams().For(What("x"), 1, i).Next();
                    drawn.push_back(
                        scheduler.streams().For(What("loss"), 1, i).Next());
                  }
                }).ok());
    return drawn;
  };
  EXPECT_EQ(draw(false), draw(true));
}

TEST(SchedulerTest, TheTraceShowsTheThreads) {
  Lines lines;
  SchedulerOptions options;
  options.trace = &lines;
  EXPECT_TRUE(RunOnce(options, [](Scheduler& scheduler) {
                Thread worker("web", [&] {
                  scheduler.SleepUntil(kSecond);
                  scheduler.AddToTrace("says hello");
                });
                scheduler.At(kMillisecond,
                             [&] { scheduler.AddToTrace("event"); });
                worker.join();
              }).ok());
  EXPECT_EQ(lines.lines, (std::vector<std::string>{
                             "0.000000000 main/1 begins the run",
                             "0.000000000 main/1 starts web/2",
                             "0.001000000 - event",
                             "1.000000000 web/2 says hello",
                             "1.000000000 web/2 ends",
                             "1.000000000 main/1 ends the run",
                         }));
}

TEST(SchedulerTest, ManyThreads) {
  int ended = 0;
  EXPECT_TRUE(RunOnce([&](Scheduler& scheduler) {
                std::vector<Thread> threads;
                for (int i = 0; i < 300; ++i) {
                  threads.emplace_back("worker", [&, i] {
                    scheduler.SleepUntil(i % 7 * kMillisecond);
                    ++ended;
                  });
                }
                for (Thread& thread : threads) thread.join();
              }).ok());
  EXPECT_EQ(ended, 300);
}

TEST(SchedulerTest, ARunHasItsOwnThreadsOnly) {
  EXPECT_EQ(Scheduler::This(), nullptr);
  EXPECT_EQ(Scheduler::Current(), nullptr);
  EXPECT_TRUE(RunOnce([](Scheduler& scheduler) {
                EXPECT_EQ(Scheduler::Current(), &scheduler);
                EXPECT_EQ(Scheduler::This()->label(), "main/1");
                // A thread cannot be part of two runs.
                EXPECT_FALSE(RunOnce([](Scheduler&) {}).ok());
              }).ok());
  EXPECT_EQ(Scheduler::This(), nullptr);
}

TEST(SchedulerTest, ASchedulerRunsOnce) {
  const std::shared_ptr<Scheduler> scheduler = Scheduler::Create({});
  EXPECT_TRUE(scheduler->Run("main", [] {}).ok());
  EXPECT_FALSE(scheduler->Run("main", [] {}).ok());
}

}  // namespace
}  // namespace sim
}  // namespace mortise
