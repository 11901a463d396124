// What ends a wait from outside.
//
//   waiter:  platform.readiness().WaitInterruptibly(targets, {interrupt}, t);
//   another: interrupt->Set();

#ifndef MORTISE_PLATFORM_WAIT_INTERRUPT_H_
#define MORTISE_PLATFORM_WAIT_INTERRUPT_H_

#include <atomic>

#include "absl/types/span.h"

namespace mortise {

// A flag that waits look at. One thread at a time may wait for an interrupt
// that is cleared. Any number of threads may wait for an interrupt that nobody
// ever clears: `Set` ends the waits of all of them, and all later ones.
//
// Thread safety: any thread may call `Set` and `is_set` at any time, as long as
// the object lives. A backend may promise more, such as that a signal handler
// may call `Set`. `Clear` is for the thread that waits.
// No method blocks.
class WaitInterrupt {
 public:
  virtual ~WaitInterrupt() = default;
  WaitInterrupt(const WaitInterrupt&) = delete;
  WaitInterrupt& operator=(const WaitInterrupt&) = delete;

  // Ends the wait that is under way, or else the next one, and every further
  // one until `Clear`. What the caller wrote before is seen after that wait.
  //
  // In a process other than the one that made the object (a forked child), it
  // does not reach the maker.
  void Set() {
    if (!is_set_.exchange(true, std::memory_order_seq_cst)) Signal();
  }

  bool is_set() const { return is_set_.load(std::memory_order_seq_cst); }

  // Takes `Set` back. The thread that waits calls it before it looks at what it
  // waits for: what another thread wrote before a `Set` that this takes back is
  // seen afterwards.
  void Clear() {
    if (!is_set()) return;
    Drain();
    is_set_.exchange(false, std::memory_order_seq_cst);
  }

  // For the backend's wait, which calls it when it has ended because of this
  // interrupt: takes back the signal of a `Set` that was in progress during
  // `Clear`.
  void DrainUnlessSet() {
    if (is_set()) return;
    Drain();
    // Another thread may have set it since, and the signal was its own.
    if (is_set()) Signal();
  }

  // False in a forked child of the process that made it: the child must not
  // wait for it, because the two would take each other's signals.
  virtual bool IsOfThisProcess() const { return true; }

 protected:
  WaitInterrupt() = default;

 private:
  // Makes a wait end, and takes that back. A `Signal` that is late, because
  // another thread is in the middle of `Set`, may stay after `Drain`. The
  // backend's wait then ends early once, and takes it back.
  virtual void Signal() = 0;
  virtual void Drain() = 0;

  std::atomic<bool> is_set_{false};
};

// Whether one of `interrupts` is set.
inline bool AnyIsSet(absl::Span<WaitInterrupt* const> interrupts) {
  for (const WaitInterrupt* interrupt : interrupts) {
    if (interrupt->is_set()) return true;
  }
  return false;
}

}  // namespace mortise

#endif  // MORTISE_PLATFORM_WAIT_INTERRUPT_H_
