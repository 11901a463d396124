#include "mortise/platform/wait_registry.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "mortise/platform/interrupt_pool.h"
#include "mortise/platform/readiness_calls.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {
namespace {

// Its interrupts are flags, which count themselves.
class Flags final : public ReadinessCalls {
 public:
  SysResult<std::unique_ptr<WaitInterrupt>> NewInterrupt() override {
    constexpr int kEmfile = 24;
    if (exhausted) return {nullptr, kEmfile};
    return {std::make_unique<Flag>(*this), 0};
  }

  std::atomic<int> alive{0};
  bool exhausted = false;

 private:
  class Flag final : public WaitInterrupt {
   public:
    explicit Flag(Flags& maker) : maker_(maker) { ++maker_.alive; }
    ~Flag() override { --maker_.alive; }

   private:
    void Signal() override {}
    void Drain() override {}

    Flags& maker_;
  };
};

class WaitRegistryTest : public testing::Test {
 protected:
  std::unique_ptr<RegisteredWait> Begin(std::uint64_t socket) {
    auto wait = std::make_unique<RegisteredWait>();
    EXPECT_TRUE(wait->Begin(registry_, flags_, socket));
    return wait;
  }

  Flags flags_;
  InterruptPool pool_;
  WaitRegistry registry_{pool_};
};

TEST_F(WaitRegistryTest, AWaitIsWokenOnceForEachTime) {
  const auto wait = Begin(7);
  ASSERT_EQ(wait->interrupts().size(), 1u);
  EXPECT_FALSE(wait->TakeWake());
  for (int i = 0; i < 3; ++i) {
    registry_.Wake(7);
    EXPECT_TRUE(wait->interrupts()[0]->is_set());
    EXPECT_TRUE(wait->TakeWake());
    EXPECT_FALSE(wait->TakeWake());
    EXPECT_FALSE(wait->interrupts()[0]->is_set());
  }
}

TEST_F(WaitRegistryTest, AllWaitsForTheSocketAreWokenAndNoOthers) {
  std::vector<std::unique_ptr<RegisteredWait>> waits;
  std::vector<std::unique_ptr<RegisteredWait>> others;
  for (std::uint64_t i = 0; i < 200; ++i) {
    waits.push_back(Begin(7));
    // Some are in the same bucket.
    others.push_back(Begin(8 + i));
  }
  registry_.Wake(7);
  for (const auto& wait : waits) EXPECT_TRUE(wait->TakeWake());
  for (const auto& other : others) EXPECT_FALSE(other->TakeWake());
}

TEST_F(WaitRegistryTest, AWaitThatHasEndedIsNotWoken) {
  registry_.Wake(7);
  Begin(7).reset();
  registry_.Wake(7);
  const auto wait = Begin(7);
  EXPECT_FALSE(wait->TakeWake());
}

TEST_F(WaitRegistryTest, WithoutAnInterruptNothingBegins) {
  flags_.exhausted = true;
  RegisteredWait wait;
  EXPECT_FALSE(wait.Begin(registry_, flags_, 7));
  EXPECT_FALSE(wait.has_begun());
  EXPECT_TRUE(wait.interrupts().empty());
  EXPECT_FALSE(wait.TakeWake());
  registry_.Wake(7);
  flags_.exhausted = false;
  EXPECT_TRUE(wait.Begin(registry_, flags_, 7));
  EXPECT_FALSE(wait.TakeWake());
}

TEST_F(WaitRegistryTest, InterruptsAreUsedAgain) {
  for (int i = 0; i < 1000; ++i) {
    const auto wait = Begin(static_cast<std::uint64_t>(i % 3));
    registry_.Wake(static_cast<std::uint64_t>(i % 2));
  }
  EXPECT_EQ(flags_.alive, 1);
}

// The order that Begin and Wake promise: either the wait is woken, or it sees
// what was done before Wake.
TEST_F(WaitRegistryTest, NoWakeIsMissed) {
  constexpr std::size_t kSockets = 5000;
  std::vector<std::atomic<bool>> shut(kSockets);
  std::vector<std::unique_ptr<RegisteredWait>> waits(kSockets);
  std::vector<char> saw(kSockets);
  std::atomic<bool> go{false};
  std::thread other([&] {
    while (!go) std::this_thread::yield();
    for (std::size_t i = 0; i < kSockets; ++i) {
      shut[i].store(true, std::memory_order_relaxed);
      registry_.Wake(i);
    }
  });
  go = true;
  for (std::size_t i = 0; i < kSockets; ++i) {
    waits[i] = Begin(i);
    saw[i] = shut[i].load(std::memory_order_relaxed) ? 1 : 0;
  }
  other.join();
  for (std::size_t i = 0; i < kSockets; ++i) {
    EXPECT_TRUE(saw[i] != 0 || waits[i]->TakeWake()) << i;
  }
}

TEST_F(WaitRegistryTest, ThreadsBeginAndWakeAtTheSameTime) {
  constexpr int kThreads = 8;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([this, i] {
      for (int j = 0; j < 2000; ++j) {
        const auto socket = static_cast<std::uint64_t>((i + j) % 3);
        const auto wait = Begin(socket);
        registry_.Wake(socket);
        // Its own, whatever the other threads do.
        EXPECT_TRUE(wait->TakeWake());
        registry_.Wake(socket + 1);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(flags_.alive, 2 * kThreads);
  // What is in the pool is not set.
  const LeasedInterrupt lease(pool_, flags_);
  EXPECT_FALSE(lease.get()->is_set());
}

}  // namespace
}  // namespace mortise
