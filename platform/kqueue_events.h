// What an event of kqueue(2) means to a poll set. It does not use the headers
// of a system that has kqueue, so that it is tested on every system.

#ifndef MORTISE_PLATFORM_KQUEUE_EVENTS_H_
#define MORTISE_PLATFORM_KQUEUE_EVENTS_H_

#include <cstdint>

#include "mortise/platform/poll_events.h"

namespace mortise {

// One event, as kevent(2) reports it.
struct KqueueEvent {
  bool is_write = false;   // EVFILT_WRITE, otherwise EVFILT_READ
  bool is_end = false;     // EV_EOF
  bool is_urgent = false;  // EV_OOBAND
  // `fflags` of a socket that has ended: its error.
  std::uint32_t error = 0;
  // How much can be received or sent.
  std::int64_t data = 0;
};

// How a filter reports from then on.
enum class KqueueTrigger : std::uint8_t {
  kLevel,
  kEdge,  // EV_CLEAR
};

struct KqueueMeaning {
  // kNone if there is nothing to report.
  PollEvents events = PollEvents::kNone;
  KqueueTrigger trigger = KqueueTrigger::kLevel;
};

// The end belongs to the filter that tells it: a peer that sends nothing more
// can still receive.
//
// macOS reports urgent data also if there is no other data. No ordinary receive
// takes it, so a filter that reports by level would report it for ever. Such a
// filter reports by edge until there is something to receive.
constexpr KqueueMeaning MeaningOf(const KqueueEvent& event) {
  if (event.is_write) {
    return {event.is_end ? PollEvents::kWritable | PollEvents::kFailed
                         : PollEvents::kWritable,
            KqueueTrigger::kLevel};
  }
  if (event.is_end) {
    const PollEvents ended = PollEvents::kReadable | PollEvents::kEnded;
    return {event.error != 0 ? ended | PollEvents::kFailed : ended,
            KqueueTrigger::kLevel};
  }
  if (event.is_urgent && event.data == 0) {
    return {PollEvents::kNone, KqueueTrigger::kEdge};
  }
  return {PollEvents::kReadable, KqueueTrigger::kLevel};
}

}  // namespace mortise

#endif  // MORTISE_PLATFORM_KQUEUE_EVENTS_H_
