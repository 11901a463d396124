// A limit to how long a call that sends a lot may make no progress.

#ifndef MORTISE_CORE_INTERNAL_PROGRESS_TIMEOUT_H_
#define MORTISE_CORE_INTERNAL_PROGRESS_TIMEOUT_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "mortise/core/internal/operation.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"

namespace mortise {
namespace internal {

// Returns kOutOfRange if `progress_timeout` is not more than zero.
absl::Status CheckProgressTimeout(Operation operation,
                                  absl::Duration progress_timeout);

// Keeps the sends of one call on a socket from waiting inside the system if the
// call has a time limit of its own. `flags()` are the flags that the sends need
// for that. On a system where sends heed no such flag, a blocking socket is
// non-blocking while this object lives. Calls of other threads on the same
// descriptor then wait outside of the system, as those of a socket whose
// duplicate is non-blocking do.
class SendsThatDoNotWait {
 public:
  // `wait_flags` are the flags that the socket uses. If `may_wait_inside` is
  // false, they keep its sends from waiting already. `handle` must stay open as
  // long as this object lives.
  SendsThatDoNotWait(Platform& platform, NativeHandle handle,
                     bool may_wait_inside, int wait_flags,
                     absl::Duration progress_timeout);
  ~SendsThatDoNotWait();
  SendsThatDoNotWait(const SendsThatDoNotWait&) = delete;
  SendsThatDoNotWait& operator=(const SendsThatDoNotWait&) = delete;

  int flags() const { return flags_; }

 private:
  Platform& platform_;
  const NativeHandle handle_;
  int flags_;
  bool made_non_blocking_ = false;
};

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_PROGRESS_TIMEOUT_H_
