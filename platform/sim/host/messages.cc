// The calls that send and receive.

#include <cstddef>
#include <memory>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sim/host/control.h"
#include "mortise/platform/sim/host/host.h"
#include "mortise/platform/sim/host/sockets.h"
#include "mortise/platform/sim/kernel/message.h"
#include "mortise/platform/sim/kernel/options.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/kernel/socket.h"
#include "mortise/platform/sim/kernel/watchers.h"
#include "mortise/platform/sim/time.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/socket_calls.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace sim {
namespace {

template <typename Buffer>
std::size_t SizeOf(absl::Span<const Buffer> buffers) {
  std::size_t size = 0;
  for (const Buffer& buffer : buffers) size += buffer.size();
  return size;
}

}  // namespace

Result<std::size_t> Sockets::Receive(Call& call, sim::Socket& socket, int flags,
                                     Incoming* message) {
  // There is no queue of errors.
  if ((flags & flags_.error_queue) != 0) return {0, ErrorCode::kEagain};
  message->peek = (flags & flags_.peek) != 0;
  message->out_of_band = (flags & flags_.out_of_band) != 0;
  const bool may_wait =
      socket.is_blocking() && (flags & flags_.do_not_wait) == 0;
  message->may_wait = may_wait;
  const bool is_stream = socket.type() == kSockStream;
  // Source: tcp(7), MSG_TRUNC.
  message->drops_bytes = is_stream && socket.family() != kAfUnix &&
                         (flags & flags_.truncated) != 0;
  const bool wait_all =
      is_stream && (flags & flags_.wait_all) != 0 && !message->peek;
  const auto receive = [&] { return socket.Receive(message); };
  for (;;) {
    const std::size_t before = message->size;
    const ErrorCode error =
        call.Until(socket, may_wait, kReadable | kEnded,
                   socket.options().receive_timeout, receive);
    // What came before an error is reported first.
    if (error != kDone && message->size == 0) return {0, error};
    if (error != kDone || !wait_all || message->size == before ||
        message->size == message->room || !message->ancillary.rights.empty()) {
      break;
    }
  }
  const bool wants_whole_size = !is_stream && (flags & flags_.truncated) != 0;
  return {wants_whole_size ? message->whole_size : message->size};
}

SysResult<std::size_t> Sockets::Recv(NativeHandle handle,
                                     absl::Span<char> buffer, int flags) {
  SockAddr from;
  return RecvFrom(handle, buffer, flags, &from);
}

SysResult<std::size_t> Sockets::RecvFrom(NativeHandle handle,
                                         absl::Span<char> buffer, int flags,
                                         SockAddr* from) {
  return On({"recv", handle}, [&](Call& call, sim::Socket& socket) {
    Incoming message;
    message.buffers = absl::MakeConstSpan(&buffer, 1);
    message.room = buffer.size();
    const Result<std::size_t> received = Receive(call, socket, flags, &message);
    if (received.ok()) *from = message.from;
    return received;
  });
}

SysResult<ReceivedMessage> Sockets::RecvMsg(
    NativeHandle handle, absl::Span<const absl::Span<char>> buffers,
    absl::Span<char> control, int flags, SockAddr* from) {
  return On({"recvmsg", handle}, [&](Call& call, sim::Socket& socket) {
    Incoming message;
    message.buffers = buffers;
    message.room = SizeOf(buffers);
    const Result<std::size_t> received = Receive(call, socket, flags, &message);
    Result<ReceivedMessage> result;
    result.error = received.error;
    if (!received.ok()) return result;
    *from = message.from;
    result.value.size = received.value;
    const WrittenControl written =
        WriteControl(call, socket, message.ancillary, control);
    result.value.control_size = written.size;
    if (message.is_truncated) result.value.flags |= flags_.truncated;
    if (written.is_truncated) result.value.flags |= flags_.control_truncated;
    return result;
  });
}

Result<std::size_t> Sockets::Transmit(Call& call, sim::Socket& socket,
                                      int flags, const Outgoing& message) {
  const bool may_wait =
      socket.is_blocking() && (flags & flags_.do_not_wait) == 0;
  std::size_t sent = 0;
  const auto send = [&] { return socket.Send(message, sent); };
  for (;;) {
    const Result<std::size_t> taken = call.Until(
        socket, may_wait, kWritable, socket.options().send_timeout, send);
    sent += taken.value;
    // What was taken before an error is reported first.
    if (!taken.ok()) return {sent, sent > 0 ? kDone : taken.error};
    // A call that may wait sends all of a stream.
    if (!may_wait || sent == message.size || taken.value == 0) return {sent};
  }
}

SysResult<std::size_t> Sockets::Send(NativeHandle handle,
                                     absl::Span<const char> data, int flags) {
  const absl::string_view piece(data.data(), data.size());
  return SendMsg(handle, absl::MakeConstSpan(&piece, 1), {}, flags, nullptr);
}

SysResult<std::size_t> Sockets::SendTo(NativeHandle handle,
                                       absl::Span<const char> data, int flags,
                                       const SockAddr& to) {
  const absl::string_view piece(data.data(), data.size());
  return SendMsg(handle, absl::MakeConstSpan(&piece, 1), {}, flags, &to);
}

SysResult<std::size_t> Sockets::SendMsg(
    NativeHandle handle, absl::Span<const absl::string_view> buffers,
    absl::Span<const char> control, int flags, const SockAddr* to) {
  return On({"send", handle, to}, [&](Call& call, sim::Socket& socket) {
    Outgoing message;
    message.pieces = buffers;
    message.size = SizeOf(buffers);
    message.to = to;
    message.out_of_band = (flags & flags_.out_of_band) != 0;
    Ancillary ancillary;
    if (!control.empty()) {
      const ErrorCode error = ReadControl(call, socket, control, &ancillary);
      if (error != kDone) return Result<std::size_t>{0, error};
      message.ancillary = &ancillary;
    }
    return Transmit(call, socket, flags, message);
  });
}

}  // namespace sim
}  // namespace mortise
