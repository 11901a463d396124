// What goes through a socket: the methods whose cost is to be the system
// call's. Each tries the call first; only a failure looks further.

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "absl/base/attributes.h"
#include "absl/base/optimization.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/address.h"
#include "mortise/internal/deadline.h"
#include "mortise/internal/make_error.h"
#include "mortise/internal/operation.h"
#include "mortise/internal/resolve.h"
#include "mortise/internal/waiter.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/sys_result.h"
#include "mortise/socket.h"
#include "mortise/socket_address.h"

namespace mortise {
namespace {

using internal::ArgumentError;
using internal::ClosedError;
using internal::Operation;
using internal::Waiter;
using internal::WaitingCall;

// A string as long as what is to be received would have to be filled with zeros
// first. Up to this size the bytes arrive on the stack instead and are copied,
// which also keeps a short message from holding on to a large buffer.
constexpr std::size_t kStackBufferSize = 16 * 1024;

// Receives into a string of at most `bufsize` bytes. `receive` takes a span and
// returns how many bytes it filled, or an error.
template <typename Receive>
absl::StatusOr<std::string> ReceiveString(Operation operation,
                                          std::size_t bufsize,
                                          Receive receive) {
  if (bufsize > Socket::kMaxBufSize) {
    return ArgumentError(
        absl::StatusCode::kOutOfRange, operation, "bufsize",
        absl::StrCat(bufsize, " is not in 0 to ", Socket::kMaxBufSize));
  }
  if (bufsize <= kStackBufferSize) {
    char buffer[kStackBufferSize];
    const absl::StatusOr<std::size_t> size =
        receive(absl::Span<char>(buffer, bufsize));
    if (!size.ok()) return size.status();
    return std::string(buffer, *size);
  }
  std::string data(bufsize, '\0');
  const absl::StatusOr<std::size_t> size =
      receive(absl::Span<char>(&data[0], data.size()));
  if (!size.ok()) return size.status();
  data.resize(*size);
  // A megabyte kept for a byte would be a surprise to whoever collects these.
  if (*size < bufsize / 2) data.shrink_to_fit();
  return data;
}

// A call that is tried once, and mostly that is all. `once` does it to a
// socket; `address` is what an error is to mention.
//
// It lies in memory with all that a second try needs, and Retry is not part of
// the methods, so that a first try that succeeds stays short: what a method
// keeps in registers over a call it has to save for its own caller first.
template <typename Once>
class Attempt {
 public:
  Attempt(const Socket& socket, Once once,
          const SocketAddress* address = nullptr)
      : socket_(socket), once_(once), address_(address) {}

  SysResult<std::size_t> Try() const { return once_(socket_); }

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
                              address_};
    for (;;) {
      absl::Status status = waiter.AfterFailure(call, error);
      if (!status.ok()) return status;
      const SysResult<std::size_t> size = Try();
      if (size.ok()) return size.value;
      error = size.error;
    }
  }

 private:
  const Socket& socket_;
  const Once once_;
  const SocketAddress* const address_;
};

// What RecvFrom returns where there is no socket, and if its first try failed.
ABSL_ATTRIBUTE_NOINLINE void RefuseRecvFrom(
    absl::StatusOr<RecvFromResult>* result) {
  *result = ClosedError(Operation::kRecvFrom);
}

template <typename Once>
ABSL_ATTRIBUTE_NOINLINE void RetryRecvFrom(
    const Attempt<Once>& attempt, int error,
    absl::StatusOr<RecvFromResult>* result) {
  const absl::StatusOr<std::size_t> size =
      attempt.Retry(Operation::kRecvFrom, WaitEvent::kReadable, error);
  if (size.ok()) {
    (*result)->size = *size;
  } else {
    *result = size.status();
  }
}

}  // namespace

absl::StatusOr<std::size_t> Socket::Recv(absl::Span<char> buffer, int flags) {
  if (ABSL_PREDICT_FALSE(!is_open())) return ClosedError(Operation::kRecv);
  const Attempt attempt(*this, [buffer, flags](const Socket& socket) {
    return socket.platform_->sockets().Recv(socket.handle_, buffer, flags);
  });
  const SysResult<std::size_t> size = attempt.Try();
  if (ABSL_PREDICT_TRUE(size.ok())) return size.value;
  return attempt.Retry(Operation::kRecv, WaitEvent::kReadable, size.error);
}

absl::StatusOr<std::string> Socket::Recv(std::size_t bufsize, int flags) {
  return ReceiveString(
      Operation::kRecv, bufsize,
      [this, flags](absl::Span<char> buffer) { return Recv(buffer, flags); });
}

absl::StatusOr<RecvFromResult> Socket::RecvFrom(absl::Span<char> buffer,
                                                int flags) {
  // The one thing that is returned, and so made where the caller wants it: the
  // address is written there and never copied.
  absl::StatusOr<RecvFromResult> result(std::in_place);
  if (ABSL_PREDICT_FALSE(!is_open())) {
    RefuseRecvFrom(&result);
    return result;
  }
  RecvFromResult& received = *result;
  const Attempt attempt(
      *this, [buffer, flags, &received](const Socket& socket) {
        return socket.platform_->sockets().RecvFrom(
            socket.handle_, buffer, flags, received.address.mutable_raw());
      });
  const SysResult<std::size_t> size = attempt.Try();
  received.size = size.value;
  if (ABSL_PREDICT_FALSE(!size.ok())) {
    RetryRecvFrom(attempt, size.error, &result);
  }
  return result;
}

absl::StatusOr<RecvFromStringResult> Socket::RecvFrom(std::size_t bufsize,
                                                      int flags) {
  SocketAddress address;
  absl::StatusOr<std::string> data = ReceiveString(
      Operation::kRecvFrom, bufsize,
      [this, flags,
       &address](absl::Span<char> buffer) -> absl::StatusOr<std::size_t> {
        const absl::StatusOr<RecvFromResult> result = RecvFrom(buffer, flags);
        if (!result.ok()) return result.status();
        address = result->address;
        return result->size;
      });
  if (!data.ok()) return data.status();
  return RecvFromStringResult{*std::move(data), address};
}

absl::StatusOr<std::size_t> Socket::Send(absl::string_view data, int flags) {
  if (ABSL_PREDICT_FALSE(!is_open())) return ClosedError(Operation::kSend);
  const Attempt attempt(*this, [data, flags](const Socket& socket) {
    return socket.platform_->sockets().Send(socket.handle_, data, flags);
  });
  const SysResult<std::size_t> size = attempt.Try();
  if (ABSL_PREDICT_TRUE(size.ok())) return size.value;
  return attempt.Retry(Operation::kSend, WaitEvent::kWritable, size.error);
}

absl::Status Socket::SendAll(absl::string_view data, int flags) {
  if (!is_open()) return ClosedError(Operation::kSend);
  const WaitingCall call = {*platform_, handle_, timeout_, Operation::kSend,
                            WaitEvent::kWritable};
  // One for the whole of it: a receiver that takes a little now and then must
  // not stretch the timeout.
  const internal::Deadline deadline(platform_->clock(), timeout_);
  const bool may_time_out = timeout_ > absl::ZeroDuration();
  Waiter waiter(deadline);
  do {
    const SysResult<std::size_t> size =
        platform_->sockets().Send(handle_, data, flags);
    if (!size.ok()) {
      absl::Status status = waiter.AfterFailure(call, size.error);
      if (!status.ok()) return status;
      continue;
    }
    waiter.AfterProgress();
    data.remove_prefix(std::min(size.value, data.size()));
    if (!data.empty() && may_time_out &&
        deadline.Remaining() <= absl::ZeroDuration()) {
      return internal::TimeoutError(Operation::kSend);
    }
  } while (!data.empty());
  return absl::OkStatus();
}

absl::StatusOr<std::size_t> Socket::SendTo(absl::string_view data,
                                           const SocketAddress& address,
                                           int flags) {
  if (ABSL_PREDICT_FALSE(!is_open())) return ClosedError(Operation::kSendTo);
  const Attempt attempt(
      *this,
      [data, flags, &address](const Socket& socket) {
        return socket.platform_->sockets().SendTo(socket.handle_, data, flags,
                                                  address.raw());
      },
      &address);
  // Only a path has more to it than its family.
  if (ABSL_PREDICT_FALSE(address.family() != family_ || family_ == kAfUnix)) {
    absl::Status valid = internal::CheckResolved(
        {*platform_, family_, Operation::kSendTo}, address);
    if (!valid.ok()) return valid;
    return attempt.Run(Operation::kSendTo, WaitEvent::kWritable);
  }
  const SysResult<std::size_t> size = attempt.Try();
  if (ABSL_PREDICT_TRUE(size.ok())) return size.value;
  return attempt.Retry(Operation::kSendTo, WaitEvent::kWritable, size.error);
}

absl::StatusOr<std::size_t> Socket::SendTo(absl::string_view data,
                                           const Address& address, int flags) {
  if (!is_open()) return ClosedError(Operation::kSendTo);
  const internal::Deadline deadline(platform_->clock(),
                                    internal::ResolveTimeout(timeout_));
  const absl::StatusOr<SocketAddress> resolved = internal::Resolve(
      {*platform_, family_, Operation::kSendTo}, address, deadline.Remaining());
  if (!resolved.ok()) return resolved.status();
  const Attempt attempt(
      *this,
      [data, flags, &resolved](const Socket& socket) {
        return socket.platform_->sockets().SendTo(socket.handle_, data, flags,
                                                  resolved->raw());
      },
      &*resolved);
  return attempt.Run(Operation::kSendTo, WaitEvent::kWritable,
                     Waiter(deadline));
}

}  // namespace mortise
