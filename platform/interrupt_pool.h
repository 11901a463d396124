// Interrupts that are kept for the next thread that waits.
//
//   const LeasedInterrupt lease(platform.interrupts(), platform.readiness());
//   if (lease.error() != 0) return {lease.error()};
//   platform.readiness().WaitInterruptibly(targets, {lease.get()}, timeout);

#ifndef MORTISE_PLATFORM_INTERRUPT_POOL_H_
#define MORTISE_PLATFORM_INTERRUPT_POOL_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

#include "mortise/platform/readiness_calls.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {

// There are as many interrupts as threads have waited at the same time, up to
// kMost, so that a wait makes none once the program is warm.
//
// Thread safety: any thread may take and give back at any time. Nothing here
// locks, so a forked child may use the pool whatever the threads of its parent
// were doing. The child takes none that its parent has made.
class InterruptPool {
 public:
  // How many are kept.
  static constexpr std::size_t kMost = 64;

  InterruptPool() = default;
  ~InterruptPool();
  InterruptPool(const InterruptPool&) = delete;
  InterruptPool& operator=(const InterruptPool&) = delete;

  // One that is not set, from the pool or made by `readiness`. Fails as
  // ReadinessCalls::NewInterrupt does.
  SysResult<std::unique_ptr<WaitInterrupt>> Take(ReadinessCalls& readiness);

  // Puts `interrupt` back, cleared. Nobody else may hold it any longer.
  void Return(std::unique_ptr<WaitInterrupt> interrupt);

 private:
  std::array<std::atomic<WaitInterrupt*>, kMost> kept_ = {};
};

// An interrupt of a pool, for as long as this object lives. `pool` must outlive
// it. For one thread.
class LeasedInterrupt {
 public:
  LeasedInterrupt(InterruptPool& pool, ReadinessCalls& readiness)
      : pool_(pool), taken_(pool.Take(readiness)) {}
  ~LeasedInterrupt() {
    if (taken_.value != nullptr) pool_.Return(std::move(taken_.value));
  }
  LeasedInterrupt(const LeasedInterrupt&) = delete;
  LeasedInterrupt& operator=(const LeasedInterrupt&) = delete;

  // The platform's number if there is none to be had, 0 otherwise.
  int error() const { return taken_.error; }
  // nullptr if there is none.
  WaitInterrupt* get() const { return taken_.value.get(); }

 private:
  InterruptPool& pool_;
  SysResult<std::unique_ptr<WaitInterrupt>> taken_;
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_INTERRUPT_POOL_H_
