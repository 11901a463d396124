// A child of a simulated thread is not simulated.

#include <sys/wait.h>
#include <unistd.h>

#include "gtest/gtest.h"
#include "mortise/platform/sim/real_world.h"
#include "mortise/platform/sim/schedule/scheduler.h"
#include "mortise/platform/sim/thread.h"
#include "mortise/tests/platform/posix/child.h"
#include "mortise/tests/platform/sim/schedule/run.h"

namespace mortise {
namespace sim {
namespace {

int ExitCodeOf(pid_t child) {
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(ForkTest, AChildIsNotPartOfTheRun) {
  EXPECT_TRUE(RunOnce([](Scheduler& scheduler) {
                Thread sleeper("sleeper",
                               [&] { scheduler.SleepUntil(kSecond); });
                const RealWorld region;
                const pid_t child = fork();
                if (child == 0) {
                  const bool simulated = Scheduler::Current() != nullptr;
                  Yield();
                  _exit(simulated ? 1 : 17);
                }
                EXPECT_EQ(ExitCodeOf(child), 17);
              }).ok());
}

TEST(ForkTest, AChildMayHaveARunOfItsOwn) {
  if (!posix::ChildrenMayHaveThreads()) GTEST_SKIP() << "not in an emulator";
  EXPECT_TRUE(RunOnce([](Scheduler& scheduler) {
                Thread sleeper("sleeper",
                               [&] { scheduler.SleepUntil(kSecond); });
                const pid_t child = fork();
                if (child == 0) {
                  int ended = 0;
                  const bool ok = RunOnce([&](Scheduler& own) {
                                    Thread worker("worker", [&] {
                                      own.SleepUntil(kSecond);
                                      ++ended;
                                    });
                                    worker.join();
                                  }).ok();
                  _exit(ok && ended == 1 ? 17 : 1);
                }
                const RealWorld region;
                EXPECT_EQ(ExitCodeOf(child), 17);
              }).ok());
}

using ForkDeathTest = testing::Test;

TEST(ForkDeathTest, ACallInAChildSaysWhy) {
  EXPECT_EXIT(RunOnce([](Scheduler&) {
                const pid_t child = fork();
                if (child == 0) Scheduler::Require("recv");
                const RealWorld region;
                int status = 0;
                waitpid(child, &status, 0);
                _exit(WIFSIGNALED(status) ? 17 : 1);
              }).IgnoreError(),
              testing::ExitedWithCode(17), "made with fork");
}

}  // namespace
}  // namespace sim
}  // namespace mortise
