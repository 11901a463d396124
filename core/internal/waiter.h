// What happens when a call could not be done at once: the one place that knows
// the three timeout modes and EINTR.
//
//   Waiter waiter;
//   for (;;) {
//     const auto result = calls.Recv(handle, buffer, flags);
//     if (result.ok()) return result.value;
//     absl::Status status = waiter.AfterFailure(call, result.error);
//     if (!status.ok()) return status;
//   }

#ifndef MORTISE_CORE_INTERNAL_WAITER_H_
#define MORTISE_CORE_INTERNAL_WAITER_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "mortise/internal/deadline.h"
#include "mortise/internal/operation.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/socket_address.h"

namespace mortise {
namespace internal {

// The call that is being tried.
struct WaitingCall {
  const Platform& platform;
  NativeHandle handle;
  // The socket's mode: zero, infinite or between.
  absl::Duration timeout;
  Operation operation;
  WaitEvent event;
  // What an error is to mention; nullptr for nothing.
  const SocketAddress* address = nullptr;
};

class Waiter {
 public:
  // Nothing is read or computed before a call has failed.
  Waiter() = default;
  // For calls that have begun before: they have a deadline already.
  explicit Waiter(const Deadline& deadline) : deadline_(deadline) {}

  // `native` is the error of the last try. OK iff the call is to be tried
  // again: it was interrupted, or it would have blocked and is ready now. The
  // error to report otherwise, a timeout among them.
  absl::Status AfterFailure(const WaitingCall& call, int native);

  // Some of it went through: the next time it would block is a new one.
  void AfterProgress() { false_alarms_ = 0; }

 private:
  std::optional<Deadline> deadline_;
  int false_alarms_ = 0;
};

// Waits for `call.event`. OK iff it happened; a timeout iff it did not before
// `deadline`.
absl::Status WaitUntil(const WaitingCall& call, const Deadline& deadline);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_WAITER_H_
