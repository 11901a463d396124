// A call on a socket. It is tried once, and in most cases that is enough.
//
//   const Attempt attempt(*this, flags, ReceiveOnce{buffer});
//   const SysResult<std::size_t> size = attempt.Try();
//   if (ABSL_PREDICT_TRUE(attempt.IsDone(size))) return size.value;
//   return attempt.Finish(Operation::kRecv, WaitEvents::kReadable, size);
//
// The socket's type is a template parameter, because Attempt is a part of
// Socket and so cannot depend on it.

#ifndef MORTISE_CORE_INTERNAL_ATTEMPT_H_
#define MORTISE_CORE_INTERNAL_ATTEMPT_H_

#include <algorithm>
#include <cstddef>

#include "absl/base/attributes.h"
#include "absl/base/optimization.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mortise/core/internal/believed_size.h"
#include "mortise/core/internal/deadline.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/waiter.h"
#include "mortise/core/socket_address.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace internal {

// `once(socket, flags)` makes the call on a socket, with the caller's `flags`
// and those of the socket's timeout. `once.room()` is how many bytes there are
// to send or to receive into. An error mentions `address`, unless it is
// nullptr.
//
// Everything that a second try needs is in this object and so in memory, and
// Finish is not inlined into the methods. This keeps a first try that succeeds
// short: a method that keeps a value in a register during a call has to save
// that register for its own caller first.
template <typename AnySocket, typename Once>
class Attempt {
 public:
  Attempt(const AnySocket& socket, int flags, Once once,
          const SocketAddress* address = nullptr)
      : socket_(socket),
        flags_(flags | socket.wait_flags()),
        once_(once),
        address_(address) {}

  SysResult<std::size_t> Try() const { return once_(socket_, flags_); }

  // Whether `tried` succeeded, with a size that can be returned as it is.
  bool IsDone(const SysResult<std::size_t>& tried) const {
    // Each condition has its own macro. With one macro for both, the compiler
    // puts the likely path behind a jump.
    return ABSL_PREDICT_TRUE(tried.ok()) &&
           ABSL_PREDICT_TRUE(tried.value <= once_.room());
  }

  // Try and Finish in one, for callers for which a few instructions do not
  // count.
  ABSL_ATTRIBUTE_NOINLINE absl::StatusOr<std::size_t> Run(
      Operation operation, WaitEvents events) const {
    return Finish(operation, events, Try());
  }
  // The same for a call that has begun before and so has a deadline already.
  ABSL_ATTRIBUTE_NOINLINE absl::StatusOr<std::size_t> Run(
      Operation operation, WaitEvents events, const Deadline& deadline) const {
    Waiter waiter(deadline);
    return Finish(operation, events, Try(), waiter);
  }

  // Goes on after a try that returned `tried`. After a failure it waits and
  // tries again, or returns the error if the socket may not wait. A size is
  // believed up to the room that there was.
  ABSL_ATTRIBUTE_NOINLINE absl::StatusOr<std::size_t> Finish(
      Operation operation, WaitEvents events,
      SysResult<std::size_t> tried) const {
    Waiter waiter;
    return Finish(operation, events, tried, waiter);
  }

 private:
  absl::StatusOr<std::size_t> Finish(Operation operation, WaitEvents events,
                                     SysResult<std::size_t> tried,
                                     Waiter& waiter) const {
    const WaitingCall call = {*socket_.platform(),
                              socket_.native_handle(),
                              socket_.family(),
                              socket_.GetTimeout(),
                              socket_.cancellation(),
                              operation,
                              events,
                              address_,
                              flags_};
    while (!tried.ok()) {
      absl::Status status = waiter.AfterFailure(call, tried.error);
      if (!status.ok()) return status;
      if (waiter.receiving_has_ended()) return 0;
      tried = Try();
    }
    return events == WaitEvents::kReadable
               ? BelievedReceived(tried.value, once_.room(), flags_)
               : std::min(tried.value, once_.room());
  }

  const AnySocket& socket_;
  const int flags_;
  const Once once_;
  const SocketAddress* const address_;
};

// The same as Finish for calls that receive into a structure. Such a call
// returns `*result` on every path, so that the compiler makes it where the
// caller wants it.
template <typename AnyAttempt, typename Received>
ABSL_ATTRIBUTE_NOINLINE void FinishReceive(Operation operation,
                                           const AnyAttempt& attempt,
                                           SysResult<std::size_t> tried,
                                           absl::StatusOr<Received>* result) {
  const absl::StatusOr<std::size_t> size =
      attempt.Finish(operation, WaitEvents::kReadable, tried);
  if (size.ok()) {
    (*result)->size = *size;
  } else {
    *result = size.status();
  }
}

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_ATTEMPT_H_
