// A call that the OS cannot be told to give up, given up all the same: it runs
// in a thread of its own, and its caller stops waiting for it in time.
//
// getaddrinfo(3) has no timeout and cannot be cancelled. A call that was given
// up goes on until the system is done with it, and its result is dropped then.
// A server whose resolver has died must not fill up with threads, so there is a
// limit to how many run at once, whether they are still waited for or not.

#ifndef MORTISE_PLATFORM_TIMED_CALL_H_
#define MORTISE_PLATFORM_TIMED_CALL_H_

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

#include "absl/time/time.h"
#include "mortise/platform/thread_calls.h"

namespace mortise {

enum class TimedCallEnd { kDone, kTimedOut, kNoThread };

// A limited number of places for calls. A call that finds none free waits for
// one: the places go to the callers in the order in which they came. A child
// process made by fork(2) begins with all places free, whatever the threads of
// its parent were doing.
//
// Thread-safe. Must outlive the calls that were given up, so a backend's is
// never destroyed.
class DetachedCalls {
 public:
  constexpr DetachedCalls(ThreadCalls& threads, int most)
      : threads_(threads), most_(most) {}

  // Calls `call`, and waits for a place and for the result for at most
  // `timeout` together. What `call` holds must not be the caller's, because it
  // may outlive it.
  //
  // Returns:
  //   kDone      `*result` is set
  //   kTimedOut  `call` goes on, or found no place and is never called
  //   kNoThread  the OS has started no thread, and `*error` says why; `call` is
  //              never called
  template <typename Result>
  TimedCallEnd Call(std::function<Result()> call, absl::Duration timeout,
                    Result* result, int* error) {
    // The caller reads it after kDone only, and the thread writes it before.
    const auto shared = std::make_shared<Result>();
    const TimedCallEnd end = Run(
        [shared, call = std::move(call)] { *shared = call(); }, timeout, error);
    if (end == TimedCallEnd::kDone) *result = std::move(*shared);
    return end;
  }

  // How many calls run, and how many callers wait for a place. For tests.
  int running();
  std::size_t waiting();

 private:
  struct Caller;
  struct Pool;

  // That of this process.
  Pool& GetPool();
  TimedCallEnd Run(std::function<void()> work, absl::Duration timeout,
                   int* error);
  bool TakePlace(Pool& pool, const std::shared_ptr<Caller>& caller,
                 absl::Duration deadline);
  bool Await(Caller& caller, const bool& event, absl::Duration deadline);

  ThreadCalls& threads_;
  const int most_;
  std::atomic<Pool*> pool_{nullptr};
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_TIMED_CALL_H_
