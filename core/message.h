// Messages in several buffers, and what goes along with them: ancillary data,
// which mortise/core/ancillary.h lays out and reads.
//
//   absl::StatusOr<std::size_t> sent =
//       mortise::SendMsg(socket, {"head", "body"});
//   if (!sent.ok()) return sent.status();
//   absl::StatusOr<mortise::RecvMsgStringResult> message =
//       mortise::RecvMsg(socket, 2048, 256);
//
// A buffer that is not text stands in the list as a ConstBuffer or a
// MutableBuffer (mortise/core/buffer.h): SendMsg(socket, {ConstBuffer(bytes)}).
//
// These functions wait, fail and may be called from several threads as the
// methods of Socket that send and receive (mortise/core/socket.h). They use
// buffers, `control` and addresses only until they return. They allocate only
// for more than 16 buffers, and for the result in the form with a string.

#ifndef MORTISE_CORE_MESSAGE_H_
#define MORTISE_CORE_MESSAGE_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/core/address.h"
#include "mortise/core/ancillary.h"
#include "mortise/core/buffer.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"

namespace mortise {

struct RecvMsgResult {
  // How many bytes of the buffers are filled, one buffer after the other. With
  // kMsgTrunc in the flags of the call, how long the message was, which may be
  // more.
  std::size_t size = 0;
  // How many bytes of the room for ancillary data are filled.
  std::size_t control_size = 0;
  // Flags of the OS. MSG_TRUNC: the message was longer than the buffers.
  // MSG_CTRUNC: its ancillary data was longer than the room for it.
  int flags = 0;
  // The address of the sender. Its family is AF_UNSPEC if the protocol does not
  // report the sender, as TCP does not.
  SocketAddress address;

  // Does not fill the address with zeros, for the reason that RecvFromResult
  // (mortise/core/received.h) states.
  RecvMsgResult() {}  // NOLINT(modernize-use-equals-default)
};

struct RecvMsgStringResult {
  std::string data;
  ReceivedAncillary ancillary;
  // These two are what they are in RecvMsgResult.
  int flags = 0;
  SocketAddress address;
};

// Python: recvmsg_into. Receives a message, as Socket::RecvFrom does, into
// several buffers, which are filled one after the other, with the ancillary
// data that came along. Descriptors among that belong to the caller:
// ReceivedDescriptors takes them. What does not fit is lost, and the flags of
// the result say so. Descriptors that did not fit have been closed, and
// MSG_CTRUNC is set. `control` has at most 2^31 - 1 bytes. No ancillary data
// comes over a stream on Windows. If `buffers` have no room at all, a datagram
// is received nevertheless, and its bytes are lost.
//
// Returns what Socket::RecvFrom returns, and
//   kInvalidArgument  there are more buffers than the OS takes (EMSGSIZE),
//                     which is 1024 on Linux (IOV_MAX)
// Source: recvmsg(2), WSARecvMsg.
absl::StatusOr<RecvMsgResult> RecvMsg(
    Socket& socket, absl::Span<const absl::Span<char>> buffers,
    MutableBuffer control = {}, int flags = 0);

// Python: recvmsg. The same into a string of at most `bufsize` bytes, with room
// for `ancbufsize` bytes of ancillary data (see CmsgSpace and CmsgLen). Both
// are 0 to Socket::kMaxBufSize. The result owns the ancillary data, and the
// descriptors among it.
absl::StatusOr<RecvMsgStringResult> RecvMsg(Socket& socket, std::size_t bufsize,
                                            std::size_t ancbufsize = 0,
                                            int flags = 0);

// Python: sendmsg. Sends all `buffers` as one message, as Socket::Send does or,
// with an address, Socket::SendTo. Returns how many bytes of them the OS has
// taken. On a stream this may be only a part. `control` is ancillary data that
// an AncillaryBuilder has laid out, at most 2^31 - 1 bytes, or nothing. It goes
// along with the first byte, so send the rest of a message without it. Source:
// sendmsg(2), WSASendMsg.
//
// Returns what Socket::Send returns, and
//   kUnimplemented    such a socket, a stream on Windows, carries no ancillary
//                     data (IsUnsupported)
//   kInvalidArgument  there are more buffers than the OS takes (see RecvMsg),
//                     and nothing has been sent
absl::StatusOr<std::size_t> SendMsg(Socket& socket,
                                    absl::Span<const absl::string_view> buffers,
                                    ConstBuffer control = {}, int flags = 0);
absl::StatusOr<std::size_t> SendMsg(Socket& socket,
                                    absl::Span<const absl::string_view> buffers,
                                    ConstBuffer control, int flags,
                                    const SocketAddress& address);
absl::StatusOr<std::size_t> SendMsg(Socket& socket,
                                    absl::Span<const absl::string_view> buffers,
                                    ConstBuffer control, int flags,
                                    const Address& address);

}  // namespace mortise

#endif  // MORTISE_CORE_MESSAGE_H_
