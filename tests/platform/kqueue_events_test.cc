#include "mortise/platform/kqueue_events.h"

#include "gtest/gtest.h"
#include "mortise/platform/poll_events.h"

namespace mortise {
namespace {

constexpr PollEvents kReadable = PollEvents::kReadable;
constexpr PollEvents kWritable = PollEvents::kWritable;
constexpr PollEvents kEnded = PollEvents::kEnded;
constexpr PollEvents kFailed = PollEvents::kFailed;

KqueueEvent Read(int data) {
  KqueueEvent event;
  event.data = data;
  return event;
}

KqueueEvent Write(int data) {
  KqueueEvent event = Read(data);
  event.is_write = true;
  return event;
}

KqueueEvent Ended(KqueueEvent event, unsigned error = 0) {
  event.is_end = true;
  event.error = error;
  return event;
}

KqueueEvent Urgent(KqueueEvent event) {
  event.is_urgent = true;
  return event;
}

void ExpectLevel(const KqueueEvent& event, PollEvents events) {
  const KqueueMeaning meaning = MeaningOf(event);
  EXPECT_EQ(meaning.events, events);
  EXPECT_EQ(meaning.trigger, KqueueTrigger::kLevel);
}

TEST(KqueueEventsTest, EachFilterIsItsOwnEvent) {
  ExpectLevel(Read(5), kReadable);
  ExpectLevel(Write(5), kWritable);
}

// An empty datagram, or what a kernel does not count.
TEST(KqueueEventsTest, WithoutDataItIsReadableAllTheSame) {
  ExpectLevel(Read(0), kReadable);
  ExpectLevel(Write(0), kWritable);
}

// A peer that has ended sending can still receive. Data that came before the
// end is still there.
TEST(KqueueEventsTest, TheEndBelongsToItsFilter) {
  ExpectLevel(Ended(Read(0)), kReadable | kEnded);
  ExpectLevel(Ended(Read(5)), kReadable | kEnded);
  ExpectLevel(Ended(Write(0)), kWritable | kFailed);
}

TEST(KqueueEventsTest, ARefusedConnectionHasFailed) {
  constexpr unsigned kRefused = 61;
  ExpectLevel(Ended(Read(0), kRefused), kReadable | kEnded | kFailed);
  ExpectLevel(Ended(Write(0), kRefused), kWritable | kFailed);
}

TEST(KqueueEventsTest, OnlyUrgentDataIsNotReadable) {
  const KqueueMeaning meaning = MeaningOf(Urgent(Read(0)));
  EXPECT_EQ(meaning.events, PollEvents::kNone);
  EXPECT_EQ(meaning.trigger, KqueueTrigger::kEdge);
}

TEST(KqueueEventsTest, UrgentDataHidesNothing) {
  ExpectLevel(Urgent(Read(5)), kReadable);
  ExpectLevel(Ended(Urgent(Read(0))), kReadable | kEnded);
  ExpectLevel(Urgent(Write(5)), kWritable);
}

}  // namespace
}  // namespace mortise
