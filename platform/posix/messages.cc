#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

#include <cerrno>
#include <cstddef>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/posix/new_descriptor.h"
#include "mortise/platform/posix/sock_addr_codec.h"
#include "mortise/platform/posix/sockets.h"
#include "mortise/platform/posix/system_call.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {
namespace {

// Few messages have more pieces than 16, and only those allocate.
using Pieces = absl::InlinedVector<iovec, 16>;

template <typename Buffer>
Pieces PiecesOf(absl::Span<const Buffer> buffers) {
  Pieces pieces;
  pieces.reserve(buffers.size());
  for (const Buffer& buffer : buffers) {
    // Data that is sent is only read, but an iovec has no const.
    pieces.push_back({const_cast<char*>(buffer.data()), buffer.size()});
  }
  return pieces;
}

// Converts without a warning if the fields have other types than on Linux.
template <typename Field>
void SetSize(std::size_t size, Field* field) {
  *field = static_cast<Field>(size);
}

}  // namespace

SysResult<ReceivedMessage> Sockets::RecvMsg(
    NativeHandle handle, absl::Span<const absl::Span<char>> buffers,
    absl::Span<char> control, int flags, SockAddr* from) {
  Pieces pieces = PiecesOf(buffers);
  NativeAddress native;
  msghdr message = {};
  message.msg_name = native.get();
  message.msg_namelen = native.length;
  message.msg_iov = pieces.data();
  SetSize(pieces.size(), &message.msg_iovlen);
  message.msg_control = control.data();
  SetSize(control.size(), &message.msg_controllen);
  const ssize_t size = ReceiveMessage(Fd(handle), &message, flags);
  if (size == -1) return {ReceivedMessage(), errno};
  native.length = message.msg_namelen;
  DecodeSockAddr(native, from);
  ReceivedMessage received;
  received.size = static_cast<std::size_t>(size);
  received.control_size = static_cast<std::size_t>(message.msg_controllen);
  received.flags = message.msg_flags;
  return {received, 0};
}

SysResult<std::size_t> Sockets::SendMsg(
    NativeHandle handle, absl::Span<const absl::string_view> buffers,
    absl::Span<const char> control, int flags, const SockAddr* to) {
  Pieces pieces = PiecesOf(buffers);
  NativeAddress native;
  msghdr message = {};
  if (to != nullptr) {
    if (const int unfit = EncodeSockAddr(*to, &native)) return {0, unfit};
    message.msg_name = native.get();
    message.msg_namelen = native.length;
  }
  message.msg_iov = pieces.data();
  SetSize(pieces.size(), &message.msg_iovlen);
  message.msg_control = const_cast<char*>(control.data());
  SetSize(control.size(), &message.msg_controllen);
  return SizeOrErrno(sendmsg(Fd(handle), &message, flags | MSG_NOSIGNAL));
}

}  // namespace posix
}  // namespace mortise
