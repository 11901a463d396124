#include "mortise/core/timer_queue.h"

#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/platform/mock/mock_platform.h"

namespace mortise {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class TimerQueueTest : public testing::Test {
 protected:
  std::vector<std::uint64_t> DueKeys() {
    std::vector<std::uint64_t> keys;
    while (const std::optional<TimerQueue::Due> due = timers_.PopDue()) {
      keys.push_back(due->key);
    }
    return keys;
  }

  MockPlatform mock_;
  TimerQueue timers_{&mock_.platform};
};

TEST_F(TimerQueueTest, TheEarliestComesFirstAndNotEarly) {
  timers_.Add(absl::Seconds(3), 3);
  timers_.Add(absl::Seconds(1), 1);
  timers_.Add(absl::Seconds(2), 2);
  EXPECT_EQ(timers_.UntilNext(), absl::Seconds(1));
  mock_.clock.Advance(absl::Seconds(1) - absl::Nanoseconds(1));
  EXPECT_EQ(timers_.UntilNext(), absl::Nanoseconds(1));
  EXPECT_THAT(DueKeys(), IsEmpty());
  mock_.clock.Advance(absl::Nanoseconds(1));
  EXPECT_THAT(DueKeys(), ElementsAre(1));
  EXPECT_EQ(timers_.UntilNext(), absl::Seconds(1));
  mock_.clock.Advance(absl::Hours(1));
  EXPECT_EQ(timers_.UntilNext(), absl::ZeroDuration());
  EXPECT_THAT(DueKeys(), ElementsAre(2, 3));
  EXPECT_EQ(timers_.UntilNext(), absl::InfiniteDuration());
  EXPECT_TRUE(timers_.empty());
}

TEST_F(TimerQueueTest, ThoseOfOneMomentComeInTheOrderOfAdd) {
  for (std::uint64_t key = 0; key < 100; ++key) {
    timers_.Add(absl::Seconds(1), key);
  }
  mock_.clock.Advance(absl::Seconds(1));
  const std::vector<std::uint64_t> keys = DueKeys();
  ASSERT_EQ(keys.size(), 100u);
  for (std::uint64_t key = 0; key < 100; ++key) EXPECT_EQ(keys[key], key);
}

TEST_F(TimerQueueTest, CancelTakesOneTimerOut) {
  const TimerId first = timers_.Add(absl::Seconds(1), 1);
  const TimerId second = timers_.Add(absl::Seconds(2), 2);
  EXPECT_TRUE(timers_.Cancel(first));
  EXPECT_FALSE(timers_.Cancel(first));
  EXPECT_EQ(timers_.size(), 1u);
  EXPECT_EQ(timers_.UntilNext(), absl::Seconds(2));
  mock_.clock.Advance(absl::Seconds(2));
  EXPECT_THAT(DueKeys(), ElementsAre(2));
  EXPECT_FALSE(timers_.Cancel(second));
  EXPECT_FALSE(timers_.Cancel(static_cast<TimerId>(1000)));
}

TEST_F(TimerQueueTest, NowIsDueAtOnceAndInfiniteNever) {
  timers_.Add(absl::InfiniteDuration(), 1);
  timers_.Add(-absl::InfiniteDuration(), 2);
  timers_.Add(absl::ZeroDuration(), 3);
  timers_.Add(-absl::Seconds(1), 4);
  EXPECT_THAT(DueKeys(), ElementsAre(2, 4, 3));
  EXPECT_EQ(timers_.UntilNext(), absl::InfiniteDuration());
  mock_.clock.Advance(absl::Hours(24 * 365));
  EXPECT_THAT(DueKeys(), IsEmpty());
  EXPECT_EQ(timers_.size(), 1u);
}

// Against a list that is searched for the earliest each time.
TEST_F(TimerQueueTest, AgreesWithASlowQueue) {
  std::mt19937 random(20);
  std::map<std::pair<absl::Duration, TimerId>, std::uint64_t> slow;
  for (int i = 0; i < 20000; ++i) {
    switch (random() % 4) {
      case 0:
      case 1: {
        const absl::Duration after = absl::Milliseconds(random() % 50);
        const TimerId id = timers_.Add(after, i);
        slow[{mock_.clock.elapsed() + after, id}] = i;
        break;
      }
      case 2: {
        if (slow.empty()) break;
        auto chosen = slow.begin();
        std::advance(chosen, random() % slow.size());
        EXPECT_TRUE(timers_.Cancel(chosen->first.second));
        slow.erase(chosen);
        break;
      }
      default: {
        mock_.clock.Advance(absl::Milliseconds(random() % 20));
        std::vector<std::uint64_t> keys;
        while (!slow.empty() &&
               slow.begin()->first.first <= mock_.clock.elapsed()) {
          keys.push_back(slow.begin()->second);
          slow.erase(slow.begin());
        }
        ASSERT_EQ(DueKeys(), keys);
      }
    }
    ASSERT_EQ(timers_.size(), slow.size());
  }
}

}  // namespace
}  // namespace mortise
