// How threads wait for a simulated host, and what time it is there.
//
// The vtable's classes are the same in every mode of a simulation. What differs
// is behind this interface: in open mode real threads wait for real time
// (open_mode.h), and under a scheduler one thread at a time runs in virtual
// time.

#ifndef MORTISE_PLATFORM_SIM_HOST_WAITING_H_
#define MORTISE_PLATFORM_SIM_HOST_WAITING_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/outbox.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/time.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {
namespace sim {

class SimThread;

// What a call is, for reports and traces. Everything that it refers to must
// outlive the call. A value type.
struct CallInfo {
  // `name` is a constant.
  CallInfo(const char* name) : name(name) {}  // NOLINT: a call by its name
  CallInfo(const char* name, const NativeHandle& handle,
           const SockAddr* address = nullptr)
      : name(name),
        handles(absl::MakeConstSpan(&handle, 1)),
        address(address) {}

  const char* name;
  absl::Span<const NativeHandle> handles;
  // May be nullptr.
  const SockAddr* address = nullptr;
  // Whether destructors make the call. They run under all kinds of locks, so no
  // other thread may have a turn because of it.
  bool is_of_destructors = false;
};

// How a call has ended, for traces. A value type.
struct CallOutcome {
  ErrorCode error = kDone;
  // What the call returned, as far as that is a number.
  std::int64_t value = 0;
  // The rule that is about to do something to the call, which has not ended
  // then. Empty if there is none.
  absl::string_view rule = {};
};

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

  // Whether a signal has come, which ends the call unless something else has
  // woken it.
  bool is_signalled() const { return is_signalled_; }
  // A signal comes. Returns whether it ends the wait.
  bool TakeSignal() {
    if (is_woken_ || is_signalled_ || ignores_signals_) return false;
    is_signalled_ = true;
    return true;
  }
  // Look-ups go on at a signal.
  void IgnoreSignals() { ignores_signals_ = true; }

  // The thread that waits, if the mode has threads of its own. nullptr before
  // the wait.
  SimThread* thread() const { return thread_; }
  void set_thread(SimThread* thread) { thread_ = thread; }

 private:
  friend class VirtualMode;
  friend class Waiting;

  const absl::Span<WaitInterrupt* const> interrupts_;
  SimThread* thread_ = nullptr;
  bool is_woken_ = false;
  bool is_signalled_ = false;
  bool ignores_signals_ = false;
  // Of VirtualMode: where it waits, and its place in the list of waits.
  const Kernel* kernel_ = nullptr;
  std::size_t place_ = 0;
};

// Thread safety: any thread that the mode admits may call it.
class Waiting {
 public:
  virtual ~Waiting() = default;

  // Begins `call`: takes the lock of the simulation, under which kernels may be
  // called. Under a scheduler it is also a scheduling point, unless destructors
  // make the call. Returns false if the run is ending. Then the call fails with
  // kEcanceled, and must not use the kernel.
  virtual bool Begin(const CallInfo& call) = 0;
  // Ends a call on `kernel`: gives the lock back, after packets that are due
  // have been delivered.
  virtual void End(Kernel& kernel) = 0;

  // Gives the lock back, waits until `waiter` is woken or it is `deadline` for
  // the kernel, and takes the lock again. It may return earlier. If an
  // interrupt of the waiter is set, it does not wait. Returns false if the run
  // is ending. Then the call fails with kEcanceled. To be called between Begin
  // and End.
  virtual bool Wait(Kernel& kernel, const CallInfo& call, Waiter& waiter,
                    Time deadline) = 0;

  // Adds `call` on `kernel` and how it has ended, or which rule has decided
  // about it, to the trace of the run, if there is one. To be called between
  // Begin and End.
  virtual void Trace(const Kernel& /*kernel*/, const CallInfo& /*call*/,
                     const CallOutcome&) {}

  // The name of the calling thread, for reports. Empty if the mode has no
  // threads of its own.
  virtual std::string Caller() const { return ""; }

  // The virtual time. Needs no lock.
  virtual Time Now() = 0;
  // The same for a program that asks for it, which a scheduler counts as a
  // call.
  virtual Time ReadClock() { return Now(); }

  // Wakes `waiter`. The caller holds the lock, and is not waiting.
  void Wake(Waiter& waiter) {
    if (waiter.is_woken_) return;
    waiter.is_woken_ = true;
    WakeThread(waiter);
  }

  // Makes all waits look at their interrupts, soon. Any thread may call it,
  // with the lock or without it.
  virtual void LookAtInterrupts() = 0;

  // Where kernels of this simulation put their packets.
  virtual Outbox& outbox() = 0;
  // Adds a kernel, whose timers then run. It must outlive its removal. The
  // caller is in no call.
  virtual void AddKernel(Kernel& kernel) = 0;
  virtual void RemoveKernel(Kernel& kernel) = 0;

 private:
  virtual void WakeThread(Waiter& waiter) = 0;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOST_WAITING_H_
