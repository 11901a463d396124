#include "mortise/platform/timed_call.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <utility>

#include "absl/time/time.h"
#include "mortise/platform/thread_calls.h"

namespace mortise {
namespace {

class Locked {
 public:
  explicit Locked(Monitor& monitor) : monitor_(monitor) { monitor_.Lock(); }
  ~Locked() { monitor_.Unlock(); }
  Locked(const Locked&) = delete;
  Locked& operator=(const Locked&) = delete;

 private:
  Monitor& monitor_;
};

}  // namespace

// The thread that waits for the call and the thread that makes the call share
// this object, because either of them may need it last. Guarded by the pool's
// monitor.
struct DetachedCalls::Caller {
  explicit Caller(Monitor& monitor) : condition(monitor.NewCondition()) {}

  const std::unique_ptr<Monitor::Condition> condition;
  bool has_place = false;
  bool done = false;
};

// The places of one process. A pool is never destroyed, because its threads end
// at any time, also while the process exits.
struct DetachedCalls::Pool {
  Pool(ThreadCalls& threads, int most, std::uint64_t process, Pool* inherited)
      : process(process),
        inherited(inherited),
        monitor(threads.NewMonitor()),
        free(most) {}

  // Gives the place to the caller that has waited longest. The lock is held.
  void GivePlaceBack() {
    if (queue.empty()) {
      ++free;
      return;
    }
    Caller& next = *queue.front();
    queue.pop_front();
    next.has_place = true;
    next.condition->Notify();
  }

  const std::uint64_t process;
  // The pool of the parent, if the process is a child that has inherited one.
  // It is not freed: another thread of the parent may have held its lock at the
  // time of the fork, and that thread does not exist here to release the lock.
  // The pointer is kept so that leak checkers do not report the pool.
  Pool* const inherited;
  const std::unique_ptr<Monitor> monitor;
  int free;
  // The callers that wait for a place, in the order in which they came. Empty
  // if `free` is not 0.
  std::list<std::shared_ptr<Caller>> queue;
};

DetachedCalls::Pool& DetachedCalls::GetPool() {
  const std::uint64_t process = threads_.ProcessNumber();
  Pool* pool = pool_.load(std::memory_order_acquire);
  while (pool == nullptr || pool->process != process) {
    auto fresh = std::make_unique<Pool>(threads_, most_, process, pool);
    if (pool_.compare_exchange_strong(pool, fresh.get(),
                                      std::memory_order_acq_rel)) {
      pool = fresh.release();
    }
  }
  return *pool;
}

// Waits until `event`, a member of `caller`, is true. Returns whether that
// happened by `deadline`.
bool DetachedCalls::Await(Caller& caller, const bool& event,
                          absl::Duration deadline) {
  while (!event) {
    const absl::Duration remaining = deadline - threads_.Now();
    if (remaining <= absl::ZeroDuration()) return false;
    caller.condition->Wait(remaining);
  }
  return true;
}

bool DetachedCalls::TakePlace(Pool& pool, const std::shared_ptr<Caller>& caller,
                              absl::Duration deadline) {
  if (pool.free > 0) {
    --pool.free;
    return true;
  }
  const auto waiting = pool.queue.insert(pool.queue.end(), caller);
  if (Await(*caller, caller->has_place, deadline)) return true;
  pool.queue.erase(waiting);
  return false;
}

TimedCallEnd DetachedCalls::Run(std::function<void()> work,
                                absl::Duration timeout, int* error) {
  const absl::Duration deadline = threads_.Now() + timeout;
  Pool& pool = GetPool();
  const auto caller = std::make_shared<Caller>(*pool.monitor);
  {
    const Locked locked(*pool.monitor);
    if (!TakePlace(pool, caller, deadline)) return TimedCallEnd::kTimedOut;
  }
  *error = threads_.RunDetached([&pool, caller, work = std::move(work)] {
    work();
    const Locked locked(*pool.monitor);
    caller->done = true;
    caller->condition->Notify();
    pool.GivePlaceBack();
  });
  const Locked locked(*pool.monitor);
  if (*error != 0) {
    pool.GivePlaceBack();
    return TimedCallEnd::kNoThread;
  }
  return Await(*caller, caller->done, deadline) ? TimedCallEnd::kDone
                                                : TimedCallEnd::kTimedOut;
}

int DetachedCalls::running() {
  Pool& pool = GetPool();
  const Locked locked(*pool.monitor);
  return most_ - pool.free;
}

std::size_t DetachedCalls::waiting() {
  Pool& pool = GetPool();
  const Locked locked(*pool.monitor);
  return pool.queue.size();
}

}  // namespace mortise
