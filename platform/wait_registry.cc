#include "mortise/platform/wait_registry.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "mortise/platform/interrupt_pool.h"
#include "mortise/platform/readiness_calls.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {

// The wait and the threads that wake it share an entry. The last one of them to
// leave gives the interrupt back and frees the entry, so that nobody has to
// wait for anybody.
struct WaitRegistry::Entry {
  static constexpr std::uint32_t kFree = 0;
  static constexpr std::uint32_t kTaken = 1;  // a wait has it, or had it
  static constexpr std::uint32_t kOpen = 2;   // may be woken
  static constexpr std::uint32_t kWaker = 4;  // times the threads that wake it

  std::atomic<std::uint32_t> state{kTaken};
  std::atomic<std::uint64_t> socket{0};
  std::atomic<WaitInterrupt*> interrupt{nullptr};
  Entry* next = nullptr;
};

WaitRegistry::~WaitRegistry() {
  for (Bucket& bucket : buckets_) {
    for (Entry* entry = bucket.first.load(); entry != nullptr;) {
      delete std::exchange(entry, entry->next);
    }
  }
}

WaitRegistry::Entry* WaitRegistry::Enter(ReadinessCalls& readiness,
                                         std::uint64_t socket) {
  SysResult<std::unique_ptr<WaitInterrupt>> interrupt =
      interrupts_.Take(readiness);
  if (interrupt.error != 0) return nullptr;

  Bucket& bucket = BucketOf(socket);
  Entry* entry = bucket.first.load(std::memory_order_acquire);
  for (; entry != nullptr; entry = entry->next) {
    std::uint32_t expected = Entry::kFree;
    if (entry->state.compare_exchange_strong(expected, Entry::kTaken,
                                             std::memory_order_acquire,
                                             std::memory_order_relaxed)) {
      break;
    }
  }
  if (entry == nullptr) {
    entry = new Entry;
    entry->next = bucket.first.load(std::memory_order_relaxed);
    while (!bucket.first.compare_exchange_weak(entry->next, entry,
                                               std::memory_order_release,
                                               std::memory_order_relaxed)) {
    }
  }
  entry->socket.store(socket, std::memory_order_relaxed);
  entry->interrupt.store(interrupt.value.release(), std::memory_order_relaxed);
  entry->state.store(Entry::kTaken | Entry::kOpen, std::memory_order_release);
  // Enter and Wake both change `order`, so one of them is the first, and the
  // second sees what had been done before it: either Wake sees this entry, or
  // the try after Enter sees what was done before Wake, and wakes() has
  // changed.
  bucket.order.fetch_add(1, std::memory_order_acq_rel);
  return entry;
}

void WaitRegistry::Wake(std::uint64_t socket) {
  wakes_.fetch_add(1, std::memory_order_release);
  Bucket& bucket = BucketOf(socket);
  bucket.order.fetch_add(1, std::memory_order_acq_rel);
  for (Entry* entry = bucket.first.load(std::memory_order_acquire);
       entry != nullptr; entry = entry->next) {
    std::uint32_t state = entry->state.load(std::memory_order_acquire);
    while ((state & Entry::kOpen) != 0 &&
           entry->socket.load(std::memory_order_relaxed) == socket) {
      // If the entry has been used again meanwhile, another wait is woken once
      // too often, which waits allow.
      if (!entry->state.compare_exchange_weak(state, state + Entry::kWaker,
                                              std::memory_order_acq_rel,
                                              std::memory_order_acquire)) {
        continue;
      }
      entry->interrupt.load(std::memory_order_relaxed)->Set();
      const std::uint32_t before =
          entry->state.fetch_sub(Entry::kWaker, std::memory_order_acq_rel);
      if (before - Entry::kWaker == Entry::kTaken) Free(entry);
      break;
    }
  }
}

void WaitRegistry::Leave(Entry* entry) {
  const std::uint32_t before =
      entry->state.fetch_and(~Entry::kOpen, std::memory_order_acq_rel);
  if ((before & ~Entry::kOpen) == Entry::kTaken) Free(entry);
}

void WaitRegistry::Free(Entry* entry) {
  interrupts_.Return(std::unique_ptr<WaitInterrupt>(
      entry->interrupt.exchange(nullptr, std::memory_order_relaxed)));
  entry->state.store(Entry::kFree, std::memory_order_release);
}

bool RegisteredWait::Begin(WaitRegistry& registry, ReadinessCalls& readiness,
                           std::uint64_t socket) {
  WaitRegistry::Entry* const entry = registry.Enter(readiness, socket);
  if (entry == nullptr) return false;
  registry_ = &registry;
  entry_ = entry;
  interrupt_ = entry->interrupt.load(std::memory_order_relaxed);
  return true;
}

bool RegisteredWait::TakeWake() {
  if (!has_begun() || !interrupt_->is_set()) return false;
  interrupt_->Clear();
  return true;
}

}  // namespace mortise
