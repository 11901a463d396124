// Makes calls that the OS cannot be told to give up beside other work. A call
// runs in a thread of its own, and its caller does not wait for it, or stops
// waiting after a timeout.
//
// getaddrinfo(3) has no timeout and cannot be cancelled. A call that was given
// up goes on until the system is done with it. Its result is then dropped. If
// the resolver of a server has died, the server must not fill up with threads.
// Therefore only a limited number of calls run at once, whether a caller still
// waits for them or not.

#ifndef MORTISE_PLATFORM_TIMED_CALL_H_
#define MORTISE_PLATFORM_TIMED_CALL_H_

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

#include "absl/time/time.h"
#include "mortise/platform/call_limit.h"
#include "mortise/platform/thread_calls.h"

namespace mortise {

// How a timed call ended, for its caller.
enum class TimedCallEnd { kDone, kTimedOut, kNoThread, kCancelled };

// A limited number of places for calls. A call that finds no place free waits
// for a place. Calls get places in the order in which they came. A child
// process made by fork(2) begins with all places free, whatever the threads of
// its parent were doing.
//
// Thread-safe. Must outlive the calls that were given up, so the object of a
// backend is never destroyed. `threads` is not owned and must outlive the
// object.
class DetachedCalls {
 public:
  // Work that has begun, for the caller that began it. Its destruction gives
  // the work up: work that has no place yet is never called, and other work
  // goes on. In a forked child of the process that began it, the destruction
  // does nothing.
  //
  // Thread safety: one thread uses it. The destructor does not wait for the
  // work.
  class Begun;
  struct GiveUp {
    void operator()(Begun* begun) const;
  };
  using BegunPointer = std::unique_ptr<Begun, GiveUp>;

  // At most `most` calls run at once.
  constexpr DetachedCalls(ThreadCalls& threads, int most)
      : threads_(threads), most_(most) {}

  // Runs `work` in a thread as soon as a place is free, and then `done` in the
  // same thread. Does not wait for either. Both must not refer to objects of
  // the caller, because they may outlive them: `done` may run after the work
  // has been given up.
  //
  // Returns nullptr if the OS has started no thread, and `*error` says why.
  // Neither is ever called then. Work that waits for a place needs no thread of
  // its own: the thread that gives the place back runs it.
  BegunPointer Begin(std::function<void()> work, std::function<void()> done,
                     int* error);

  // Runs `call` in a thread, and waits for a place and then for the result, as
  // long as `limit` allows in all. `call` must not refer to objects of the
  // caller, because it may outlive them.
  //
  // Returns:
  //   kDone      `*result` is set
  //   kTimedOut  `call` goes on; or it found no place, or no time was left to
  //              begin it, and it is never called
  //   kCancelled the same, because the limit's `given_up` is set
  //   kNoThread  the OS has started no thread, and `*error` says why; `call` is
  //              never called
  template <typename Result>
  TimedCallEnd Call(std::function<Result()> call, const CallLimit& limit,
                    Result* result, int* error) {
    // The caller reads `*shared` only after kDone. The thread has written it
    // before that.
    const auto shared = std::make_shared<Result>();
    const TimedCallEnd end = Run(
        [shared, call = std::move(call)] { *shared = call(); }, limit, error);
    if (end == TimedCallEnd::kDone) *result = std::move(*shared);
    return end;
  }

  // Return how many calls run, and how many callers wait for a place. For
  // tests.
  int running();
  std::size_t waiting();

 private:
  struct Caller;
  struct Job;
  struct Pool;

  // Returns the pool of this process.
  Pool& GetPool();
  TimedCallEnd Run(std::function<void()> work, const CallLimit& limit,
                   int* error);
  TimedCallEnd Await(Pool& pool, Caller& caller, const CallLimit& limit,
                     absl::Duration deadline);

  ThreadCalls& threads_;
  const int most_;
  std::atomic<Pool*> pool_{nullptr};
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_TIMED_CALL_H_
