// A call on a socket that is tried once, and mostly that is all.
//
//   const Attempt attempt(*this, flags, ReceiveOnce{buffer});
//   const SysResult<std::size_t> size = attempt.Try();
//   if (ABSL_PREDICT_TRUE(attempt.IsDone(size))) return size.value;
//   return attempt.Finish(Operation::kRecv, WaitEvent::kReadable, size);
//
// A template of the socket too, which it is a part of.

#ifndef MORTISE_CORE_INTERNAL_ATTEMPT_H_
#define MORTISE_CORE_INTERNAL_ATTEMPT_H_

#include <algorithm>
#include <cstddef>

#include "absl/base/attributes.h"
#include "absl/base/optimization.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mortise/core/internal/believed_size.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/waiter.h"
#include "mortise/core/socket_address.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace internal {

// `once` does it to a socket, with the caller's `flags` and those of the
// socket's timeout; its `room()` is how many bytes there are to send or to
// receive into. `address` is what an error is to mention.
//
// It lies in memory with all that a second try needs, and Finish is not part of
// the methods, so that a first try that succeeds stays short: what a method
// keeps in registers over a call it has to save for its own caller first.
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

  // Whether the size that was tried for can be returned as it is.
  bool IsDone(const SysResult<std::size_t>& tried) const {
    // Each for itself, or the compiler puts what is likely behind a jump.
    return ABSL_PREDICT_TRUE(tried.ok()) &&
           ABSL_PREDICT_TRUE(tried.value <= once_.room());
  }

  // All of it, for where a few instructions do not count.
  ABSL_ATTRIBUTE_NOINLINE absl::StatusOr<std::size_t> Run(
      Operation operation, WaitEvent event, Waiter waiter = Waiter()) const {
    return Finish(operation, event, Try(), waiter);
  }

  // Goes on after a try that came to `tried`: after a failure it waits, or not,
  // and tries again. A size is believed up to the room that there was.
  ABSL_ATTRIBUTE_NOINLINE absl::StatusOr<std::size_t> Finish(
      Operation operation, WaitEvent event, SysResult<std::size_t> tried,
      Waiter waiter = Waiter()) const {
    const WaitingCall call = {*socket_.platform(),
                              socket_.native_handle(),
                              socket_.GetTimeout(),
                              operation,
                              event,
                              address_,
                              flags_};
    while (!tried.ok()) {
      absl::Status status = waiter.AfterFailure(call, tried.error);
      if (!status.ok()) return status;
      tried = Try();
    }
    return event == WaitEvent::kReadable
               ? BelievedReceived(tried.value, once_.room(), flags_)
               : std::min(tried.value, once_.room());
  }

 private:
  const AnySocket& socket_;
  const int flags_;
  const Once once_;
  const SocketAddress* const address_;
};

// Finish for what is received into a structure, which is the one thing that is
// returned and so made where the caller wants it.
template <typename AnyAttempt, typename Received>
ABSL_ATTRIBUTE_NOINLINE void FinishReceive(Operation operation,
                                           const AnyAttempt& attempt,
                                           SysResult<std::size_t> tried,
                                           absl::StatusOr<Received>* result) {
  const absl::StatusOr<std::size_t> size =
      attempt.Finish(operation, WaitEvent::kReadable, tried);
  if (size.ok()) {
    (*result)->size = *size;
  } else {
    *result = size.status();
  }
}

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_ATTEMPT_H_
