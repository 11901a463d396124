#include "mortise/platform/sim/schedule/event_queue.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "mortise/platform/sim/random.h"

namespace mortise {
namespace sim {
namespace {

EventQueue::Event At(
    Time time, std::function<void()> call = [] {}) {
  EventQueue::Event event;
  event.time = time;
  event.call = std::move(call);
  return event;
}

std::vector<Time> TakeAll(EventQueue& queue) {
  std::vector<Time> times;
  while (!queue.empty()) times.push_back(queue.TakeFirst().time);
  return times;
}

TEST(EventQueueTest, TakesTheEarliestFirst) {
  EventQueue queue;
  for (const Time time : {5, 1, 4, 2, 3}) queue.Add(At(time));
  EXPECT_EQ(queue.size(), 5u);
  EXPECT_EQ(queue.first_time(), 1);
  EXPECT_EQ(TakeAll(queue), (std::vector<Time>{1, 2, 3, 4, 5}));
}

TEST(EventQueueTest, EventsOfOneTimeKeepTheirOrder) {
  EventQueue queue;
  std::vector<int> called;
  for (int i = 0; i < 100; ++i) {
    queue.Add(At(i % 2, [&called, i] { called.push_back(i); }));
  }
  while (!queue.empty()) queue.TakeFirst().call();
  std::vector<int> expected;
  for (int i = 0; i < 100; i += 2) expected.push_back(i);
  for (int i = 1; i < 100; i += 2) expected.push_back(i);
  EXPECT_EQ(called, expected);
}

TEST(EventQueueTest, ACancelledEventIsGone) {
  EventQueue queue;
  queue.Add(At(1));
  const EventId second = queue.Add(At(2));
  queue.Add(At(3));
  EXPECT_EQ(queue.Cancel(second).time, 2);
  EXPECT_EQ(TakeAll(queue), (std::vector<Time>{1, 3}));
}

TEST(EventQueueTest, NothingIsCancelledTwice) {
  EventQueue queue;
  const EventId id = queue.Add(At(1));
  EXPECT_TRUE(queue.Cancel(id).call);
  EXPECT_FALSE(queue.Cancel(id).call);
  // The slot is used again, and the old name does not fit the new event.
  queue.Add(At(2));
  EXPECT_FALSE(queue.Cancel(id).call);
  EXPECT_EQ(queue.size(), 1u);
}

TEST(EventQueueTest, AnEventThatHasHappenedIsNotCancelled) {
  EventQueue queue;
  const EventId id = queue.Add(At(1));
  queue.TakeFirst();
  EXPECT_FALSE(queue.Cancel(id).call);
  EXPECT_FALSE(queue.Cancel({}).call);
}

TEST(EventQueueTest, DestroysWhatACancelledCallHas) {
  EventQueue queue;
  auto owned = std::make_shared<int>(1);
  const EventId id = queue.Add(At(1, [owned] {}));
  EXPECT_EQ(owned.use_count(), 2);
  queue.Cancel(id);
  EXPECT_EQ(owned.use_count(), 1);
}

// Compares it with a sorted list, over random operations.
TEST(EventQueueTest, DoesWhatASortedListDoes) {
  struct Known {
    Time time;
    int number;
    EventId id;
  };
  Random random(1);
  EventQueue queue;
  std::vector<Known> known;
  int added = 0;
  int called = -1;
  for (int step = 0; step < 20000; ++step) {
    const std::uint64_t kind = random.Below(5);
    if (kind < 3) {
      const Time time = random.Between(0, 50);
      const int number = added++;
      const EventId id =
          queue.Add(At(time, [&called, number] { called = number; }));
      const auto place = std::upper_bound(
          known.begin(), known.end(), time,
          [](Time t, const Known& other) { return t < other.time; });
      known.insert(place, {time, number, id});
    } else if (known.empty()) {
      EXPECT_TRUE(queue.empty());
    } else if (kind == 3) {
      queue.TakeFirst().call();
      ASSERT_EQ(called, known.front().number);
      known.erase(known.begin());
    } else {
      const auto place = known.begin() + static_cast<std::ptrdiff_t>(
                                             random.Below(known.size()));
      queue.Cancel(place->id).call();
      ASSERT_EQ(called, place->number);
      known.erase(place);
    }
    ASSERT_EQ(queue.size(), known.size());
  }
}

}  // namespace
}  // namespace sim
}  // namespace mortise
