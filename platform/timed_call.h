// A call that the OS cannot be told to give up, given up nevertheless: it runs
// in a thread of its own, and whoever waits for it stops waiting in time.
//
// getaddrinfo(3) has no timeout and cannot be cancelled. A call that was given
// up goes on until the system is done with it, and its result is dropped then.
// So that a server whose resolver has died does not fill up with threads, there
// is a limit to how many of those there are.

#ifndef MORTISE_PLATFORM_TIMED_CALL_H_
#define MORTISE_PLATFORM_TIMED_CALL_H_

#include <atomic>
#include <functional>
#include <memory>
#include <utility>

#include "absl/synchronization/notification.h"
#include "absl/time/time.h"

namespace mortise {

// Runs `work` in a detached thread. 0, or the OS's error where there is none to
// be had. A backend has one.
using RunDetachedFunction = int (*)(std::function<void()> work);

enum class TimedCallEnd { kDone, kTimedOut, kTooMany, kNoThread };

// The calls of one backend. Thread-safe. Has to outlive what was given up, so a
// backend's lives for ever.
class DetachedCalls {
 public:
  // A resolver gives up by itself after some ten seconds. That is twelve
  // failures a second before a call is refused.
  static constexpr int kMostGivenUp = 128;

  constexpr explicit DetachedCalls(RunDetachedFunction run,
                                   int most_given_up = kMostGivenUp)
      : run_(run), most_given_up_(most_given_up) {}

  // Calls `call`, for at most `timeout`. `*result` is set iff kDone; `*error`
  // iff kNoThread. kTooMany iff as many calls as may be have been given up and
  // go on; nothing is called then. What `call` holds must not be the caller's:
  // it may outlive him.
  template <typename Result>
  TimedCallEnd Call(std::function<Result()> call, absl::Duration timeout,
                    Result* result, int* error);

  // How many calls have been given up and go on.
  int given_up() const { return given_up_.load(); }

 private:
  const RunDetachedFunction run_;
  const int most_given_up_;
  std::atomic<int> given_up_{0};
};

template <typename Result>
TimedCallEnd DetachedCalls::Call(std::function<Result()> call,
                                 absl::Duration timeout, Result* result,
                                 int* error) {
  // Callers that come at once may pass together: the limit is against hundreds.
  if (given_up() >= most_given_up_) return TimedCallEnd::kTooMany;

  // The caller reads the result only once it is there, and the thread writes
  // it only before that.
  struct Shared {
    Result result;
    absl::Notification done;
    // Of the two that part here, the thread and its caller, the second one
    // learns that the other has gone.
    std::atomic<bool> parted{false};
  };
  const auto shared = std::make_shared<Shared>();
  *error = run_([this, shared, call = std::move(call)] {
    shared->result = call();
    if (shared->parted.exchange(true)) given_up_.fetch_sub(1);
    shared->done.Notify();
  });
  if (*error != 0) return TimedCallEnd::kNoThread;
  if (!shared->done.WaitForNotificationWithTimeout(timeout)) {
    // Counted before it is told, lest it be taken back before.
    given_up_.fetch_add(1);
    if (!shared->parted.exchange(true)) return TimedCallEnd::kTimedOut;
    given_up_.fetch_sub(1);
    shared->done.WaitForNotification();
  }
  *result = std::move(shared->result);
  return TimedCallEnd::kDone;
}

}  // namespace mortise

#endif  // MORTISE_PLATFORM_TIMED_CALL_H_
