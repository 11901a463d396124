#include "mortise/core/internal/cancellation_state.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <utility>

#include "absl/time/time.h"
#include "mortise/platform/backend.h"

namespace mortise {
namespace internal {

CancellationState::~CancellationState() {
  for (Slot* slot = slots_.load(); slot != nullptr;) {
    delete std::exchange(slot, slot->next);
  }
}

// Cancel writes the flag before it reads the list. InterruptFor writes the list
// before it reads the flag. So at least one of them sees what the other has
// written, and sets the interrupt.
void CancellationState::Cancel() {
  cancelled_.store(true, std::memory_order_seq_cst);
  for (Slot* slot = slots_.load(std::memory_order_seq_cst); slot != nullptr;
       slot = slot->next) {
    slot->interrupt->Set();
  }
}

absl::Duration CancellationState::Remaining() const {
  if (clock_ == nullptr || at_ == absl::InfiniteDuration()) {
    return absl::InfiniteDuration();
  }
  return std::max(at_ - clock_->Now(), absl::ZeroDuration());
}

CancellationState::Slot* CancellationState::Find(
    Slot* first, const ReadinessCalls& readiness) {
  for (Slot* slot = first; slot != nullptr; slot = slot->next) {
    // A child that has been forked makes its own: its parent's would not end
    // its waits.
    if (slot->readiness == &readiness && slot->interrupt->IsOfThisProcess()) {
      return slot;
    }
  }
  return nullptr;
}

SysResult<WaitInterrupt*> CancellationState::InterruptFor(
    ReadinessCalls& readiness) {
  Slot* first = slots_.load(std::memory_order_seq_cst);
  if (Slot* const slot = Find(first, readiness)) {
    return {slot->interrupt.get(), 0};
  }
  SysResult<std::unique_ptr<WaitInterrupt>> made = readiness.NewInterrupt();
  if (!made.ok()) return {nullptr, made.error};
  std::unique_ptr<Slot> own(new Slot{&readiness, std::move(made.value), first});
  while (!slots_.compare_exchange_weak(own->next, own.get(),
                                       std::memory_order_seq_cst)) {
    // Another thread has entered one, perhaps for the same. A token keeps only
    // one of them.
    if (Slot* const slot = Find(own->next, readiness)) {
      return {slot->interrupt.get(), 0};
    }
  }
  // The list has it from here on.
  WaitInterrupt* const interrupt = own.release()->interrupt.get();
  if (is_cancelled()) interrupt->Set();
  return {interrupt, 0};
}

}  // namespace internal
}  // namespace mortise
