#include "mortise/platform/interrupt_pool.h"

#include <atomic>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "mortise/platform/readiness_calls.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {
namespace {

constexpr int kEmfile = 24;

// Makes interrupts that count themselves.
class CountingReadiness final : public ReadinessCalls {
 public:
  SysResult<std::unique_ptr<WaitInterrupt>> NewInterrupt() override {
    if (exhausted) return {nullptr, kEmfile};
    ++made;
    return {std::make_unique<Counted>(*this), 0};
  }

  std::atomic<int> made{0};
  std::atomic<int> alive{0};
  bool exhausted = false;
  bool forked = false;

 private:
  class Counted final : public WaitInterrupt {
   public:
    explicit Counted(CountingReadiness& maker) : maker_(maker) {
      ++maker_.alive;
    }
    ~Counted() override { --maker_.alive; }
    bool IsOfThisProcess() const override { return !maker_.forked; }

   private:
    void Signal() override {}
    void Drain() override {}

    CountingReadiness& maker_;
  };
};

TEST(InterruptPoolTest, OneIsUsedAgainAndIsCleared) {
  CountingReadiness readiness;
  {
    InterruptPool pool;
    const WaitInterrupt* first = nullptr;
    {
      const LeasedInterrupt lease(pool, readiness);
      ASSERT_EQ(lease.error(), 0);
      first = lease.get();
      lease.get()->Set();
    }
    const LeasedInterrupt again(pool, readiness);
    EXPECT_EQ(again.get(), first);
    EXPECT_FALSE(again.get()->is_set());
    EXPECT_EQ(readiness.made, 1);
  }
  EXPECT_EQ(readiness.alive, 0);
}

TEST(InterruptPoolTest, EachThatIsTakenIsAnother) {
  CountingReadiness readiness;
  InterruptPool pool;
  const LeasedInterrupt a(pool, readiness);
  const LeasedInterrupt b(pool, readiness);
  EXPECT_NE(a.get(), b.get());
}

TEST(InterruptPoolTest, KeepsSomeOfMany) {
  CountingReadiness readiness;
  {
    InterruptPool pool;
    std::vector<std::unique_ptr<LeasedInterrupt>> leases;
    for (int i = 0; i < 100; ++i) {
      leases.push_back(std::make_unique<LeasedInterrupt>(pool, readiness));
    }
    leases.clear();
    EXPECT_EQ(readiness.made, 100);
    EXPECT_EQ(readiness.alive, 64);
  }
  EXPECT_EQ(readiness.alive, 0);
}

TEST(InterruptPoolTest, SaysWhyThereIsNone) {
  CountingReadiness readiness;
  readiness.exhausted = true;
  InterruptPool pool;
  const LeasedInterrupt lease(pool, readiness);
  EXPECT_EQ(lease.error(), kEmfile);
  EXPECT_EQ(lease.get(), nullptr);
}

TEST(InterruptPoolTest, AChildTakesNoneOfItsParent) {
  CountingReadiness readiness;
  InterruptPool pool;
  { const LeasedInterrupt of_the_parent(pool, readiness); }
  readiness.forked = true;
  { const LeasedInterrupt lease(pool, readiness); }
  EXPECT_EQ(readiness.made, 2);
  EXPECT_EQ(readiness.alive, 0) << "those of another process are not kept";
}

TEST(InterruptPoolTest, IsForManyThreads) {
  constexpr int kThreads = 8;
  CountingReadiness readiness;
  {
    InterruptPool pool;
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        for (int round = 0; round < 1000; ++round) {
          const LeasedInterrupt lease(pool, readiness);
          // Somebody else's would be set.
          EXPECT_FALSE(lease.get()->is_set());
          lease.get()->Set();
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_LE(readiness.alive, kThreads);
  }
  EXPECT_EQ(readiness.alive, 0);
}

}  // namespace
}  // namespace mortise
