// PollSet::Wake.

#include <atomic>
#include <memory>
#include <thread>
#include <utility>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/core/socket.h"
#include "mortise/platform/poll_events.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/process.h"
#include "mortise/tests/platform/poll_set_test.h"

namespace mortise {
namespace {

using contract::Background;

using PollSetWakeTest = PollSetTest;
MORTISE_ON_EVERY_POLL_SET(PollSetWakeTest);

TEST_P(PollSetWakeTest, EndsTheNextWait) {
  set().get().Wake();
  Found found;
  while (!found.woken) set().WaitOnce(absl::InfiniteDuration(), 1, &found);
}

TEST_P(PollSetWakeTest, ComesWithWhatIsReady) {
  auto [ours, theirs] = MustMakePair();
  ASSERT_TRUE(theirs.Send("x").ok());
  ASSERT_EQ(set().Add(ours.native_handle(), kRead, 1), 0);
  ASSERT_EQ(set().Await().ReadinessOf(1), kRead);
  set().get().Wake();
  const Found found = set().Await();
  EXPECT_TRUE(found.woken);
  EXPECT_EQ(found.ReadinessOf(1), kRead);
}

TEST_P(PollSetWakeTest, SeveralBeforeOneWaitAreOne) {
  for (int i = 0; i < 1000; ++i) set().get().Wake();
  EXPECT_TRUE(set().Await().woken);
  EXPECT_TRUE(set().Look().empty());
}

TEST_P(PollSetWakeTest, WaitAfterWakeWaits) {
  for (int i = 0; i < 100; ++i) {
    set().get().Wake();
    ASSERT_TRUE(set().Await().woken);
    ASSERT_TRUE(set().Look().empty());
  }
  Background<Found> wait([this] { return set().Await(); });
  wait.AwaitAsleep();
  EXPECT_FALSE(wait.ended());
  set().get().Wake();
  EXPECT_TRUE(wait.Result().woken);
  // One that comes between two waits, the first of which was asleep, counts.
  set().get().Wake();
  EXPECT_TRUE(set().Look().woken);
}

// With one slot, a wake and a handle take turns.
TEST_P(PollSetWakeTest, ABusyHandleDoesNotHideIt) {
  auto [ours, theirs] = MustMakePair();
  ASSERT_EQ(set().Add(ours.native_handle(), kWrite, 1), 0);
  for (int i = 0; i < 10; ++i) {
    set().get().Wake();
    Found found;
    for (int wait = 0; wait < 3 && !found.woken; ++wait) {
      set().WaitOnce(absl::InfiniteDuration(), 1, &found);
    }
    ASSERT_TRUE(found.woken);
  }
}

// Each round begins while the other thread is on its way from one wait into the
// next.
TEST_P(PollSetWakeTest, NoWakeIsLost) {
  // Wine asks another process whenever something wakes or waits.
  const int kRounds = contract::RunsUnderWine() ? 5000 : 100000;
  std::atomic<int> asked{0};
  std::atomic<int> answered{0};
  std::thread waker([&] {
    for (int round = 1; round <= kRounds; ++round) {
      asked.store(round, std::memory_order_relaxed);
      set().get().Wake();
      while (answered.load() != round) std::this_thread::yield();
    }
  });
  int seen = 0;
  while (seen < kRounds) {
    if (!set().Await().woken) continue;
    // What the other thread wrote before is seen, without further order.
    ASSERT_EQ(asked.load(std::memory_order_relaxed), ++seen);
    answered.store(seen);
  }
  waker.join();
  EXPECT_TRUE(set().Look().empty());
}

// Without an order between the threads.
TEST_P(PollSetWakeTest, TheLastWakeIsNotLost) {
  constexpr int kRounds = 100;
  constexpr int kWakes = 1000;
  for (int round = 0; round < kRounds; ++round) {
    std::atomic<int> written{0};
    std::thread waker([&] {
      for (int i = 1; i <= kWakes; ++i) {
        written.store(i, std::memory_order_relaxed);
        set().get().Wake();
      }
    });
    int seen = 0;
    while (seen < kWakes) {
      ASSERT_TRUE(set().Await().woken);
      seen = written.load(std::memory_order_relaxed);
    }
    waker.join();
    // A Wake may have found nobody who had not seen its number yet.
    set().Look();
  }
}

TEST_P(PollSetWakeTest, SetsAreWokenOneByOne) {
  SysResult<std::unique_ptr<PollSet>> made = GetParam().make();
  ASSERT_EQ(made.error, 0);
  NumberedPollSet other(std::move(made.value));
  other.get().Wake();
  EXPECT_TRUE(set().Look().empty());
  EXPECT_TRUE(other.Await().woken);
}

}  // namespace
}  // namespace mortise
