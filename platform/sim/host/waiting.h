// How threads wait for a simulated host, and what time it is there.
//
// The vtable's classes are the same in every mode of a simulation. What differs
// is behind this interface: in open mode real threads wait for real time
// (open_mode.h), and under a scheduler one thread at a time runs in virtual
// time.

#ifndef MORTISE_PLATFORM_SIM_HOST_WAITING_H_
#define MORTISE_PLATFORM_SIM_HOST_WAITING_H_

#include <memory>

#include "absl/types/span.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/outbox.h"
#include "mortise/platform/sim/time.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {
namespace sim {

// One wait of one thread, which it makes on its stack. It is woken once one of
// the sockets, interrupts or poll sets that it waits for may be ready.
//
// Thread safety: the lock of the simulation guards it.
class Waiter {
 public:
  Waiter() = default;
  explicit Waiter(absl::Span<WaitInterrupt* const> interrupts)
      : interrupts_(interrupts) {}
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  absl::Span<WaitInterrupt* const> interrupts() const { return interrupts_; }
  bool is_woken() const { return is_woken_; }

 private:
  friend class Waiting;

  const absl::Span<WaitInterrupt* const> interrupts_;
  bool is_woken_ = false;
};

// Thread safety: any thread that the mode admits may call it.
class Waiting {
 public:
  virtual ~Waiting() = default;

  // Takes the lock of the simulation, under which kernels may be called. Does
  // not wait for anything else.
  virtual void Lock() = 0;
  // Gives it back, after packets that are due have been delivered.
  virtual void Unlock() = 0;

  // The virtual time. Needs no lock.
  virtual Time Now() = 0;

  // Gives the lock back, waits until `waiter` is woken or it is `deadline`, and
  // takes the lock again. It may return earlier. If an interrupt of the waiter
  // is set, it does not wait. The caller holds the lock.
  virtual void Wait(Waiter& waiter, Time deadline) = 0;

  // Wakes `waiter`. The caller holds the lock, and is not waiting.
  void Wake(Waiter& waiter) {
    if (waiter.is_woken_) return;
    waiter.is_woken_ = true;
    WakeThread(waiter);
  }

  // Makes all waits look at their interrupts, soon. Takes no lock, and so may
  // be called from anywhere, with the lock or in a signal handler.
  virtual void LookAtInterrupts() = 0;

  // Where kernels of this simulation put their packets.
  virtual Outbox& outbox() = 0;
  // Adds a kernel, whose timers then run. It must outlive its removal.
  virtual void AddKernel(Kernel& kernel) = 0;
  virtual void RemoveKernel(Kernel& kernel) = 0;

 private:
  virtual void WakeThread(Waiter& waiter) = 0;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOST_WAITING_H_
