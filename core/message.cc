// Each function tries the call first, as the methods of socket_io.cc do.

#include "mortise/core/message.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "absl/base/attributes.h"
#include "absl/base/optimization.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/core/address.h"
#include "mortise/core/ancillary.h"
#include "mortise/core/buffer.h"
#include "mortise/core/internal/attempt.h"
#include "mortise/core/internal/believed_size.h"
#include "mortise/core/internal/deadline.h"
#include "mortise/core/internal/in_place.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/receive_string.h"
#include "mortise/core/internal/resolve.h"
#include "mortise/core/internal/waiter.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace {

using internal::Attempt;
using internal::ClosedError;
using internal::Operation;
using internal::TotalSize;

// The systems count ancillary data in 32 bits.
constexpr std::size_t kMaxControl = std::numeric_limits<std::int32_t>::max();

// Tries once to receive a message.
struct ReceiveMessageOnce {
  SysResult<std::size_t> operator()(const Socket& socket, int flags) const {
    const SysResult<ReceivedMessage> message =
        socket.platform()->sockets().RecvMsg(socket.native_handle(), buffers,
                                             control, flags,
                                             received.address.mutable_raw());
    received.control_size =
        std::min(message.value.control_size, control.size());
    received.flags = message.value.flags;
    return {message.value.size, message.error};
  }
  std::size_t room() const { return TotalSize(buffers); }

  const absl::Span<const absl::Span<char>> buffers;
  const absl::Span<char> control;
  RecvMsgResult& received;
};

// Tries once to send a message. It goes to `to`, or to the socket's peer if
// `to` is nullptr.
struct SendMessageOnce {
  SysResult<std::size_t> operator()(const Socket& socket, int flags) const {
    return socket.platform()->sockets().SendMsg(socket.native_handle(), buffers,
                                                control, flags, to);
  }
  std::size_t room() const { return TotalSize(buffers); }

  const absl::Span<const absl::string_view> buffers;
  const absl::Span<const char> control;
  const SockAddr* const to;
};

// Returns the reason why nothing can be sent or received: the socket is closed,
// or `control` is too long.
ABSL_ATTRIBUTE_NOINLINE absl::Status Refusal(Operation operation, bool is_open,
                                             absl::Span<const char> control) {
  if (!is_open) return ClosedError(operation);
  return internal::CheckBufSize(operation, "control", control.size(),
                                kMaxControl);
}

}  // namespace

absl::StatusOr<RecvMsgResult> RecvMsg(
    Socket& socket, absl::Span<const absl::Span<char>> buffers,
    MutableBuffer control, int flags) {
  // As in RecvFrom, every path returns this object, so that it is made where
  // the caller wants it.
  absl::StatusOr<RecvMsgResult> result(internal::kInPlace);
  if (ABSL_PREDICT_FALSE(!socket.is_open() || control.size() > kMaxControl)) {
    result = Refusal(Operation::kRecvMsg, socket.is_open(), control);
    return result;
  }
  RecvMsgResult& received = *result;
  const Attempt attempt(socket, flags,
                        ReceiveMessageOnce{buffers, control, received});
  const SysResult<std::size_t> size = attempt.Try();
  received.size = size.value;
  if (ABSL_PREDICT_FALSE(!attempt.IsDone(size))) {
    internal::FinishReceive(Operation::kRecvMsg, attempt, size, &result);
  }
  return result;
}

absl::StatusOr<RecvMsgStringResult> RecvMsg(Socket& socket, std::size_t bufsize,
                                            std::size_t ancbufsize, int flags) {
  if (!socket.is_open()) return ClosedError(Operation::kRecvMsg);
  RecvMsgStringResult message;
  // Descriptors arrive in the room for ancillary data. Nothing owns them until
  // `message.ancillary` is made of the string that holds them.
  const auto receive =
      [&](absl::Span<char> control) -> absl::StatusOr<std::size_t> {
    std::size_t control_size = 0;
    absl::StatusOr<std::string> data = internal::ReceiveString(
        Operation::kRecvMsg, "bufsize", bufsize, Socket::kMaxBufSize, flags,
        [&](absl::Span<char> buffer) -> absl::StatusOr<std::size_t> {
          const absl::StatusOr<RecvMsgResult> result =
              RecvMsg(socket, {buffer}, control, flags);
          if (!result.ok()) return result.status();
          control_size = result->control_size;
          message.flags = result->flags;
          message.address = result->address;
          return result->size;
        });
    if (!data.ok()) return data.status();
    message.data = *std::move(data);
    return control_size;
  };
  absl::StatusOr<std::string> control =
      internal::ReceiveString(Operation::kRecvMsg, "ancbufsize", ancbufsize,
                              Socket::kMaxBufSize, /*flags=*/0, receive);
  if (!control.ok()) return control.status();
  message.ancillary = ReceivedAncillary(*std::move(control), socket.platform());
  return message;
}

absl::StatusOr<std::size_t> SendMsg(Socket& socket,
                                    absl::Span<const absl::string_view> buffers,
                                    ConstBuffer control, int flags) {
  if (ABSL_PREDICT_FALSE(!socket.is_open() || control.size() > kMaxControl)) {
    return Refusal(Operation::kSendMsg, socket.is_open(), control);
  }
  const Attempt attempt(socket, flags,
                        SendMessageOnce{buffers, control, nullptr});
  const SysResult<std::size_t> size = attempt.Try();
  if (ABSL_PREDICT_TRUE(attempt.IsDone(size))) return size.value;
  return attempt.Finish(Operation::kSendMsg, WaitEvents::kWritable, size);
}

absl::StatusOr<std::size_t> SendMsg(Socket& socket,
                                    absl::Span<const absl::string_view> buffers,
                                    ConstBuffer control, int flags,
                                    const SocketAddress& address) {
  if (ABSL_PREDICT_FALSE(!socket.is_open() || control.size() > kMaxControl)) {
    return Refusal(Operation::kSendMsg, socket.is_open(), control);
  }
  absl::Status valid = internal::CheckResolved(
      {*socket.platform(), socket.family(), Operation::kSendMsg}, address);
  if (ABSL_PREDICT_FALSE(!valid.ok())) return valid;
  const Attempt attempt(socket, flags,
                        SendMessageOnce{buffers, control, &address.raw()},
                        &address);
  const SysResult<std::size_t> size = attempt.Try();
  if (ABSL_PREDICT_TRUE(attempt.IsDone(size))) return size.value;
  return attempt.Finish(Operation::kSendMsg, WaitEvents::kWritable, size);
}

absl::StatusOr<std::size_t> SendMsg(Socket& socket,
                                    absl::Span<const absl::string_view> buffers,
                                    ConstBuffer control, int flags,
                                    const Address& address) {
  if (!socket.is_open() || control.size() > kMaxControl) {
    return Refusal(Operation::kSendMsg, socket.is_open(), control);
  }
  const internal::Deadline deadline(
      socket.platform()->clock(),
      internal::ResolveTimeout(socket.GetTimeout()));
  const absl::StatusOr<SocketAddress> resolved =
      internal::Resolve({*socket.platform(), socket.family(),
                         Operation::kSendMsg, socket.cancellation()},
                        address, deadline.Remaining());
  if (!resolved.ok()) return resolved.status();
  const Attempt attempt(socket, flags,
                        SendMessageOnce{buffers, control, &resolved->raw()},
                        &*resolved);
  return attempt.Run(Operation::kSendMsg, WaitEvents::kWritable, deadline);
}

}  // namespace mortise
