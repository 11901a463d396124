// What a Poller finds ready. See mortise/core/poller.h.

#ifndef MORTISE_CORE_POLL_RESULT_H_
#define MORTISE_CORE_POLL_RESULT_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <vector>

#include "mortise/core/internal/poll_registration.h"
#include "mortise/platform/poll_events.h"
#include "mortise/platform/poll_set.h"

namespace mortise {

namespace internal {
class PollerState;
}  // namespace internal

// A socket, a stream or a handle that is ready.
struct PollEvent {
  // The `key` of its Register.
  std::uint64_t key = 0;
  // What it is ready for, of the events that were asked for, and hints.
  PollEvents events = PollEvents::kNone;
};

// What a Wait has found. It is allocated once and may be used again and again,
// also with other pollers. Python: what selectors.BaseSelector.select returns.
//
// Thread safety: none. One thread at a time may use it.
//
// Lifetime. The events are valid until the next Wait of the poller that found
// them, even if that Wait is given another result; then this result is empty.
// That Wait must not begin while a thread iterates over the events. An event
// whose socket has left the poller meanwhile is passed over. The result may
// outlive the poller.
class PollResult {
 public:
  static constexpr std::size_t kDefaultCapacity = 256;

  // Has room for `capacity` events; 0 is taken as 1. If streams are registered,
  // there may be one more. Events that find no room come first in the next
  // Wait. The memory is allocated here, none in Wait.
  explicit PollResult(std::size_t capacity = kDefaultCapacity);
  ~PollResult();
  // The other one can only be assigned to or destroyed afterwards.
  PollResult(PollResult&&) noexcept;
  PollResult& operator=(PollResult&&) noexcept;

  // Passes over the events whose sockets have left the poller. This object must
  // neither be moved nor be given to a Wait meanwhile.
  class const_iterator;
  const_iterator begin() const;
  const_iterator end() const;
  bool empty() const;

  // Whether Wake was called since the Wait before, or during this one.
  bool woken() const { return woken_; }

 private:
  friend class internal::PollerState;

  // Makes it empty, for the Wait with the number that `*round` is.
  void Begin(const std::shared_ptr<std::atomic<std::uint64_t>>& round) {
    // After a move there is no room.
    if (events_.empty()) events_.resize(capacity_ + 1);
    size_ = 0;
    woken_ = false;
    round_ = round->load(std::memory_order_relaxed);
    if (last_round_ != round) last_round_ = round;
  }

  // Whether no Wait has begun since the one that filled this.
  bool IsValid() const {
    return last_round_ != nullptr &&
           last_round_->load(std::memory_order_acquire) == round_;
  }

  std::size_t capacity_;
  // One more than the capacity, so that neither streams nor sockets can keep
  // the others out.
  std::vector<PollReady> events_;
  std::size_t size_ = 0;
  bool woken_ = false;
  // The Wait that has filled this, and the poller's number of its last Wait. If
  // they differ, the events are no longer valid.
  std::uint64_t round_ = 0;
  std::shared_ptr<const std::atomic<std::uint64_t>> last_round_;
};

class PollResult::const_iterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = PollEvent;
  using difference_type = std::ptrdiff_t;
  using pointer = const PollEvent*;
  using reference = PollEvent;

  PollEvent operator*() const {
    return {internal::RegistrationOf(*event_).key, event_->events};
  }
  const_iterator& operator++() {
    ++event_;
    PassOver();
    return *this;
  }
  const_iterator operator++(int) {
    const const_iterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const const_iterator& a, const const_iterator& b) {
    return a.event_ == b.event_;
  }
  friend bool operator!=(const const_iterator& a, const const_iterator& b) {
    return !(a == b);
  }

 private:
  friend class PollResult;
  const_iterator(const PollResult& result, const PollReady* event)
      : result_(&result),
        event_(event),
        end_(result.events_.data() + result.size_) {
    PassOver();
  }

  // Goes on to the next event whose socket is still in the poller.
  void PassOver() {
    if (event_ != end_ && !result_->IsValid()) event_ = end_;
    while (event_ != end_ && internal::RegistrationOf(*event_).has_left.load(
                                 std::memory_order_acquire)) {
      ++event_;
    }
  }

  const PollResult* result_;
  const PollReady* event_;
  const PollReady* end_;
};

inline PollResult::const_iterator PollResult::begin() const {
  return const_iterator(*this, events_.data());
}

inline PollResult::const_iterator PollResult::end() const {
  return const_iterator(*this, events_.data() + size_);
}

inline bool PollResult::empty() const { return begin() == end(); }

}  // namespace mortise

#endif  // MORTISE_CORE_POLL_RESULT_H_
