#include <cstddef>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/winsock/extension.h"
#include "mortise/platform/winsock/os_headers.h"
#include "mortise/platform/winsock/sock_addr_codec.h"
#include "mortise/platform/winsock/sockets.h"
#include "mortise/platform/winsock/system_call.h"

namespace mortise {
namespace winsock {
namespace {

// Few messages have more pieces than 16, and only those allocate.
using Pieces = absl::InlinedVector<WSABUF, 16>;

// Winsock rejects null buffers, even those of length 0.
char nowhere;

template <typename Buffer>
Pieces PiecesOf(absl::Span<const Buffer> buffers) {
  Pieces pieces;
  pieces.reserve(buffers.size());
  for (const Buffer& buffer : buffers) {
    // Data that is sent is only read, but a WSABUF has no const.
    pieces.push_back(
        {static_cast<u_long>(CutLength(buffer.size())),
         buffer.empty() ? &nowhere : const_cast<char*>(buffer.data())});
  }
  if (pieces.empty()) pieces.push_back({0, &nowhere});
  return pieces;
}

std::size_t SizeOf(const Pieces& pieces) {
  std::size_t size = 0;
  for (const WSABUF& piece : pieces) size += piece.len;
  return size;
}

Extension<LPFN_WSARECVMSG> wsa_recv_msg(WSAID_WSARECVMSG);
Extension<LPFN_WSASENDMSG> wsa_send_msg(WSAID_WSASENDMSG);

// Neither function is for streams, which have no ancillary data here.
bool IsStream(SOCKET socket) {
  int type = 0;
  int size = sizeof(type);
  return getsockopt(socket, SOL_SOCKET, SO_TYPE, reinterpret_cast<char*>(&type),
                    &size) == 0 &&
         type == SOCK_STREAM;
}

WSABUF ControlOf(absl::Span<const char> control) {
  return {static_cast<u_long>(CutLength(control.size())),
          const_cast<char*>(control.data())};
}

// The two ways to receive. If they return SOCKET_ERROR, WSAGetLastError tells
// the error.

int RecvWithControl(LPFN_WSARECVMSG recv_msg, SOCKET socket, Pieces& pieces,
                    absl::Span<char> control, int flags, NativeAddress* from,
                    ReceivedMessage* received) {
  WSAMSG message = {};
  message.name = from->get();
  message.namelen = from->length;
  message.lpBuffers = pieces.data();
  message.dwBufferCount = static_cast<DWORD>(pieces.size());
  message.Control = ControlOf(control);
  message.dwFlags = static_cast<DWORD>(flags);
  DWORD size = 0;
  const int result = recv_msg(socket, &message, &size, nullptr, nullptr);
  from->length = message.namelen;
  received->size = size;
  received->control_size = message.Control.len;
  received->flags = static_cast<int>(message.dwFlags);
  return result;
}

int RecvWithoutControl(SOCKET socket, Pieces& pieces, int flags,
                       NativeAddress* from, ReceivedMessage* received) {
  DWORD size = 0;
  auto all_flags = static_cast<DWORD>(flags);
  const int result = WSARecvFrom(
      socket, pieces.data(), static_cast<DWORD>(pieces.size()), &size,
      &all_flags, from->get(), &from->length, nullptr, nullptr);
  received->size = size;
  return result;
}

}  // namespace

SysResult<ReceivedMessage> Sockets::RecvMsg(
    NativeHandle handle, absl::Span<const absl::Span<char>> buffers,
    absl::Span<char> control, int flags, SockAddr* from) {
  const SOCKET socket = AsSocket(handle);
  Pieces pieces = PiecesOf(buffers);
  NativeAddress native;
  ReceivedMessage received;
  int result;
  if (control.empty() || IsStream(socket)) {
    result = RecvWithoutControl(socket, pieces, flags, &native, &received);
  } else {
    const LPFN_WSARECVMSG recv_msg = wsa_recv_msg.Get(socket);
    if (recv_msg == nullptr) return {received, WSAGetLastError()};
    result = RecvWithControl(recv_msg, socket, pieces, control, flags, &native,
                             &received);
  }
  if (result == SOCKET_ERROR) {
    switch (const int error = WSAGetLastError()) {
      // The message was longer, and the buffers are full of its beginning,
      // unless only the ancillary data did not fit.
      case WSAEMSGSIZE:
        if ((received.flags & (MSG_TRUNC | MSG_CTRUNC)) != MSG_CTRUNC) {
          received.size = SizeOf(pieces);
          received.flags |= MSG_TRUNC;
        }
        break;
      // This side has shut down its receiving half.
      case WSAESHUTDOWN:
        return {ReceivedMessage(), 0};
      default:
        return {ReceivedMessage(), error};
    }
  }
  DecodeSockAddr(native, from);
  return {received, 0};
}

SysResult<std::size_t> Sockets::SendMsg(
    NativeHandle handle, absl::Span<const absl::string_view> buffers,
    absl::Span<const char> control, int flags, const SockAddr* to) {
  const SOCKET socket = AsSocket(handle);
  Pieces pieces = PiecesOf(buffers);
  NativeAddress native;
  if (to != nullptr) {
    if (const int unfit = EncodeSockAddr(*to, &native)) return {0, unfit};
  }
  sockaddr* const name = to != nullptr ? native.get() : nullptr;
  const int name_length = to != nullptr ? native.length : 0;
  const auto count = static_cast<DWORD>(pieces.size());
  const auto all_flags = static_cast<DWORD>(flags);
  DWORD size = 0;
  int result;
  if (control.empty()) {
    result = WSASendTo(socket, pieces.data(), count, &size, all_flags, name,
                       name_length, nullptr, nullptr);
  } else if (IsStream(socket)) {
    return {0, kNotSupportedError};
  } else {
    const LPFN_WSASENDMSG send_msg = wsa_send_msg.Get(socket);
    if (send_msg == nullptr) return {0, WSAGetLastError()};
    WSAMSG message = {};
    message.name = name;
    message.namelen = name_length;
    message.lpBuffers = pieces.data();
    message.dwBufferCount = count;
    message.Control = ControlOf(control);
    result = send_msg(socket, &message, all_flags, &size, nullptr, nullptr);
  }
  if (result == SOCKET_ERROR) return {0, WSAGetLastError()};
  return {size, 0};
}

}  // namespace winsock
}  // namespace mortise
