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

// The thread that waits for a call and the thread that makes the call share
// this object, because either of them may need it last. Guarded by the pool's
// monitor.
struct DetachedCalls::Caller {
  Caller(Monitor& monitor, std::shared_ptr<WaitInterrupt> interrupt)
      : condition(monitor.NewCondition()), interrupt(std::move(interrupt)) {}

  // Wakes the caller. The lock is held.
  void Finish() {
    done = true;
    if (interrupt != nullptr) {
      interrupt->Set();
    } else {
      condition->Notify();
    }
  }

  const std::unique_ptr<Monitor::Condition> condition;
  // What a caller waits with that may give the call up; nullptr for others.
  const std::shared_ptr<WaitInterrupt> interrupt;
  bool done = false;
};

struct DetachedCalls::Job {
  std::function<void()> work;
  std::function<void()> done;
  // Where the job waits for a place, if it does. Guarded by the pool's monitor.
  bool is_queued = false;
  std::list<std::shared_ptr<Job>>::iterator place;
};

// The places of one process. A pool is never destroyed, because its threads end
// at any time, also while the process exits.
struct DetachedCalls::Pool {
  Pool(ThreadCalls& threads, int most, std::uint64_t process, Pool* inherited)
      : process(process),
        inherited(inherited),
        monitor(threads.NewMonitor()),
        free(most) {}

  // Gives the place of a job that has ended to the one that has waited longest,
  // and returns that one; nullptr if there is none.
  std::shared_ptr<Job> GivePlaceBack() {
    const Locked locked(*monitor);
    if (queue.empty()) {
      ++free;
      return nullptr;
    }
    std::shared_ptr<Job> next = std::move(queue.front());
    queue.pop_front();
    next->is_queued = false;
    return next;
  }

  // Runs `job`, which has a place, and whatever the place is given to next.
  void Run(std::shared_ptr<Job> job) {
    while (job != nullptr) {
      job->work();
      job->done();
      job = GivePlaceBack();
    }
  }

  const std::uint64_t process;
  // The pool of the parent, if the process is a child that has inherited one.
  // It is not freed: another thread of the parent may have held its lock at the
  // time of the fork, and that thread does not exist here to release the lock.
  // The pointer is kept so that leak checkers do not report the pool.
  Pool* const inherited;
  const std::unique_ptr<Monitor> monitor;
  // While it is not 0, nothing is queued. So if something is queued, there is a
  // thread that will run it.
  int free;
  // The jobs that wait for a place, in the order in which they came.
  std::list<std::shared_ptr<Job>> queue;
};

class DetachedCalls::Begun {
 public:
  Begun(ThreadCalls& threads, Pool& pool, std::shared_ptr<Job> job)
      : threads_(threads), pool_(pool), job_(std::move(job)) {}
  ~Begun() {
    // Another thread of the parent may hold the lock for ever.
    if (pool_.process != threads_.ProcessNumber()) return;
    const Locked locked(*pool_.monitor);
    if (job_->is_queued) pool_.queue.erase(job_->place);
  }
  Begun(const Begun&) = delete;
  Begun& operator=(const Begun&) = delete;

 private:
  ThreadCalls& threads_;
  Pool& pool_;
  const std::shared_ptr<Job> job_;
};

void DetachedCalls::GiveUp::operator()(Begun* begun) const { delete begun; }

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

DetachedCalls::BegunPointer DetachedCalls::Begin(std::function<void()> work,
                                                 std::function<void()> done,
                                                 int* error) {
  Pool& pool = GetPool();
  const auto job = std::make_shared<Job>();
  job->work = std::move(work);
  job->done = std::move(done);
  *error = 0;
  const Locked locked(*pool.monitor);
  if (pool.free == 0) {
    job->place = pool.queue.insert(pool.queue.end(), job);
    job->is_queued = true;
  } else {
    // The thread is started under the lock, so that nothing can queue up behind
    // a place that gets no thread.
    *error = threads_.RunDetached([&pool, job] { pool.Run(job); });
    if (*error != 0) return nullptr;
    --pool.free;
  }
  return BegunPointer(new Begun(threads_, pool, job));
}

// Waits until `caller` is told that its call is done. Returns kDone if that
// happened within `limit`. The lock is held, and released while it waits.
TimedCallEnd DetachedCalls::Await(Pool& pool, Caller& caller,
                                  const CallLimit& limit,
                                  absl::Duration deadline) {
  while (!caller.done) {
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

TimedCallEnd DetachedCalls::Run(std::function<void()> work,
                                const CallLimit& limit, int* error) {
  if (limit.given_up != nullptr && limit.given_up->is_set()) {
    return TimedCallEnd::kCancelled;
  }
  if (limit.timeout <= absl::ZeroDuration()) return TimedCallEnd::kTimedOut;
  const absl::Duration deadline = threads_.Now() + limit.timeout;
  Pool& pool = GetPool();
  const auto caller = std::make_shared<Caller>(*pool.monitor, limit.done);
  const BegunPointer begun = Begin(
      std::move(work),
      [&pool, caller] {
        const Locked locked(*pool.monitor);
        caller->Finish();
      },
      error);
  if (begun == nullptr) return TimedCallEnd::kNoThread;
  const Locked locked(*pool.monitor);
  return Await(pool, *caller, limit, deadline);
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
