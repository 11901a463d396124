// How long a look-up may take, and what gives it up earlier.

#ifndef MORTISE_PLATFORM_CALL_LIMIT_H_
#define MORTISE_PLATFORM_CALL_LIMIT_H_

#include <memory>

#include "absl/time/time.h"
#include "mortise/platform/readiness_calls.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {

// A value type; does not own `given_up` and `readiness`, which must outlive the
// call.
struct CallLimit {
  // Implicit: most calls are only limited in time.
  CallLimit(absl::Duration most) : timeout(most) {}  // NOLINT

  // Whether the call may take as long as it needs.
  bool is_unlimited() const {
    return timeout == absl::InfiniteDuration() && given_up == nullptr;
  }

  // Not negative; may be infinite.
  absl::Duration timeout;
  // An interrupt that gives the call up when it is set, or nullptr. It is never
  // cleared. If it is set to begin with, it may be one that `readiness` does
  // not know, and there may be no `done`: the call must look before it waits.
  WaitInterrupt* given_up = nullptr;
  // With `given_up`: what waits for it, and an interrupt of that which nobody
  // else uses. The call's end is told with it. It is shared, because the call
  // may end after its caller has given it up.
  ReadinessCalls* readiness = nullptr;
  std::shared_ptr<WaitInterrupt> done;
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_CALL_LIMIT_H_
