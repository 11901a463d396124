#include "mortise/core/fds.h"

#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/core/ancillary.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/message.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/control_layout.h"
#include "mortise/platform/control_value.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace {

using internal::ArgumentError;
using internal::Operation;

// Returns OK if `socket` can carry descriptors. On sockets of other families
// some systems accept descriptors and lose them without an error.
absl::Status CheckFamily(const Socket& socket, Operation operation) {
  if (!socket.is_open()) return internal::ClosedError(operation);
  if (socket.family() == kAfUnix) return absl::OkStatus();
  return internal::OsError(
      *socket.platform(), operation, kNotSupportedError,
      absl::StrCat("descriptors over ", socket.family().ToString()));
}

// Checks the arguments and calls `send` with the ancillary data.
template <typename Send>
absl::StatusOr<std::size_t> SendWith(const Socket& socket,
                                     absl::string_view data,
                                     absl::Span<const NativeHandle> fds,
                                     Send send) {
  absl::Status status = CheckFamily(socket, Operation::kSendMsg);
  if (!status.ok()) return status;
  if (data.empty() && !fds.empty() && socket.type() == kSockStream) {
    return ArgumentError(absl::StatusCode::kInvalidArgument,
                         Operation::kSendMsg, "data",
                         "is empty, but a stream socket sends descriptors only "
                         "together with data");
  }
  AncillaryBuilder builder(socket.platform());
  if (!fds.empty()) status = builder.AddDescriptors(fds);
  if (!status.ok()) return status;
  return send(builder.bytes());
}

}  // namespace

absl::StatusOr<std::size_t> SendFds(Socket& socket, absl::string_view data,
                                    absl::Span<const NativeHandle> fds,
                                    int flags) {
  return SendWith(socket, data, fds, [&](absl::Span<const char> control) {
    return SendMsg(socket, {data}, control, flags);
  });
}

absl::StatusOr<std::size_t> SendFds(Socket& socket, absl::string_view data,
                                    absl::Span<const NativeHandle> fds,
                                    int flags, const SocketAddress& address) {
  return SendWith(socket, data, fds, [&](absl::Span<const char> control) {
    return SendMsg(socket, {data}, control, flags, address);
  });
}

absl::StatusOr<RecvFdsResult> RecvFds(Socket& socket, std::size_t bufsize,
                                      std::size_t maxfds, int flags) {
  absl::Status status = CheckFamily(socket, Operation::kRecvMsg);
  if (!status.ok()) return status;
  if (maxfds > kMaxFds) {
    return ArgumentError(absl::StatusCode::kOutOfRange, Operation::kRecvMsg,
                         "maxfds",
                         absl::StrCat(maxfds, " is not in 0 to ", kMaxFds));
  }
  const std::optional<EncodedControl> one =
      EncodeControl(ControlHandles{{NativeHandle(0)}});
  if (!one.has_value()) {
    return internal::OsError(*socket.platform(), Operation::kRecvMsg,
                             kNotSupportedError, "descriptors");
  }
  // ControlLength and not ControlSpace: one more descriptor would fit into the
  // padding that ControlSpace counts.
  absl::StatusOr<RecvMsgStringResult> message =
      RecvMsg(socket, bufsize, ControlLength(maxfds * one->data.size()), flags);
  if (!message.ok()) return message.status();
  RecvFdsResult result;
  result.data = std::move(message->data);
  result.flags = message->flags;
  result.address = message->address;
  if ((message->flags & kMsgCtrunc) == 0) {
    result.descriptors = message->ancillary.TakeDescriptors();
  }
  return result;
}

}  // namespace mortise
