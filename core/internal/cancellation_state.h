// What the copies of a Cancellation share, and how a wait looks at it.
//
//   CancellationState* const token = socket.cancellation();  // may be nullptr
//   const TokenInterrupt interrupt(token, platform.readiness());
//   if (interrupt.error() != 0) ...
//   // Try the call. If it has to wait, and has a token:
//   if (token->is_cancelled()) return CancelledError(operation);
//   readiness.WaitInterruptibly(targets, interrupt.span(), timeout);
//   // Try again.

#ifndef MORTISE_CORE_INTERNAL_CANCELLATION_STATE_H_
#define MORTISE_CORE_INTERNAL_CANCELLATION_STATE_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/backend.h"

namespace mortise {
namespace internal {

// Thread safety: any thread may call every method at any time. Nothing here
// locks, so a forked child may use it whatever the threads of its parent were
// doing. No method blocks.
class CancellationState {
 public:
  // A token without a deadline, and one whose deadline is `timeout` from now on
  // `clock`, which must outlive it. The caller has the only reference.
  static CancellationState* New() { return new CancellationState(nullptr, {}); }
  static CancellationState* New(ClockCalls& clock, absl::Duration timeout) {
    return new CancellationState(&clock, clock.Now() + timeout);
  }

  CancellationState(const CancellationState&) = delete;
  CancellationState& operator=(const CancellationState&) = delete;

  void Ref() { references_.fetch_add(1, std::memory_order_relaxed); }
  void Unref() {
    if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

  // Ends the waits of this process, now and in the future. Only atomic
  // operations and WaitInterrupt::Set, so that a signal handler may call it
  // where it may call that.
  void Cancel();
  bool is_cancelled() const {
    return cancelled_.load(std::memory_order_seq_cst);
  }

  // The time that is left until the deadline: zero if it has passed, infinite
  // if there is none.
  absl::Duration Remaining() const;

  // Returns the interrupt that ends waits of `readiness`, which must outlive
  // this object. All of them share it, and it is never cleared. It is set if
  // `Cancel` has been called. Fails as ReadinessCalls::NewInterrupt does.
  SysResult<WaitInterrupt*> InterruptFor(ReadinessCalls& readiness);

 private:
  // An interrupt and what it is for. Never changed or taken out, so that Cancel
  // needs no lock.
  struct Slot {
    ReadinessCalls* readiness;
    std::unique_ptr<WaitInterrupt> interrupt;
    Slot* next;
  };

  CancellationState(ClockCalls* clock, absl::Duration at)
      : clock_(clock), at_(at) {}
  ~CancellationState();

  // Looks in the list that begins with `first`. nullptr if there is none yet.
  static Slot* Find(Slot* first, const ReadinessCalls& readiness);

  std::atomic<std::uint32_t> references_{1};
  std::atomic<bool> cancelled_{false};
  // One for each kind of waiting, which is one in most programs, and in a
  // forked child those of its parent as well.
  std::atomic<Slot*> slots_{nullptr};
  // nullptr if there is no deadline.
  ClockCalls* const clock_;
  const absl::Duration at_;
};

// A reference to a state, or none.
class CancellationPointer {
 public:
  CancellationPointer() = default;
  // Takes over a reference.
  explicit CancellationPointer(CancellationState* state) : state_(state) {}
  CancellationPointer(const CancellationPointer& other) : state_(other.state_) {
    if (state_ != nullptr) state_->Ref();
  }
  CancellationPointer(CancellationPointer&& other) noexcept
      : state_(std::exchange(other.state_, nullptr)) {}
  CancellationPointer& operator=(CancellationPointer other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  ~CancellationPointer() {
    if (state_ != nullptr) state_->Unref();
  }

  // A further reference to `state`, which may be nullptr.
  static CancellationPointer Share(CancellationState* state) {
    if (state != nullptr) state->Ref();
    return CancellationPointer(state);
  }

  CancellationState* get() const { return state_; }

 private:
  CancellationState* state_ = nullptr;
};

// The interrupt of a token for one call. It is empty if there is no token. It
// may be empty, too, if the token has been cancelled: the call must not wait
// then, and there may be no interrupt to be had. So a call asks is_cancelled
// afterwards, before each wait.
class TokenInterrupt {
 public:
  TokenInterrupt(CancellationState* token, ReadinessCalls& readiness) {
    if (token == nullptr || token->is_cancelled()) return;
    made_ = token->InterruptFor(readiness);
    // Cancelled meanwhile, it is not needed any more.
    if (!made_.ok() && token->is_cancelled()) made_ = {};
  }

  // The platform's number if one is needed and there is none to be had, 0
  // otherwise.
  int error() const { return made_.error; }
  // nullptr if there is none.
  WaitInterrupt* get() const { return made_.value; }
  // What to wait with. Valid as long as this object.
  absl::Span<WaitInterrupt* const> span() const {
    return absl::MakeConstSpan(&made_.value, made_.value == nullptr ? 0 : 1);
  }

 private:
  SysResult<WaitInterrupt*> made_ = {};
};

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_CANCELLATION_STATE_H_
