// A call on a socket that is tried once, and mostly that is all.
//
//   const Attempt attempt(*this, flags,
//                         [buffer](const Socket& socket, int flags) {
//     return socket.platform_->sockets().Recv(socket.handle_, buffer, flags);
//   });
//   const SysResult<std::size_t> size = attempt.Try();
//   if (ABSL_PREDICT_TRUE(size.ok())) return size.value;
//   return attempt.Retry(Operation::kRecv, WaitEvent::kReadable, size.error);
//
// A template of the socket too, which it is a part of.

#ifndef MORTISE_CORE_INTERNAL_ATTEMPT_H_
#define MORTISE_CORE_INTERNAL_ATTEMPT_H_

#include <cstddef>

#include "absl/base/attributes.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mortise/internal/make_error.h"
#include "mortise/internal/operation.h"
#include "mortise/internal/waiter.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/sys_result.h"
#include "mortise/socket_address.h"

namespace mortise {
namespace internal {

// `once` does it to a socket, with the caller's `flags` and those of the
// socket's timeout; `address` is what an error is to mention.
//
// It lies in memory with all that a second try needs, and Retry is not part of
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

  // All of it, for where a few instructions do not count.
  ABSL_ATTRIBUTE_NOINLINE absl::StatusOr<std::size_t> Run(
      Operation operation, WaitEvent event, Waiter waiter = Waiter()) const {
    const SysResult<std::size_t> size = Try();
    if (size.ok()) return size.value;
    return Retry(operation, event, size.error, waiter);
  }

  // Goes on after a try that failed with `error`: waits, or not, and tries
  // again.
  ABSL_ATTRIBUTE_NOINLINE absl::StatusOr<std::size_t> Retry(
      Operation operation, WaitEvent event, int error,
      Waiter waiter = Waiter()) const {
    const WaitingCall call = {*socket_.platform(),
                              socket_.native_handle(),
                              socket_.GetTimeout(),
                              operation,
                              event,
                              address_,
                              flags_};
    for (;;) {
      absl::Status status = waiter.AfterFailure(call, error);
      if (!status.ok()) return status;
      const SysResult<std::size_t> size = Try();
      if (size.ok()) return size.value;
      error = size.error;
    }
  }

 private:
  const AnySocket& socket_;
  const int flags_;
  const Once once_;
  const SocketAddress* const address_;
};

// For what is received into a structure, which is the one thing that is
// returned and so made where the caller wants it: what it becomes where there
// is no socket, and if the first try failed.

template <typename Received>
ABSL_ATTRIBUTE_NOINLINE void RefuseReceive(Operation operation,
                                           absl::StatusOr<Received>* result) {
  *result = ClosedError(operation);
}

template <typename AnyAttempt, typename Received>
ABSL_ATTRIBUTE_NOINLINE void RetryReceive(Operation operation,
                                          const AnyAttempt& attempt, int error,
                                          absl::StatusOr<Received>* result) {
  const absl::StatusOr<std::size_t> size =
      attempt.Retry(operation, WaitEvent::kReadable, error);
  if (size.ok()) {
    (*result)->size = *size;
  } else {
    *result = size.status();
  }
}

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_ATTEMPT_H_
