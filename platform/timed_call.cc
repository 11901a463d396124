#include "mortise/platform/timed_call.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <utility>

#include "absl/time/time.h"
#include "mortise/platform/call_limit.h"
#include "mortise/platform/thread_calls.h"
#include "mortise/platform/wait_interrupt.h"

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
  Caller(Monitor& monitor, std::shared_ptr<WaitInterrupt> interrupt)
      : condition(monitor.NewCondition()), interrupt(std::move(interrupt)) {}

  // Wakes the caller. The lock is held.
  void Notify() {
    if (interrupt != nullptr) {
      interrupt->Set();
    } else {
      condition->Notify();
    }
  }

  const std::unique_ptr<Monitor::Condition> condition;
  // What a caller waits with that may give the call up; nullptr for others.
  const std::shared_ptr<WaitInterrupt> interrupt;
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
    next.Notify();
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

// Waits until `event`, a member of `caller`, is true. Returns kDone if that
// happened within `limit`.
TimedCallEnd DetachedCalls::Await(Pool& pool, Caller& caller, const bool& event,
                                  const CallLimit& limit,
                                  absl::Duration deadline) {
  while (!event) {
    const absl::Duration remaining = deadline - threads_.Now();
    if (remaining <= absl::ZeroDuration()) return TimedCallEnd::kTimedOut;
    if (limit.given_up == nullptr) {
      caller.condition->Wait(remaining);
      continue;
    }
    if (limit.given_up->is_set()) return TimedCallEnd::kCancelled;
    WaitInterrupt* const interrupts[] = {caller.interrupt.get(),
                                         limit.given_up};
    pool.monitor->Unlock();
    // An error, such as EINTR, is a wake-up without a reason.
    limit.readiness->WaitInterruptibly({}, interrupts, remaining);
    pool.monitor->Lock();
    caller.interrupt->Clear();
  }
  return TimedCallEnd::kDone;
}

TimedCallEnd DetachedCalls::TakePlace(Pool& pool,
                                      const std::shared_ptr<Caller>& caller,
                                      const CallLimit& limit,
                                      absl::Duration deadline) {
  if (limit.given_up != nullptr && limit.given_up->is_set()) {
    return TimedCallEnd::kCancelled;
  }
  if (deadline <= threads_.Now()) return TimedCallEnd::kTimedOut;
  if (pool.free > 0) {
    --pool.free;
    return TimedCallEnd::kDone;
  }
  const auto waiting = pool.queue.insert(pool.queue.end(), caller);
  const TimedCallEnd end =
      Await(pool, *caller, caller->has_place, limit, deadline);
  if (end != TimedCallEnd::kDone) pool.queue.erase(waiting);
  return end;
}

TimedCallEnd DetachedCalls::Run(std::function<void()> work,
                                const CallLimit& limit, int* error) {
  const absl::Duration deadline = threads_.Now() + limit.timeout;
  Pool& pool = GetPool();
  const auto caller = std::make_shared<Caller>(*pool.monitor, limit.done);
  {
    const Locked locked(*pool.monitor);
    const TimedCallEnd end = TakePlace(pool, caller, limit, deadline);
    if (end != TimedCallEnd::kDone) return end;
  }
  *error = threads_.RunDetached([&pool, caller, work = std::move(work)] {
    work();
    const Locked locked(*pool.monitor);
    caller->done = true;
    caller->Notify();
    pool.GivePlaceBack();
  });
  const Locked locked(*pool.monitor);
  if (*error != 0) {
    pool.GivePlaceBack();
    return TimedCallEnd::kNoThread;
  }
  return Await(pool, *caller, caller->done, limit, deadline);
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
