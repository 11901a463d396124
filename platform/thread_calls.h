// What timed calls ask of an operating system: threads, and a way to wait for
// them on a clock that nobody can set.
//
// Neither Abseil's primitives nor the standard library's do. Abseil 20220623
// waits on CLOCK_REALTIME, and so does std::condition_variable where the
// standard library was built for a C library without pthread_cond_clockwait(3).
// Abseil's also keep state for the whole process behind locks, which a child
// inherits as they were at the time of the fork.

#ifndef MORTISE_PLATFORM_THREAD_CALLS_H_
#define MORTISE_PLATFORM_THREAD_CALLS_H_

#include <cstdint>
#include <functional>
#include <memory>

#include "absl/time/time.h"

namespace mortise {

// A lock, and conditions to wait for under it. All methods are thread-safe. The
// monitor must outlive its conditions.
class Monitor {
 public:
  class Condition {
   public:
    virtual ~Condition() = default;
    // Both are called with the lock held. `Wait` releases it meanwhile, and
    // returns after `Notify`, after `timeout`, or before: the caller looks
    // again at what it waits for. `timeout` is more than zero.
    virtual void Wait(absl::Duration timeout) = 0;
    // Wakes one thread that waits.
    virtual void Notify() = 0;
  };

  virtual ~Monitor() = default;
  virtual void Lock() = 0;
  virtual void Unlock() = 0;
  virtual std::unique_ptr<Condition> NewCondition() = 0;
};

// One per operating system. All methods are thread-safe. An object must outlive
// the threads that it started, so it is never destroyed.
class ThreadCalls {
 public:
  virtual std::unique_ptr<Monitor> NewMonitor() = 0;

  // Runs `work` in a detached thread. Returns 0, or the error of the OS if it
  // starts no thread; `work` is not called then.
  virtual int RunDetached(std::function<void()> work) = 0;

  // The time by the clock of `Condition::Wait`, from an arbitrary beginning.
  virtual absl::Duration Now() = 0;

  // Another number in every process that fork(2) makes.
  virtual std::uint64_t ProcessNumber() = 0;

 protected:
  constexpr ThreadCalls() = default;
  ~ThreadCalls() = default;
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_THREAD_CALLS_H_
