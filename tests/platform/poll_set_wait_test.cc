// How long a poll set waits, how much it reports at once, and what changes that
// other threads make do to a wait.

#include <algorithm>
#include <cstddef>
#include <memory>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/core/socket.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_events.h"
#include "mortise/platform/poll_set.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/platform/poll_set_test.h"

namespace mortise {
namespace {

using contract::Background;

using PollSetWaitTest = PollSetTest;
MORTISE_ON_EVERY_POLL_SET(PollSetWaitTest);

TEST_P(PollSetWaitTest, NothingRegisteredWaits) {
  Background<Found> wait([this] { return set().Await(); });
  wait.AwaitAsleep();
  EXPECT_FALSE(wait.ended());
  set().get().Wake();
  EXPECT_TRUE(wait.Result().woken);
}

TEST_P(PollSetWaitTest, LongTimeouts) {
  for (const absl::Duration timeout :
       {absl::Hours(25 * 24), absl::Hours(50 * 24), absl::Hours(1e9),
        absl::Seconds(9e18)}) {
    // A change that was made before may end one wait.
    EXPECT_TRUE(set().Look().empty());
    Background<Found> wait([&] {
      Found found;
      set().WaitOnce(timeout, 1, &found);
      return found;
    });
    wait.AwaitAsleep();
    set().get().Wake();
    EXPECT_TRUE(wait.Result().woken) << timeout;
  }
}

TEST_P(PollSetWaitTest, IsNotShort) {
  auto [ours, theirs] = MustMakePair();
  ASSERT_EQ(set().Add(ours.native_handle(), kRead, 1), 0);
  EXPECT_TRUE(set().Look().empty());
  for (const absl::Duration timeout :
       {absl::Nanoseconds(1), absl::Microseconds(100), absl::Microseconds(999),
        absl::Milliseconds(1), absl::Microseconds(1500),
        absl::Milliseconds(30)}) {
    const absl::Duration begin = Now();
    Found found;
    EXPECT_EQ(set().WaitOnce(timeout, 1, &found), 0u);
    EXPECT_GE(Now() - begin, timeout);
  }
}

// The sockets, all of them readable.
class PollSetRoomTest : public PollSetTest {
 protected:
  static constexpr int kSockets = 8;

  void SetUp() override {
    PollSetTest::SetUp();
    for (int i = 0; i < kSockets; ++i) {
      pairs_.push_back(MustMakePair());
      ASSERT_TRUE(pairs_[i].second.Send("x").ok());
      ASSERT_EQ(set().Add(pairs_[i].first.native_handle(), kRead, i), 0);
    }
    // All of them have arrived.
    while (set().Look().events.size() < kSockets) {
    }
  }
  void TearDown() override {
    pairs_.clear();
    PollSetTest::TearDown();
  }

  // Which sockets `waits` waits report.
  std::set<int> Reported(int waits, std::size_t room) {
    std::set<int> reported;
    for (int i = 0; i < waits; ++i) {
      for (const auto& [number, events] : set().Await(room).events) {
        reported.insert(number);
      }
    }
    return reported;
  }

 private:
  std::vector<std::pair<Socket, Socket>> pairs_;
};
MORTISE_ON_EVERY_POLL_SET(PollSetRoomTest);

TEST_P(PollSetRoomTest, OneSlotServesAll) {
  EXPECT_EQ(Reported(kSockets, 1).size(), kSockets);
}

TEST_P(PollSetRoomTest, WhatDidNotFitComesFirst) {
  EXPECT_EQ(Reported(3, 3).size(), kSockets);
}

TEST_P(PollSetRoomTest, MoreRoomThanNeeded) {
  EXPECT_EQ(Reported(1, 10000).size(), kSockets);
}

// With other descriptors that come and go meanwhile.
TEST_P(PollSetRoomTest, OneSlotServesAllAmongChanges) {
  std::set<int> reported;
  for (int i = 0; i < kSockets; ++i) {
    auto [ours, theirs] = MustMakePair();
    ASSERT_EQ(set().Add(ours.native_handle(), kRead, 20), 0);
    for (const auto& [number, events] : set().Await(1).events) {
      reported.insert(number);
    }
    ASSERT_EQ(set().Remove(ours.native_handle()), 0);
  }
  EXPECT_EQ(reported.size(), kSockets);
}

// A wait that is under way, and what another thread changes.
class PollSetChangeTest : public PollSetTest {
 protected:
  void SetUp() override {
    PollSetTest::SetUp();
    std::tie(ours_, theirs_) = MustMakePair();
    ASSERT_TRUE(theirs_.Send("x").ok());
  }
  void TearDown() override {
    ours_ = Socket();
    theirs_ = Socket();
    PollSetTest::TearDown();
  }

  Socket ours_;
  Socket theirs_;
};
MORTISE_ON_EVERY_POLL_SET(PollSetChangeTest);

TEST_P(PollSetChangeTest, AnAddCounts) {
  Background<Found> wait([this] { return set().Await(); });
  wait.AwaitAsleep();
  ASSERT_EQ(set().Add(ours_.native_handle(), kRead, 1), 0);
  EXPECT_EQ(wait.Result().ReadinessOf(1), kRead);
}

TEST_P(PollSetChangeTest, AChangeCounts) {
  Fill(ours_);
  ASSERT_EQ(set().Add(ours_.native_handle(), kWrite, 1), 0);
  Background<Found> wait([this] { return set().Await(); });
  wait.AwaitAsleep();
  EXPECT_FALSE(wait.ended());
  ASSERT_EQ(set().Change(ours_.native_handle(), kRead, 2), 0);
  EXPECT_EQ(wait.Result().ReadinessOf(2), kRead);
}

TEST_P(PollSetChangeTest, AOneShotThatIsSetAgainCounts) {
  ASSERT_EQ(set().Add(ours_.native_handle(), kRead, 1, PollMode::kOneShot), 0);
  EXPECT_EQ(set().Await().ReadinessOf(1), kRead);
  Background<Found> wait([this] { return set().Await(); });
  wait.AwaitAsleep();
  EXPECT_FALSE(wait.ended());
  ASSERT_EQ(set().Change(ours_.native_handle(), kRead, 2, PollMode::kOneShot),
            0);
  EXPECT_EQ(wait.Result().ReadinessOf(2), kRead);
}

TEST_P(PollSetChangeTest, ARemoveCounts) {
  Empty(ours_);
  ASSERT_EQ(set().Add(ours_.native_handle(), kRead, 1), 0);
  Background<Found> wait([this] { return set().Await(); });
  wait.AwaitAsleep();
  ASSERT_EQ(set().Remove(ours_.native_handle()), 0);
  ASSERT_TRUE(theirs_.Send("x").ok());
  wait.AwaitAsleep();
  set().get().Wake();
  const Found found = wait.Result();
  EXPECT_TRUE(found.woken);
  EXPECT_TRUE(found.events.empty());
}

// Several threads add and remove while one waits. A crash or a sanitizer tells
// what goes wrong.
TEST_P(PollSetChangeTest, ManyThreadsChange) {
  constexpr int kThreads = 4;
  constexpr int kRounds = 50;
  ASSERT_EQ(set().Add(ours_.native_handle(), kRead, 0), 0);
  std::vector<std::unique_ptr<Background<int>>> threads;
  for (int i = 1; i <= kThreads; ++i) {
    threads.push_back(std::make_unique<Background<int>>([this, i] {
      int errors = 0;
      for (int round = 0; round < kRounds; ++round) {
        auto [ours, theirs] = MustMakePair();
        const NativeHandle handle = ours.native_handle();
        if (set().Add(handle, kRead, i) != 0) ++errors;
        if (set().Change(handle, kBoth, i) != 0) ++errors;
        set().get().Wake();
        if (set().Remove(handle) != 0) ++errors;
      }
      return errors;
    }));
  }
  bool ended = false;
  while (!ended) {
    EXPECT_EQ(set().Await().events.count(kThreads + 1), 0u);
    ended = std::all_of(threads.begin(), threads.end(),
                        [](const auto& thread) { return thread->ended(); });
  }
  for (const auto& thread : threads) EXPECT_EQ(thread->Result(), 0);
  EXPECT_EQ(set().Remove(ours_.native_handle()), 0);
  EXPECT_TRUE(set().Look().events.empty());
}

}  // namespace
}  // namespace mortise
