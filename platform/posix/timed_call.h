// A call that the OS cannot be told to give up, given up nevertheless: it runs
// in a thread of its own, and whoever waits for it stops waiting in time.
//
// getaddrinfo(3) has no timeout and cannot be cancelled. A call that was given
// up goes on until the system is done with it, and its result is dropped then.

#ifndef MORTISE_PLATFORM_POSIX_TIMED_CALL_H_
#define MORTISE_PLATFORM_POSIX_TIMED_CALL_H_

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace mortise {
namespace posix {

// Runs `work` in a detached thread that takes no signals. 0, or the errno of
// pthread_create(3).
int RunDetached(std::function<void()> work);

enum class TimedCallEnd { kDone, kTimedOut, kNoThread };

// Calls `call`, for at most `timeout`. `*result` is set iff kDone; `*error` iff
// kNoThread. What `call` holds must not be the caller's: it may outlive him.
template <typename Result>
TimedCallEnd CallWithTimeout(std::function<Result()> call,
                             absl::Duration timeout, Result* result,
                             int* error) {
  struct Shared {
    absl::Mutex mutex;
    std::optional<Result> result ABSL_GUARDED_BY(mutex);
  };
  const auto shared = std::make_shared<Shared>();
  *error = RunDetached([shared, call = std::move(call)] {
    Result got = call();
    absl::MutexLock lock(&shared->mutex);
    shared->result = std::move(got);
  });
  if (*error != 0) return TimedCallEnd::kNoThread;

  absl::MutexLock lock(&shared->mutex);
  const auto done = [&shared]() ABSL_SHARED_LOCKS_REQUIRED(shared->mutex) {
    return shared->result.has_value();
  };
  if (!shared->mutex.AwaitWithTimeout(absl::Condition(&done), timeout)) {
    return TimedCallEnd::kTimedOut;
  }
  *result = *std::move(shared->result);
  return TimedCallEnd::kDone;
}

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_TIMED_CALL_H_
