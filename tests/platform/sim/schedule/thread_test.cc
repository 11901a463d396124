#include "mortise/platform/sim/thread.h"

#include <memory>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "mortise/platform/sim/schedule/scheduler.h"
#include "mortise/platform/sim/schedule/sim_thread.h"
#include "mortise/platform/sim/schedule/thread_group.h"
#include "mortise/tests/platform/sim/schedule/run.h"

namespace mortise {
namespace sim {
namespace {

TEST(ThreadTest, TheDestructorJoins) {
  EXPECT_TRUE(RunOnce([](Scheduler& scheduler) {
                bool ended = false;
                {
                  const Thread thread("worker", [&] {
                    scheduler.SleepUntil(kSecond);
                    ended = true;
                  });
                  EXPECT_TRUE(thread.joinable());
                }
                EXPECT_TRUE(ended);
              }).ok());
}

TEST(ThreadTest, ADetachedThreadGoesOn) {
  EXPECT_TRUE(RunOnce([](Scheduler& scheduler) {
                auto ended = std::make_shared<bool>(false);
                Thread thread("worker", [&scheduler, ended] {
                  scheduler.SleepUntil(kSecond);
                  *ended = true;
                });
                thread.detach();
                EXPECT_FALSE(thread.joinable());
                EXPECT_FALSE(*ended);
                scheduler.SleepUntil(2 * kSecond);
                EXPECT_TRUE(*ended);
              }).ok());
}

TEST(ThreadTest, MovesTheThread) {
  EXPECT_TRUE(RunOnce([](Scheduler& scheduler) {
                std::string ended;
                Thread one("one", [&] {
                  scheduler.SleepUntil(1 * kSecond);
                  ended += '1';
                });
                Thread two("two", [&] {
                  scheduler.SleepUntil(2 * kSecond);
                  ended += '2';
                });
                one = std::move(two);  // Joins the first one.
                EXPECT_EQ(ended, "1");
                EXPECT_FALSE(two.joinable());
                one.join();
                EXPECT_EQ(ended, "12");
                EXPECT_FALSE(one.joinable());
              }).ok());
}

TEST(ThreadTest, IsInTheGroupOfItsCreator) {
  const auto group = std::make_shared<ThreadGroup>("host");
  const std::shared_ptr<Scheduler> scheduler = Scheduler::Create({});
  EXPECT_TRUE(scheduler
                  ->Run(
                      "main",
                      [&] {
                        const Thread thread("worker", [&] {
                          EXPECT_EQ(Scheduler::This()->group(), group);
                          EXPECT_EQ(Scheduler::This()->label(), "worker/2");
                        });
                      },
                      group)
                  .ok());
}

TEST(ThreadTest, WhatTheBodyHasIsDestroyedBeforeTheEnd) {
  EXPECT_TRUE(RunOnce([](Scheduler&) {
                auto owned = std::make_shared<int>(1);
                Thread thread("worker", [owned] {});
                thread.join();
                EXPECT_EQ(owned.use_count(), 1);
              }).ok());
}

TEST(ThreadTest, AThreadMayOutliveTheRunAsAnObject) {
  Thread frozen;
  EXPECT_TRUE(RunOnce([&](Scheduler& scheduler) {
                frozen = Thread("stuck", [&scheduler] {
                  WaitFor what;
                  what.can_be_cancelled = false;
                  scheduler.Park(what);
                });
              }).ok());
  frozen.join();  // Does not wait.
}

TEST(ThreadTest, YieldHasNoEffectOutsideOfARun) { Yield(); }

using ThreadDeathTest = testing::Test;

TEST(ThreadDeathTest, NeedsARun) {
  EXPECT_DEATH(Thread("worker", [] {}), "sim::Thread.*not part of a run");
}

TEST(ThreadDeathTest, AdoptNeedsARun) {
  EXPECT_DEATH(Adopt("guest"), "exactly one run");
}

}  // namespace
}  // namespace sim
}  // namespace mortise
