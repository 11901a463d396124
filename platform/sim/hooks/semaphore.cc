#include "mortise/platform/sim/hooks/semaphore.h"

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "absl/time/time.h"
#include "mortise/platform/sim/random.h"
#include "mortise/platform/sim/schedule/inside.h"
#include "mortise/platform/sim/schedule/scheduler.h"
#include "mortise/platform/sim/schedule/sim_thread.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {
namespace {

// A list in a table of lists. Entries are only added, at the front.
struct Entry {
  const void* identity = nullptr;
  Entry* next = nullptr;
  Semaphore semaphore;
};

// Zeros before any constructor runs, since constructors may use locks.
std::array<std::atomic<Entry*>, 1024> table;

Entry* Find(Entry* first, const void* identity) {
  for (Entry* entry = first; entry != nullptr; entry = entry->next) {
    if (entry->identity == identity) return entry;
  }
  return nullptr;
}

}  // namespace

Semaphore& Semaphore::Of(const void* identity) {
  const std::uint64_t hash =
      Scramble(reinterpret_cast<std::uintptr_t>(identity));
  std::atomic<Entry*>& list =
      table[static_cast<std::size_t>(hash % table.size())];
  Entry* first = list.load(std::memory_order_acquire);
  Entry* added = nullptr;
  for (;;) {
    Entry* const found = Find(first, identity);
    if (found != nullptr) {
      delete added;
      return found->semaphore;
    }
    if (added == nullptr) {
      added = new Entry;
      added->identity = identity;
    }
    added->next = first;
    if (list.compare_exchange_weak(first, added, std::memory_order_acq_rel)) {
      return added->semaphore;
    }
  }
}

void Semaphore::Post() {
  const std::lock_guard<std::mutex> lock(mutex_);
  ++count_;
  if (waiter_ == nullptr) {
    posted_.notify_one();
    return;
  }
  // Under the lock, because the waiter may end as soon as it has seen the
  // count.
  waiter_->scheduler()->MakeReady(*waiter_);
}

bool Semaphore::TryTake() {
  if (count_ == 0) return false;
  --count_;
  return true;
}

bool Semaphore::WaitForReal(std::optional<absl::Time> deadline) {
  std::unique_lock<std::mutex> lock(mutex_);
  while (!TryTake()) {
    if (!deadline.has_value()) {
      posted_.wait(lock);
    } else if (posted_.wait_until(lock, absl::ToChronoTime(*deadline)) ==
               std::cv_status::timeout) {
      return TryTake();
    }
  }
  return true;
}

std::optional<bool> Semaphore::WaitSimulated(Time deadline) {
  SimThread* const me = Scheduler::This();
  Scheduler& scheduler = *me->scheduler();
  WaitFor what;
  what.call = "a lock of Abseil";
  what.deadline = deadline;
  what.clock = me->clock();
  what.can_be_cancelled = false;
  what.strangers_may_end_it = true;
  for (;;) {
    {
      const InCall call(scheduler);
      const std::lock_guard<std::mutex> lock(mutex_);
      if (TryTake()) return true;
      if (call.is_over()) return std::nullopt;
      waiter_ = me;
    }
    const WaitEnd end = scheduler.Park(what);
    const InCall call(scheduler);
    const std::lock_guard<std::mutex> lock(mutex_);
    waiter_ = nullptr;
    if (TryTake()) return true;
    if (end == WaitEnd::kTimedOut) return false;
  }
}

}  // namespace sim
}  // namespace mortise
