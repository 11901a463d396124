#include "mortise/platform/sim/hooks/semaphore.h"

#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/platform/sim/schedule/scheduler.h"
#include "mortise/platform/sim/thread.h"
#include "mortise/tests/platform/sim/schedule/run.h"

namespace mortise {
namespace sim {
namespace {

TEST(SemaphoreTest, EachIdentityHasItsOwn) {
  std::vector<int> identities(5000);
  std::set<Semaphore*> found;
  for (const int& identity : identities) {
    found.insert(&Semaphore::Of(&identity));
  }
  EXPECT_EQ(found.size(), identities.size());
  for (const int& identity : identities) {
    EXPECT_EQ(found.count(&Semaphore::Of(&identity)), 1u);
  }
}

TEST(SemaphoreTest, ThreadsThatAskAtOnceGetTheSame) {
  std::vector<int> identities(200);
  std::array<std::vector<Semaphore*>, 4> found;
  std::vector<std::thread> threads;
  for (auto& own : found) {
    threads.emplace_back([&identities, &own] {
      for (const int& identity : identities) {
        own.push_back(&Semaphore::Of(&identity));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& own : found) EXPECT_EQ(own, found[0]);
}

TEST(SemaphoreTest, Counts) {
  Semaphore semaphore;
  semaphore.Post();
  semaphore.Post();
  EXPECT_TRUE(semaphore.WaitForReal(std::nullopt));
  EXPECT_TRUE(semaphore.WaitForReal(absl::InfinitePast()));
  EXPECT_FALSE(semaphore.WaitForReal(absl::Now() + absl::Milliseconds(1)));
}

TEST(SemaphoreTest, APostEndsARealWait) {
  Semaphore semaphore;
  std::thread poster([&] { semaphore.Post(); });
  EXPECT_TRUE(semaphore.WaitForReal(std::nullopt));
  poster.join();
}

TEST(SemaphoreTest, WaitsInVirtualTime) {
  EXPECT_TRUE(RunOnce([](Scheduler& scheduler) {
                Semaphore semaphore;
                EXPECT_EQ(semaphore.WaitSimulated(kSecond), false);
                EXPECT_EQ(scheduler.Now(), kSecond);
                Thread poster("poster", [&] {
                  scheduler.SleepUntil(5 * kSecond);
                  semaphore.Post();
                });
                EXPECT_EQ(semaphore.WaitSimulated(kNever), true);
                EXPECT_EQ(scheduler.Now(), 5 * kSecond);
                semaphore.Post();
                EXPECT_EQ(semaphore.WaitSimulated(0), true);
              }).ok());
}

// The count belongs to no run.
TEST(SemaphoreTest, APostFromBeforeTheRunCounts) {
  Semaphore semaphore;
  semaphore.Post();
  EXPECT_TRUE(RunOnce([&](Scheduler&) {
                EXPECT_EQ(semaphore.WaitSimulated(0), true);
                semaphore.Post();
              }).ok());
  EXPECT_TRUE(semaphore.WaitForReal(std::nullopt));
}

// Many posts, at any moment of the wait, and none is lost.
TEST(SemaphoreTest, PostsOfAThreadThatIsNotSimulated) {
  constexpr int kPosts = 2000;
  EXPECT_TRUE(RunOnce([](Scheduler&) {
                Semaphore semaphore;
                std::thread poster([&] {
                  for (int i = 0; i < kPosts; ++i) semaphore.Post();
                });
                for (int i = 0; i < kPosts; ++i) {
                  EXPECT_EQ(semaphore.WaitSimulated(kNever), true);
                }
                EXPECT_EQ(semaphore.WaitSimulated(0), false);
                poster.join();
              }).ok());
}

// A timeout that is due at the moment of the post.
TEST(SemaphoreTest, APostAtTheDeadlineIsNeitherLostNorDoubled) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    EXPECT_TRUE(RunOnce(WithSeed(seed), [](Scheduler& scheduler) {
                  Semaphore semaphore;
                  Thread poster("poster", [&] {
                    for (int i = 1; i <= 10; ++i) {
                      scheduler.SleepUntil(i * kSecond);
                      semaphore.Post();
                    }
                  });
                  int taken = 0;
                  for (int i = 1; i <= 10; ++i) {
                    taken += *semaphore.WaitSimulated(i * kSecond);
                  }
                  poster.join();
                  while (*semaphore.WaitSimulated(0)) ++taken;
                  EXPECT_EQ(taken, 10);
                }).ok());
  }
}

// The wait has timed out, and its thread has not had its turn yet.
TEST(SemaphoreTest, APostBeforeTheTurnCounts) {
  EXPECT_TRUE(RunOnce([](Scheduler& scheduler) {
                Semaphore semaphore;
                scheduler.At(kSecond - 1, [&] {
                  scheduler.At(kSecond, [&] { semaphore.Post(); });
                });
                EXPECT_EQ(semaphore.WaitSimulated(kSecond), true);
              }).ok());
}

TEST(SemaphoreTest, AnAdoptedThreadWaitsForRealWhenTheRunIsOver) {
  Semaphore semaphore;
  std::atomic<bool> over{false};
  std::thread guest;
  EXPECT_TRUE(RunOnce([&](Scheduler& scheduler) {
                Flag adopted(scheduler, true);
                guest = std::thread([&over, &adopted, &semaphore] {
                  const Adopt adopt("guest");
                  adopted.Set();
                  EXPECT_EQ(semaphore.WaitSimulated(kNever), std::nullopt);
                  over = true;
                });
                EXPECT_EQ(adopted.Await(), WaitEnd::kReady);
              }).ok());
  guest.join();
  EXPECT_TRUE(over);
}

}  // namespace
}  // namespace sim
}  // namespace mortise
