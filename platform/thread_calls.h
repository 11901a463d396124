// What timed calls (mortise/platform/timed_call.h) ask of an operating system:
// threads, and a way to wait for them on a clock that nobody can set.
//
// Neither Abseil's primitives nor the standard library's will do:
//   - Abseil 20220623 waits on CLOCK_REALTIME.
//   - std::condition_variable waits on CLOCK_REALTIME too, if the standard
//     library was built for a C library without pthread_cond_clockwait(3).
//   - Abseil's primitives keep state for the whole process behind locks. A
//     forked child inherits these locks as they were at the time of the fork.

#ifndef MORTISE_PLATFORM_THREAD_CALLS_H_
#define MORTISE_PLATFORM_THREAD_CALLS_H_

#include <cstdint>
#include <functional>
#include <memory>

#include "absl/time/time.h"

namespace mortise {

// A lock, and conditions to wait for under it, as Python's threading.Condition.
// All methods are thread-safe. The monitor must outlive its conditions.
class Monitor {
 public:
  class Condition {
   public:
    virtual ~Condition() = default;
    // The caller holds the lock. Wait releases it while it waits. Wait returns
    // after a Notify, after `timeout`, or earlier, so the caller must check
    // again what it waits for. `timeout` is more than zero.
    virtual void Wait(absl::Duration timeout) = 0;
    // Wakes one thread that waits. The caller holds the lock.
    virtual void Notify() = 0;
  };

  virtual ~Monitor() = default;
  virtual void Lock() = 0;
  virtual void Unlock() = 0;
  virtual std::unique_ptr<Condition> NewCondition() = 0;
};

// The threads of an operating system, one class per system. All methods are
// thread-safe. An object must outlive the threads that it started, so it is
// never destroyed.
class ThreadCalls {
 public:
  virtual std::unique_ptr<Monitor> NewMonitor() = 0;

  // Runs `work` in a detached thread. Returns 0. If the OS starts no thread,
  // returns the OS's error, and `work` is not called.
  virtual int RunDetached(std::function<void()> work) = 0;

  // Returns the time since an arbitrary moment, by the clock of
  // `Condition::Wait`.
  virtual absl::Duration Now() = 0;

  // Returns the number of this process. A process that fork(2) makes has
  // another number than its parent.
  virtual std::uint64_t ProcessNumber() = 0;

 protected:
  constexpr ThreadCalls() = default;
  ~ThreadCalls() = default;
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_THREAD_CALLS_H_
