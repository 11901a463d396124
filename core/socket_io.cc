// What goes through a socket: the methods whose cost is to be the system
// call's. Each tries the call first; only a failure looks further.

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "absl/base/optimization.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/address.h"
#include "mortise/internal/attempt.h"
#include "mortise/internal/believed_size.h"
#include "mortise/internal/deadline.h"
#include "mortise/internal/make_error.h"
#include "mortise/internal/operation.h"
#include "mortise/internal/receive_string.h"
#include "mortise/internal/resolve.h"
#include "mortise/internal/waiter.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/sys_result.h"
#include "mortise/socket.h"
#include "mortise/socket_address.h"

namespace mortise {
namespace {

using internal::Attempt;
using internal::BelievedReceived;
using internal::BelievedSent;
using internal::ClosedError;
using internal::Operation;
using internal::ReceiveString;
using internal::Waiter;
using internal::WaitingCall;

// What has not been sent stays in `data`.
absl::Status SendAllOf(const Socket& socket, absl::string_view& data,
                       int flags) {
  Platform& platform = *socket.platform();
  const absl::Duration timeout = socket.GetTimeout();
  const WaitingCall call = {platform, socket.native_handle(), timeout,
                            Operation::kSend, WaitEvent::kWritable};
  // One for the whole of it: a receiver that takes a little now and then must
  // not stretch the timeout.
  const internal::Deadline deadline(platform.clock(), timeout);
  const bool may_time_out = timeout > absl::ZeroDuration();
  Waiter waiter(deadline);
  do {
    const SysResult<std::size_t> size =
        platform.sockets().Send(call.handle, data, flags);
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

}  // namespace

absl::StatusOr<std::size_t> Socket::Recv(absl::Span<char> buffer, int flags) {
  if (ABSL_PREDICT_FALSE(!is_open())) return ClosedError(Operation::kRecv);
  const Attempt attempt(*this, [buffer, flags](const Socket& socket) {
    return BelievedReceived(
        socket.platform_->sockets().Recv(socket.handle_, buffer, flags),
        buffer.size(), flags);
  });
  const SysResult<std::size_t> size = attempt.Try();
  if (ABSL_PREDICT_TRUE(size.ok())) return size.value;
  return attempt.Retry(Operation::kRecv, WaitEvent::kReadable, size.error);
}

absl::StatusOr<std::string> Socket::Recv(std::size_t bufsize, int flags) {
  return ReceiveString(
      Operation::kRecv, bufsize, kMaxBufSize, flags,
      [this, flags](absl::Span<char> buffer) { return Recv(buffer, flags); });
}

absl::StatusOr<RecvFromResult> Socket::RecvFrom(absl::Span<char> buffer,
                                                int flags) {
  // The one thing that is returned, and so made where the caller wants it: the
  // address is written there and never copied.
  absl::StatusOr<RecvFromResult> result(std::in_place);
  if (ABSL_PREDICT_FALSE(!is_open())) {
    internal::RefuseReceive(Operation::kRecvFrom, &result);
    return result;
  }
  RecvFromResult& received = *result;
  const Attempt attempt(
      *this, [buffer, flags, &received](const Socket& socket) {
        return BelievedReceived(
            socket.platform_->sockets().RecvFrom(
                socket.handle_, buffer, flags, received.address.mutable_raw()),
            buffer.size(), flags);
      });
  const SysResult<std::size_t> size = attempt.Try();
  received.size = size.value;
  if (ABSL_PREDICT_FALSE(!size.ok())) {
    internal::RetryReceive(Operation::kRecvFrom, attempt, size.error, &result);
  }
  return result;
}

absl::StatusOr<RecvFromStringResult> Socket::RecvFrom(std::size_t bufsize,
                                                      int flags) {
  SocketAddress address;
  absl::StatusOr<std::string> data = ReceiveString(
      Operation::kRecvFrom, bufsize, kMaxBufSize, flags,
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
    return BelievedSent(
        socket.platform_->sockets().Send(socket.handle_, data, flags),
        data.size());
  });
  const SysResult<std::size_t> size = attempt.Try();
  if (ABSL_PREDICT_TRUE(size.ok())) return size.value;
  return attempt.Retry(Operation::kSend, WaitEvent::kWritable, size.error);
}

absl::Status Socket::SendAll(absl::string_view data, int flags) {
  if (!is_open()) return ClosedError(Operation::kSend);
  absl::Status status = SendAllOf(*this, data, flags);
  // Nobody can know where to go on.
  if (ABSL_PREDICT_FALSE(!status.ok())) {
    platform_->sockets().AbandonSend(handle_, data);
  }
  return status;
}

absl::StatusOr<std::size_t> Socket::SendTo(absl::string_view data,
                                           const SocketAddress& address,
                                           int flags) {
  if (ABSL_PREDICT_FALSE(!is_open())) return ClosedError(Operation::kSendTo);
  const Attempt attempt(
      *this,
      [data, flags, &address](const Socket& socket) {
        return BelievedSent(socket.platform_->sockets().SendTo(
                                socket.handle_, data, flags, address.raw()),
                            data.size());
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
        return BelievedSent(socket.platform_->sockets().SendTo(
                                socket.handle_, data, flags, resolved->raw()),
                            data.size());
      },
      &*resolved);
  return attempt.Run(Operation::kSendTo, WaitEvent::kWritable,
                     Waiter(deadline));
}

}  // namespace mortise
