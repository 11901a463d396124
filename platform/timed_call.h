// Gives up, after a timeout, a call that the OS cannot be told to give up. The
// call runs in a thread of its own, and the caller stops waiting for it.
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
// for a place. Callers get places in the order in which they came. A child
// process made by fork(2) begins with all places free, whatever the threads of
// its parent were doing.
//
// Thread-safe. Must outlive the calls that were given up, so the object of a
// backend is never destroyed. `threads` is not owned and must outlive the
// object.
class DetachedCalls {
 public:
  // At most `most` calls run at once.
  constexpr DetachedCalls(ThreadCalls& threads, int most)
      : threads_(threads), most_(most) {}

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
  struct Pool;

  // Returns the pool of this process.
  Pool& GetPool();
  TimedCallEnd Run(std::function<void()> work, const CallLimit& limit,
                   int* error);
  TimedCallEnd TakePlace(Pool& pool, const std::shared_ptr<Caller>& caller,
                         const CallLimit& limit, absl::Duration deadline);
  TimedCallEnd Await(Pool& pool, Caller& caller, const bool& event,
                     const CallLimit& limit, absl::Duration deadline);

  ThreadCalls& threads_;
  const int most_;
  std::atomic<Pool*> pool_{nullptr};
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_TIMED_CALL_H_
