// Timers beside a Poller. Python: the heap of sched.scheduler.
//
//   absl::StatusOr<mortise::Poller> poller = mortise::Poller::Create();
//   if (!poller.ok()) return poller.status();
//   mortise::TimerQueue timers;
//   timers.Add(absl::Seconds(5), /*key=*/1);
//   mortise::PollResult ready;
//   while (!timers.empty()) {
//     absl::Status status = poller->Wait(timers.UntilNext(), &ready);
//     if (!status.ok()) return status;
//     while (const auto due = timers.PopDue()) std::cout << due->key << "\n";
//   }
//
// There are no callbacks and no threads: a timer is a moment and a key, and the
// program asks which moments have passed.
//
// Thread safety: none. A queue is for one thread at a time.

#ifndef MORTISE_CORE_TIMER_QUEUE_H_
#define MORTISE_CORE_TIMER_QUEUE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"

namespace mortise {

class ClockCalls;
class Platform;

// A timer of a TimerQueue. A queue gives each number once. It means nothing to
// another queue.
enum class TimerId : std::uint64_t {};

class TimerQueue {
 public:
  // A timer that is due.
  struct Due {
    TimerId id;
    // The `key` of its Add.
    std::uint64_t key;
  };

  // Measures time with the monotonic clock of `platform` (ClockCalls::Now), so
  // setting the time of day changes nothing. `platform` must outlive the queue;
  // nullptr is the operating system.
  explicit TimerQueue(Platform* platform = nullptr);

  // Adds a timer that is due in `after`. It is due at once if `after` is zero
  // or negative, and never if it is infinite. Python: enter.
  TimerId Add(absl::Duration after, std::uint64_t key);
  // Removes a timer. Returns false if it has been taken out or removed before.
  // Python: cancel.
  bool Cancel(TimerId id);

  // How long it is until the next timer is due. It is the timeout for
  // Poller::Wait. Zero if a timer is due now. Infinite if there is no timer, or
  // if none is ever due.
  absl::Duration UntilNext();

  // Takes out the timer that has been due for the longest time. Returns nullopt
  // if none is due. Those of the same moment come in the order of their Add. A
  // timer is never early.
  std::optional<Due> PopDue();

  // How many timers there are, with those that are due and those that never
  // are. Python: len(queue).
  std::size_t size() const { return live_.size(); }
  bool empty() const { return live_.empty(); }

 private:
  struct Entry {
    absl::Duration at;
    TimerId id;
  };
  static bool IsLater(const Entry& a, const Entry& b);
  // Drops cancelled entries from the front.
  void DropCancelled();
  void Pop();

  ClockCalls* clock_;
  std::uint64_t last_id_ = 0;
  // A heap with the earliest in front. A cancelled entry stays until it gets
  // there, or until there are more of them than of the others.
  std::vector<Entry> heap_;
  // The keys of the timers that have not been cancelled.
  absl::flat_hash_map<std::uint64_t, std::uint64_t> live_;
};

}  // namespace mortise

#endif  // MORTISE_CORE_TIMER_QUEUE_H_
