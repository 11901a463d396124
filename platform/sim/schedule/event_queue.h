// What will happen at which virtual time.

#ifndef MORTISE_PLATFORM_SIM_SCHEDULE_EVENT_QUEUE_H_
#define MORTISE_PLATFORM_SIM_SCHEDULE_EVENT_QUEUE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {

class SimThread;

// Names an event. The name of an event that has happened or has been cancelled
// is never given to another one.
struct EventId {
  std::uint32_t slot = 0;
  // 0 names no event.
  std::uint64_t generation = 0;
};

// Events in the order of their times. Events of one time are in the order in
// which they were added.
//
// Thread-compatible, and does not block. Adding, cancelling and taking cost the
// logarithm of the number of events.
class EventQueue {
 public:
  // Either a call, or a thread whose wait has timed out.
  struct Event {
    Time time = 0;
    std::function<void()> call;
    SimThread* thread = nullptr;
  };

  bool empty() const { return heap_.empty(); }
  std::size_t size() const { return heap_.size(); }
  // The time of the first event. There must be one.
  Time first_time() const { return heap_.front().time; }

  EventId Add(Event event);

  // Removes the event and returns it. The caller destroys its call, which may
  // run destructors of the caller's objects. Returns an event without a call
  // and without a thread if `id` is no longer in the queue.
  Event Cancel(EventId id);

  // Removes the first event and returns it. There must be one.
  Event TakeFirst();

 private:
  struct Node {
    Time time;
    std::uint64_t number;  // In the order of adding.
    std::uint32_t slot;
  };
  struct Slot {
    std::size_t place = 0;  // In the heap.
    std::uint64_t generation = 0;
    Event event;
  };

  static bool IsBefore(const Node& a, const Node& b) {
    return a.time != b.time ? a.time < b.time : a.number < b.number;
  }
  void Put(std::size_t place, const Node& node) {
    heap_[place] = node;
    slots_[node.slot].place = place;
  }
  void MoveUp(std::size_t place);
  void MoveDown(std::size_t place);
  Event RemoveAt(std::size_t place);

  std::vector<Node> heap_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_slots_;
  std::uint64_t added_ = 0;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_SCHEDULE_EVENT_QUEUE_H_
