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
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/address.h"
#include "mortise/core/buffer.h"
#include "mortise/core/internal/attempt.h"
#include "mortise/core/internal/believed_size.h"
#include "mortise/core/internal/deadline.h"
#include "mortise/core/internal/in_place.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/progress_timeout.h"
#include "mortise/core/internal/receive_string.h"
#include "mortise/core/internal/resolve.h"
#include "mortise/core/internal/waiter.h"
#include "mortise/core/received.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace {

using internal::Attempt;
using internal::BelievedProgress;
using internal::ClosedError;
using internal::Operation;
using internal::ReceiveString;
using internal::Waiter;
using internal::WaitingCall;

// What has not been sent stays in `data`; `*sent` counts the rest.
absl::Status SendAllOf(const Socket& socket, absl::string_view& data, int flags,
                       absl::Duration progress_timeout, std::size_t* sent) {
  Platform& platform = *socket.platform();
  const absl::Duration timeout = socket.GetTimeout();
  const WaitingCall call = {platform,
                            socket.native_handle(),
                            socket.family(),
                            timeout,
                            socket.cancellation(),
                            Operation::kSend,
                            WaitEvents::kWritable,
                            nullptr,
                            flags};
  const internal::SendsThatDoNotWait sends(
      platform, call.handle, call.may_wait_inside(), socket.wait_flags(),
      progress_timeout);
  flags |= sends.flags();
  // One for the whole of it: a receiver that takes a little now and then must
  // not stretch the timeout.
  const internal::Deadline deadline(platform.clock(), timeout);
  const bool waits = timeout > absl::ZeroDuration();
  Waiter waiter(deadline, progress_timeout);
  for (;;) {
    const SysResult<std::size_t> size = BelievedProgress(
        platform, platform.sockets().Send(call.handle, data, flags),
        data.size());
    if (!size.ok()) {
      absl::Status status = waiter.AfterFailure(call, size.error);
      if (!status.ok()) return status;
      continue;
    }
    waiter.AfterProgress();
    data.remove_prefix(size.value);
    *sent += size.value;
    if (data.empty()) return absl::OkStatus();
    if (!waits) continue;
    // A receiver that always has room must not keep the call from ending.
    absl::Status status = internal::CheckTime(call, deadline);
    if (!status.ok()) return status;
  }
}

// Whether receiving into no room is over before it begins. The two flags ask
// for something else than bytes: how long a datagram is, and an error.
bool WantsNothing(const Socket& socket, int flags) {
  const int others =
      kMsgTrunc | socket.platform()->facts().wait_flags.error_queue;
  return (flags & others) == 0;
}

// Receives into `buffer`, once.
struct ReceiveOnce {
  SysResult<std::size_t> operator()(const Socket& socket, int flags) const {
    return socket.platform()->sockets().Recv(socket.native_handle(), buffer,
                                             flags);
  }
  std::size_t room() const { return buffer.size(); }

  const absl::Span<char> buffer;
};

// The same, with where from.
struct ReceiveFromOnce {
  SysResult<std::size_t> operator()(const Socket& socket, int flags) const {
    return socket.platform()->sockets().RecvFrom(socket.native_handle(), buffer,
                                                 flags, address.mutable_raw());
  }
  std::size_t room() const { return buffer.size(); }

  const absl::Span<char> buffer;
  SocketAddress& address;
};

// Sends `data`, once.
struct SendOnce {
  SysResult<std::size_t> operator()(const Socket& socket, int flags) const {
    return socket.platform()->sockets().Send(socket.native_handle(), data,
                                             flags);
  }
  std::size_t room() const { return data.size(); }

  const absl::string_view data;
};

// The same, to an address.
struct SendToOnce {
  SysResult<std::size_t> operator()(const Socket& socket, int flags) const {
    return socket.platform()->sockets().SendTo(socket.native_handle(), data,
                                               flags, address.raw());
  }
  std::size_t room() const { return data.size(); }

  const absl::string_view data;
  const SocketAddress& address;
};

// The two below are for a socket that is closed and for a buffer without room.

ABSL_ATTRIBUTE_NOINLINE absl::StatusOr<std::size_t> RecvNothing(
    const Socket& socket, absl::Span<char> buffer, int flags) {
  if (!socket.is_open()) return ClosedError(Operation::kRecv);
  if (WantsNothing(socket, flags)) return 0;
  return Attempt(socket, flags, ReceiveOnce{buffer})
      .Run(Operation::kRecv, WaitEvents::kReadable);
}

ABSL_ATTRIBUTE_NOINLINE void RecvFromNothing(
    const Socket& socket, absl::Span<char> buffer, int flags,
    absl::StatusOr<RecvFromResult>* result) {
  if (!socket.is_open()) {
    *result = ClosedError(Operation::kRecvFrom);
  } else if (!WantsNothing(socket, flags)) {
    const Attempt attempt(socket, flags,
                          ReceiveFromOnce{buffer, (*result)->address});
    internal::FinishReceive(Operation::kRecvFrom, attempt, attempt.Try(),
                            result);
  }
}

}  // namespace

absl::StatusOr<std::size_t> Socket::Recv(MutableBuffer buffer, int flags) {
  if (ABSL_PREDICT_FALSE(!is_open() || buffer.empty())) {
    return RecvNothing(*this, buffer, flags);
  }
  const Attempt attempt(*this, flags, ReceiveOnce{buffer});
  const SysResult<std::size_t> size = attempt.Try();
  if (ABSL_PREDICT_TRUE(attempt.IsDone(size))) return size.value;
  return attempt.Finish(Operation::kRecv, WaitEvents::kReadable, size);
}

absl::StatusOr<std::string> Socket::Recv(std::size_t bufsize, int flags) {
  return ReceiveString(
      Operation::kRecv, "bufsize", bufsize, kMaxBufSize, flags,
      [this, flags](absl::Span<char> buffer) { return Recv(buffer, flags); });
}

absl::StatusOr<RecvFromResult> Socket::RecvFrom(MutableBuffer buffer,
                                                int flags) {
  // The one thing that is returned, and so made where the caller wants it: the
  // address is written there and never copied.
  absl::StatusOr<RecvFromResult> result(internal::kInPlace);
  if (ABSL_PREDICT_FALSE(!is_open() || buffer.empty())) {
    RecvFromNothing(*this, buffer, flags, &result);
    return result;
  }
  RecvFromResult& received = *result;
  const Attempt attempt(*this, flags,
                        ReceiveFromOnce{buffer, received.address});
  const SysResult<std::size_t> size = attempt.Try();
  received.size = size.value;
  if (ABSL_PREDICT_FALSE(!attempt.IsDone(size))) {
    internal::FinishReceive(Operation::kRecvFrom, attempt, size, &result);
  }
  return result;
}

absl::StatusOr<RecvFromStringResult> Socket::RecvFrom(std::size_t bufsize,
                                                      int flags) {
  SocketAddress address;
  absl::StatusOr<std::string> data = ReceiveString(
      Operation::kRecvFrom, "bufsize", bufsize, kMaxBufSize, flags,
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

absl::StatusOr<std::size_t> Socket::Send(ConstBuffer data, int flags) {
  if (ABSL_PREDICT_FALSE(!is_open())) return ClosedError(Operation::kSend);
  const Attempt attempt(*this, flags, SendOnce{data});
  const SysResult<std::size_t> size = attempt.Try();
  if (ABSL_PREDICT_TRUE(attempt.IsDone(size))) return size.value;
  return attempt.Finish(Operation::kSend, WaitEvents::kWritable, size);
}

absl::Status Socket::SendAll(ConstBuffer data, int flags, std::size_t* sent,
                             absl::Duration progress_timeout) {
  std::size_t own = 0;
  if (sent == nullptr) sent = &own;
  *sent = 0;
  if (!is_open()) return ClosedError(Operation::kSend);
  absl::Status valid =
      internal::CheckProgressTimeout(Operation::kSend, progress_timeout);
  if (!valid.ok()) return valid;
  absl::string_view rest = data;
  return SendAllOf(*this, rest, flags, progress_timeout, sent);
}

absl::StatusOr<std::size_t> Socket::SendTo(ConstBuffer data,
                                           const SocketAddress& address,
                                           int flags) {
  if (ABSL_PREDICT_FALSE(!is_open())) return ClosedError(Operation::kSendTo);
  const Attempt attempt(*this, flags, SendToOnce{data, address}, &address);
  // Only a path has more to it than its family.
  if (ABSL_PREDICT_FALSE(address.family() != family_ || family_ == kAfUnix)) {
    absl::Status valid = internal::CheckResolved(
        {*platform_, family_, Operation::kSendTo}, address);
    if (!valid.ok()) return valid;
    return attempt.Run(Operation::kSendTo, WaitEvents::kWritable);
  }
  const SysResult<std::size_t> size = attempt.Try();
  if (ABSL_PREDICT_TRUE(attempt.IsDone(size))) return size.value;
  return attempt.Finish(Operation::kSendTo, WaitEvents::kWritable, size);
}

absl::StatusOr<std::size_t> Socket::SendTo(ConstBuffer data,
                                           const Address& address, int flags) {
  if (!is_open()) return ClosedError(Operation::kSendTo);
  const internal::Deadline deadline(platform_->clock(),
                                    internal::ResolveTimeout(GetTimeout()));
  const absl::StatusOr<SocketAddress> resolved = internal::Resolve(
      {*platform_, family_, Operation::kSendTo, cancellation()}, address,
      deadline.Remaining());
  if (!resolved.ok()) return resolved.status();
  const Attempt attempt(*this, flags, SendToOnce{data, *resolved}, &*resolved);
  return attempt.Run(Operation::kSendTo, WaitEvents::kWritable, deadline);
}

}  // namespace mortise
