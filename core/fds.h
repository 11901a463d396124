// Handing descriptors to another process, over AF_UNIX: sockets, files, pipes.
//
// One process sends its standard input and output:
//
//   absl::StatusOr<std::size_t> sent =
//       mortise::SendFds(socket, "take these",
//                        {mortise::NativeHandle(0), mortise::NativeHandle(1)});
//
// Another one is sent the descriptor of a socket:
//
//   absl::StatusOr<mortise::RecvFdsResult> got =
//       mortise::RecvFds(socket, 64, 1);
//   if (!got.ok()) return got.status();
//   if (got->descriptors.size() == 1) {
//     absl::StatusOr<mortise::Socket> listener =
//         mortise::Socket::Adopt(got->descriptors.Take(0));
//   }
//
// Windows hands sockets on in another way, Socket::Share. There, and over a
// socket of another family, both functions fail with kUnimplemented
// (IsUnsupported). Besides that they fail and wait as Socket::SendMsg and
// Socket::RecvMsg do. Source: unix(7), SCM_RIGHTS.

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

// Python: send_fds. Sends `data` and `fds` in one message, and returns how many
// bytes of `data` have gone; all of `fds` went with the first of them. They
// stay the caller's, and may be closed at once. Linux takes at most 253.
//
// Fails with kInvalidArgument iff one of `fds` is the invalid handle, or `data`
// is empty on a stream, where descriptors cannot go without a byte.
absl::StatusOr<std::size_t> SendFds(Socket& socket, absl::string_view data,
                                    absl::Span<const NativeHandle> fds,
                                    int flags = 0);
// The same as a datagram to `address`.
absl::StatusOr<std::size_t> SendFds(Socket& socket, absl::string_view data,
                                    absl::Span<const NativeHandle> fds,
                                    int flags, const SocketAddress& address);

struct RecvFdsResult {
  std::string data;
  // None of them is inherited by child processes.
  ReceivedDescriptors descriptors;
  // MSG_CTRUNC: not all descriptors have come, and none has been kept. See
  // RecvFds for the causes.
  int flags = 0;
  SocketAddress address;
};

// Python: recv_fds. Receives at most `bufsize` bytes, 0 to Socket::kMaxBufSize,
// and at most `maxfds` descriptors, 0 to kMaxFds. If one of them is missing,
// all are closed and the result's flags have MSG_CTRUNC, because nobody could
// tell which one it is. The causes are
//   - that there were more than `maxfds`;
//   - that this process has as many descriptors open as it may (RLIMIT_NOFILE);
//   - on Linux, that a security module, such as SELinux, does not let this
//     process have one of them.
// In all three the data is there, and the descriptors are lost. kOutOfRange if
// one of the two sizes is out of range. Source: unix(7), SCM_RIGHTS;
// recvmsg(2).
inline constexpr std::size_t kMaxFds = 65536;
absl::StatusOr<RecvFdsResult> RecvFds(Socket& socket, std::size_t bufsize,
                                      std::size_t maxfds, int flags = 0);

}  // namespace mortise

#endif  // MORTISE_CORE_FDS_H_
