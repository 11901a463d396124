// How runs end and fail.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/platform/sim/schedule/scheduler.h"
#include "mortise/platform/sim/thread.h"
#include "mortise/tests/platform/sim/schedule/run.h"

namespace mortise {
namespace sim {
namespace {

using ::testing::HasSubstr;

class Details : public WaitDetails {
 public:
  std::string ToString() const override { return "handle 3"; }
};

TEST(EndingTest, ADeadlockNamesEachThreadAndItsWait) {
  const absl::Status status = RunOnce(WithSeed(4711), [](Scheduler& scheduler) {
    Thread worker("web", [&] {
      scheduler.SleepUntil(kSecond);
      const Details details;
      WaitFor what;
      what.call = "recv";
      what.details = &details;
      EXPECT_EQ(scheduler.Park(what), WaitEnd::kCancelled);
    });
    worker.join();
  });
  EXPECT_TRUE(absl::IsAborted(status)) << status;
  const std::string text(status.message());
  EXPECT_THAT(text, HasSubstr("deadlock"));
  EXPECT_THAT(text,
              HasSubstr("web/2: waits in recv (handle 3) since 1.000000000\n"));
  EXPECT_THAT(text, HasSubstr("main/1: waits in join (web/2) since 0.0000000"));
  EXPECT_THAT(text, HasSubstr("at 1.000000000 s, seed 4711, digest "));
  EXPECT_THAT(text, HasSubstr("MORTISE_SIM_SEED=4711"));
}

TEST(EndingTest, AWaitWithADeadlineIsNoDeadlock) {
  EXPECT_TRUE(RunOnce([](Scheduler& scheduler) {
                Flag flag(scheduler);
                EXPECT_EQ(flag.Await(3600 * kSecond), WaitEnd::kTimedOut);
              }).ok());
}

TEST(EndingTest, AfterADeadlockEveryCallFails) {
  int failed = 0;
  EXPECT_TRUE(absl::IsAborted(RunOnce([&](Scheduler& scheduler) {
    Flag flag(scheduler);
    EXPECT_EQ(flag.Await(), WaitEnd::kCancelled);
    for (int i = 0; i < 10; ++i) {
      failed += scheduler.Point() == Turn::kCancelled ? 1 : 0;
      failed += scheduler.Yield() == Turn::kCancelled ? 1 : 0;
      failed += scheduler.SleepUntil(kNever) ? 0 : 1;
    }
    // Time stands still, and so nothing happens any more.
    scheduler.At(0, [] { ADD_FAILURE(); });
    EXPECT_FALSE(scheduler.SleepUntil(kSecond));
    EXPECT_EQ(scheduler.Now(), 0);
  })));
  EXPECT_EQ(failed, 30);
}

TEST(EndingTest, WhoIsLeftGetsErrorsWhenTheFirstThreadReturns) {
  std::vector<WaitEnd> ends;
  EXPECT_TRUE(RunOnce([&](Scheduler& scheduler) {
                for (int i = 0; i < 3; ++i) {
                  Thread("server", [&] {
                    WaitFor what;
                    ends.push_back(scheduler.Park(what));
                  }).detach();
                }
                scheduler.SleepUntil(kSecond);
              }).ok());
  EXPECT_EQ(ends, std::vector<WaitEnd>(3, WaitEnd::kCancelled));
}

TEST(EndingTest, AThreadThatHasNotBegunStillRuns) {
  bool ran = false;
  SchedulerOptions options;
  options.order = Order::kFifo;
  EXPECT_TRUE(RunOnce(options, [&](Scheduler& scheduler) {
                Thread("late", [&] {
                  ran = true;
                  EXPECT_EQ(scheduler.Point(), Turn::kCancelled);
                }).detach();
              }).ok());
  EXPECT_TRUE(ran);
}

TEST(EndingTest, AThreadThatDoesNotEndIsFrozen) {
  int calls = 0;
  Lines lines;
  SchedulerOptions options;
  options.trace = &lines;
  EXPECT_TRUE(RunOnce(options, [&](Scheduler& scheduler) {
                Thread("loop", [&] {
                  for (;;) {
                    if (scheduler.Point() == Turn::kCancelled) ++calls;
                  }
                }).detach();
              }).ok());
  EXPECT_EQ(calls, 1000);
  EXPECT_THAT(lines.lines, testing::Contains(HasSubstr("loop/2 is frozen")));
}

TEST(EndingTest, AWaitThatCannotBeCancelledIsFrozen) {
  bool went_on = false;
  EXPECT_TRUE(RunOnce([&](Scheduler& scheduler) {
                Thread("stuck", [&] {
                  WaitFor what;
                  what.can_be_cancelled = false;
                  scheduler.Park(what);
                  went_on = true;
                }).detach();
                scheduler.SleepUntil(kSecond);
              }).ok());
  EXPECT_FALSE(went_on);
}

TEST(EndingTest, AWaitThatCannotBeCancelledTimesOutAtOnce) {
  WaitEnd end = WaitEnd::kReady;
  EXPECT_TRUE(RunOnce([&](Scheduler& scheduler) {
                Thread("timed", [&] {
                  WaitFor what;
                  what.can_be_cancelled = false;
                  what.deadline = 3600 * kSecond;
                  end = scheduler.Park(what);
                }).detach();
                scheduler.SleepUntil(kSecond);
              }).ok());
  EXPECT_EQ(end, WaitEnd::kTimedOut);
}

// What the thread uses is on the stack of the first one.
TEST(EndingTest, JoinWaitsForTheEndEvenIfTheRunFails) {
  bool ended = false;
  EXPECT_TRUE(absl::IsAborted(RunOnce([&](Scheduler& scheduler) {
    Thread worker("worker", [&] {
      Flag never(scheduler);
      EXPECT_EQ(never.Await(), WaitEnd::kCancelled);
      for (int i = 0; i < 5; ++i) scheduler.Point();
      ended = true;
    });
    worker.join();
    EXPECT_TRUE(ended);
  })));
}

TEST(EndingTest, JoinGivesUpIfTheThreadIsFrozen) {
  EXPECT_TRUE(absl::IsAborted(RunOnce([&](Scheduler& scheduler) {
    Thread worker("worker", [&] {
      for (;;) scheduler.SleepUntil(kNever);
    });
    worker.join();
  })));
}

TEST(EndingTest, JoinGivesUpIfTheThreadCannotEnd) {
  EXPECT_TRUE(absl::IsAborted(RunOnce([&](Scheduler& scheduler) {
    Thread worker("worker", [&] {
      WaitFor what;
      what.can_be_cancelled = false;
      scheduler.Park(what);
    });
    worker.join();
  })));
}

TEST(EndingTest, ManyThreadsJoinOne) {
  int joined = 0;
  EXPECT_TRUE(RunOnce([&](Scheduler& scheduler) {
                auto last = scheduler.Start(
                    "last", [&] { scheduler.SleepUntil(kSecond); }, nullptr);
                ASSERT_TRUE(last.ok());
                std::vector<Thread> threads;
                for (int i = 0; i < 5; ++i) {
                  threads.emplace_back("joiner", [&] {
                    EXPECT_TRUE(scheduler.Join(**last));
                    EXPECT_EQ(scheduler.Now(), kSecond);
                    ++joined;
                  });
                }
                EXPECT_FALSE(scheduler.Join(**last, kSecond / 2));
                EXPECT_EQ(scheduler.Now(), kSecond / 2);
                for (Thread& thread : threads) thread.join();
                EXPECT_TRUE(scheduler.Join(**last));
              }).ok());
  EXPECT_EQ(joined, 5);
}

TEST(EndingTest, VirtualTimeIsABudget) {
  SchedulerOptions options;
  options.most_virtual_time = absl::Minutes(1);
  const absl::Status status = RunOnce(options, [](Scheduler& scheduler) {
    while (scheduler.SleepUntil(scheduler.Now() + kSecond)) {
    }
    EXPECT_EQ(scheduler.Now(), 60 * kSecond);
  });
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  EXPECT_THAT(status.message(), HasSubstr("more virtual time than 1m"));
}

TEST(EndingTest, EventsAreABudget) {
  SchedulerOptions options;
  options.most_steps = 1000;
  const absl::Status status = RunOnce(options, [](Scheduler& scheduler) {
    // Events without end at one time.
    std::function<void()> again = [&] { scheduler.At(0, again); };
    scheduler.At(0, again);
    scheduler.SleepUntil(kSecond);
  });
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
}

TEST(EndingTest, EventsAndTheirObjectsAreGoneAfterTheRun) {
  auto owned = std::make_shared<int>(1);
  const std::shared_ptr<Scheduler> scheduler = Scheduler::Create({});
  EXPECT_TRUE(
      scheduler->Run("main", [&] { scheduler->At(kSecond, [owned] {}); }).ok());
  EXPECT_EQ(owned.use_count(), 1);
  EXPECT_EQ(scheduler.use_count(), 1);
}

TEST(EndingTest, ThreadLocalObjectsAreDestroyedInTheRun) {
  struct Local {
    ~Local() {
      Scheduler* const scheduler = Scheduler::Current();
      if (scheduler == nullptr) return;
      // A wait, before the thread that joins this one goes on.
      scheduler->SleepUntil(scheduler->Now() + kSecond);
    }
    void Touch() {}
  };
  EXPECT_TRUE(RunOnce([](Scheduler& scheduler) {
                Thread worker("worker", [] {
                  static thread_local Local local;
                  local.Touch();
                });
                worker.join();
// Windows destroys them after the thread has left the run.
#ifndef _WIN32
                EXPECT_EQ(scheduler.Now(), kSecond);
#endif
              }).ok());
}

using EndingDeathTest = testing::Test;

TEST(EndingDeathTest, AFirstThreadThatDoesNotEndEndsTheProcess) {
  EXPECT_DEATH(RunOnce([](Scheduler& scheduler) {
                 for (;;) scheduler.SleepUntil(kNever);
               }).IgnoreError(),
               "its first thread does not end");
}

TEST(EndingDeathTest, AFirstThreadThatCannotBeCancelledEndsTheProcess) {
  EXPECT_DEATH(RunOnce([](Scheduler& scheduler) {
                 WaitFor what;
                 what.call = "for ever";
                 what.can_be_cancelled = false;
                 scheduler.Park(what);
               }).IgnoreError(),
               "main/1: waits in for ever");
}

TEST(EndingDeathTest, ALoopWithoutASchedulingPointEndsTheProcess) {
  SchedulerOptions options;
  options.most_real_silence = absl::Milliseconds(50);
  EXPECT_DEATH(RunOnce(options,
                       [](Scheduler&) {
                         Thread worker("dizzy", [] {
                           for (volatile bool on = true; on;) {
                           }
                         });
                         worker.join();
                       })
                   .IgnoreError(),
               "dizzy/2 has come to no scheduling point");
}

TEST(EndingDeathTest, AnEventThatWaitsEndsTheProcess) {
  EXPECT_DEATH(RunOnce([](Scheduler& scheduler) {
                 scheduler.At(0, [&] { scheduler.Point(); });
                 scheduler.SleepUntil(kSecond);
               }).IgnoreError(),
               "event of the simulation has called something that may wait");
}

TEST(EndingDeathTest, ACallFromAnotherThreadSaysWhatToDo) {
  EXPECT_DEATH(Scheduler::Require("recv"),
               "\"recv\" comes from the thread .*sim::Thread.*sim::Adopt");
}

}  // namespace
}  // namespace sim
}  // namespace mortise
