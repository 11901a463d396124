#include "mortise/platform/sim/schedule/event_queue.h"

#include <cstddef>
#include <cstdint>
#include <utility>

namespace mortise {
namespace sim {

EventId EventQueue::Add(Event event) {
  if (free_slots_.empty()) {
    free_slots_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const std::uint32_t index = free_slots_.back();
  free_slots_.pop_back();
  Slot& slot = slots_[index];
  ++slot.generation;
  const Time time = event.time;
  slot.event = std::move(event);
  heap_.emplace_back();
  Put(heap_.size() - 1, {time, added_++, index});
  MoveUp(heap_.size() - 1);
  return {index, slot.generation};
}

EventQueue::Event EventQueue::Cancel(EventId id) {
  if (id.generation == 0 || id.slot >= slots_.size()) return {};
  const Slot& slot = slots_[id.slot];
  // The generation of a free slot is that of its last event.
  const bool queued = slot.place < heap_.size() &&
                      heap_[slot.place].slot == id.slot &&
                      slot.generation == id.generation;
  return queued ? RemoveAt(slot.place) : Event();
}

EventQueue::Event EventQueue::TakeFirst() { return RemoveAt(0); }

EventQueue::Event EventQueue::RemoveAt(std::size_t place) {
  const std::uint32_t index = heap_[place].slot;
  Event event = std::move(slots_[index].event);
  slots_[index].event = {};
  free_slots_.push_back(index);

  const Node last = heap_.back();
  heap_.pop_back();
  if (place < heap_.size()) {
    Put(place, last);
    MoveUp(place);
    MoveDown(slots_[last.slot].place);
  }
  return event;
}

void EventQueue::MoveUp(std::size_t place) {
  const Node node = heap_[place];
  while (place > 0) {
    const std::size_t parent = (place - 1) / 2;
    if (!IsBefore(node, heap_[parent])) break;
    Put(place, heap_[parent]);
    place = parent;
  }
  Put(place, node);
}

void EventQueue::MoveDown(std::size_t place) {
  const Node node = heap_[place];
  for (;;) {
    std::size_t child = 2 * place + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && IsBefore(heap_[child + 1], heap_[child])) {
      ++child;
    }
    if (!IsBefore(heap_[child], node)) break;
    Put(place, heap_[child]);
    place = child;
  }
  Put(place, node);
}

}  // namespace sim
}  // namespace mortise
