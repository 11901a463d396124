// Passes descriptors (sockets, files, pipes) to another process over AF_UNIX.
//
// One process sends its standard input and output:
//
//   absl::StatusOr<std::size_t> sent =
//       mortise::SendFds(socket, "take these",
//                        {mortise::NativeHandle(0), mortise::NativeHandle(1)});
//
// Another process receives the descriptor of a socket:
//
//   absl::StatusOr<mortise::RecvFdsResult> got =
//       mortise::RecvFds(socket, 64, 1);
//   if (!got.ok()) return got.status();
//   if (got->descriptors.size() == 1) {
//     absl::StatusOr<mortise::Socket> listener =
//         mortise::Socket::Adopt(got->descriptors.Take(0));
//   }
//
// Windows passes sockets in another way, see mortise/core/windows_socket.h.
// There, and on a socket of another family, both functions fail with
// kUnimplemented (IsUnsupported). Otherwise they fail and block as SendMsg and
// RecvMsg (mortise/core/message.h) do, and have the same thread safety. Source:
// unix(7), SCM_RIGHTS.

#ifndef MORTISE_CORE_FDS_H_
#define MORTISE_CORE_FDS_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/core/ancillary.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/platform/native_handle.h"

namespace mortise {

// Python: send_fds. Sends `data` and `fds` in one message. Returns how many
// bytes of `data` were sent. All of `fds` went with the first byte, so send the
// rest with Socket::Send. The caller keeps `fds` and may close them at once.
// `fds` may be empty. Linux accepts at most 253, and sends nothing if there are
// more.
//
// Fails with kInvalidArgument if one of `fds` is the invalid handle, or if
// `data` is empty on a stream, where descriptors cannot be sent without a byte.
absl::StatusOr<std::size_t> SendFds(Socket& socket, absl::string_view data,
                                    absl::Span<const NativeHandle> fds,
                                    int flags = 0);
// The same as a datagram to `address`.
absl::StatusOr<std::size_t> SendFds(Socket& socket, absl::string_view data,
                                    absl::Span<const NativeHandle> fds,
                                    int flags, const SocketAddress& address);

// Owns the received descriptors. Can be moved, not copied.
struct RecvFdsResult {
  std::string data;
  // Programs that this process starts do not inherit them.
  ReceivedDescriptors descriptors;
  // As RecvMsgResult::flags. MSG_CTRUNC: a descriptor is missing, and none has
  // been kept. RecvFds lists the causes.
  int flags = 0;
  // As RecvMsgResult::address.
  SocketAddress address;
};

// The most descriptors that RecvFds has room for.
inline constexpr std::size_t kMaxFds = 65536;

// Python: recv_fds. Receives at most `bufsize` bytes, 0 to Socket::kMaxBufSize,
// and at most `maxfds` descriptors, 0 to kMaxFds. If a descriptor is missing,
// all are closed and the result's flags have MSG_CTRUNC, because the receiver
// could not tell which one is missing. The possible causes:
//   - There were more than `maxfds`.
//   - This process has as many descriptors open as it may (RLIMIT_NOFILE).
//   - On Linux, a security module such as SELinux does not let this process
//     have one of them.
// In all three cases the data is returned and the descriptors are lost.
//
// Fails with kOutOfRange if one of the two sizes is out of range. Source:
// unix(7), SCM_RIGHTS; recvmsg(2).
absl::StatusOr<RecvFdsResult> RecvFds(Socket& socket, std::size_t bufsize,
                                      std::size_t maxfds, int flags = 0);

}  // namespace mortise

#endif  // MORTISE_CORE_FDS_H_
