// A call that the OS cannot be told to give up, given up nevertheless: it runs
// in a thread of its own, and whoever waits for it stops waiting in time.
//
// getaddrinfo(3) has no timeout and cannot be cancelled. A call that was given
// up goes on until the system is done with it, and its result is dropped then.

#ifndef MORTISE_PLATFORM_TIMED_CALL_H_
#define MORTISE_PLATFORM_TIMED_CALL_H_

#include <functional>
#include <memory>
#include <utility>

#include "absl/synchronization/notification.h"
#include "absl/time/time.h"

namespace mortise {

// Runs `work` in a detached thread. 0, or the OS's error where there is none to
// be had. A backend has one.
using RunDetachedFunction = int (*)(std::function<void()> work);

enum class TimedCallEnd { kDone, kTimedOut, kNoThread };

// Calls `call`, for at most `timeout`. `*result` is set iff kDone; `*error` iff
// kNoThread. What `call` holds must not be the caller's: it may outlive him.
template <typename Result>
TimedCallEnd CallWithTimeout(RunDetachedFunction run_detached,
                             std::function<Result()> call,
                             absl::Duration timeout, Result* result,
                             int* error) {
  // The caller reads the result only once it is there, and the thread writes
  // it only before that.
  struct Shared {
    Result result;
    absl::Notification done;
  };
  const auto shared = std::make_shared<Shared>();
  *error = run_detached([shared, call = std::move(call)] {
    shared->result = call();
    shared->done.Notify();
  });
  if (*error != 0) return TimedCallEnd::kNoThread;
  if (!shared->done.WaitForNotificationWithTimeout(timeout)) {
    return TimedCallEnd::kTimedOut;
  }
  *result = std::move(shared->result);
  return TimedCallEnd::kDone;
}

}  // namespace mortise

#endif  // MORTISE_PLATFORM_TIMED_CALL_H_
