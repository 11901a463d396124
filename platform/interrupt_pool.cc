#include "mortise/platform/interrupt_pool.h"

#include <atomic>
#include <memory>
#include <utility>

#include "mortise/platform/readiness_calls.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {

InterruptPool::~InterruptPool() {
  for (std::atomic<WaitInterrupt*>& kept : kept_) delete kept.load();
}

SysResult<std::unique_ptr<WaitInterrupt>> InterruptPool::Take(
    ReadinessCalls& readiness) {
  for (std::atomic<WaitInterrupt*>& kept : kept_) {
    if (kept.load(std::memory_order_relaxed) == nullptr) continue;
    std::unique_ptr<WaitInterrupt> interrupt(
        kept.exchange(nullptr, std::memory_order_acquire));
    // Another thread may have been faster. One that a parent has made is let
    // go.
    if (interrupt != nullptr && interrupt->IsOfThisProcess()) {
      return {std::move(interrupt), 0};
    }
  }
  return readiness.NewInterrupt();
}

void InterruptPool::Return(std::unique_ptr<WaitInterrupt> interrupt) {
  if (!interrupt->IsOfThisProcess()) return;
  interrupt->Clear();
  for (std::atomic<WaitInterrupt*>& kept : kept_) {
    WaitInterrupt* none = nullptr;
    if (kept.compare_exchange_strong(none, interrupt.get(),
                                     std::memory_order_release,
                                     std::memory_order_relaxed)) {
      (void)interrupt.release();
      return;
    }
  }
}

}  // namespace mortise
