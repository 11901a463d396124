// The threads that wait for a connection. Whoever changes what one of them
// waits for ends its wait.

#ifndef MORTISE_CORE_TLS_INTERNAL_TLS_WAITERS_H_
#define MORTISE_CORE_TLS_INTERNAL_TLS_WAITERS_H_

#include <cstdint>
#include <memory>
#include <utility>

#include "mortise/core/poll_source.h"
#include "mortise/platform/readiness_calls.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {
namespace internal {

// For one thread at a time.
class TlsWaiters {
 public:
  // One thread that waits for `events`.
  struct Waiter {
    WaitEvents events = WaitEvents::kNone;
    WaitInterrupt* interrupt = nullptr;
    Waiter* previous = nullptr;
    Waiter* next = nullptr;
  };

  void Enter(Waiter& waiter) {
    waiter.next = first_;
    if (first_ != nullptr) first_->previous = &waiter;
    first_ = &waiter;
  }

  void Leave(Waiter& waiter) {
    (waiter.previous == nullptr ? first_ : waiter.previous->next) = waiter.next;
    if (waiter.next != nullptr) waiter.next->previous = waiter.previous;
  }

  // Something has changed for those who wait for `event`. Ends their waits,
  // whatever else they wait for.
  void Changed(WaitEvents event) {
    ++moment_;
    for (const Waiter* w = first_; w != nullptr; w = w->next) {
      if (Has(w->events, event)) w->interrupt->Set();
    }
    if (observer_ != nullptr) observer_->Changed();
  }

  // Something has changed for everyone: every set of events has kNone.
  void AllChanged() { Changed(WaitEvents::kNone); }

  // A poller waits all the time, for everything. Returns what there was before.
  std::shared_ptr<PollObserver> SetObserver(
      std::shared_ptr<PollObserver> observer) {
    return std::exchange(observer_, std::move(observer));
  }

  // The number of changes, from 1 on. A try that was made at another moment
  // says nothing about what to wait for now.
  std::uint64_t moment() const { return moment_; }

 private:
  Waiter* first_ = nullptr;
  std::shared_ptr<PollObserver> observer_;
  std::uint64_t moment_ = 1;
};

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_TLS_INTERNAL_TLS_WAITERS_H_
