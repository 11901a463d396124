// What only Windows has: sharing a socket with another process, and Winsock's
// own requests.
//
//   absl::StatusOr<std::string> info = mortise::Share(socket, 4242);
//   if (!info.ok()) return info.status();
//   // The process 4242 gets these bytes, and makes its own socket of them:
//   absl::StatusOr<mortise::Socket> shared = mortise::FromShare(*info);
//
// On other systems every function fails with kUnimplemented (IsUnsupported).
// There, mortise/core/fds.h hands descriptors to another process.
//
// All of them return kFailedPrecondition if the socket is closed (IsClosed),
// and otherwise what the OS said (mortise/core/error.h). They do not wait,
// except for requests of Ioctl that Winsock lets wait. Threads: as the methods
// of Socket.

#ifndef MORTISE_CORE_WINDOWS_SOCKET_H_
#define MORTISE_CORE_WINDOWS_SOCKET_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/core/buffer.h"
#include "mortise/core/socket.h"

namespace mortise {

class Platform;

// Python: socket.share. Returns bytes of which the process `process_id`, which
// may be this one, makes its own socket with FromShare, once. `socket` has to
// stay open until then. To any other process the bytes are of no use. Source:
// WSADuplicateSocketW.
absl::StatusOr<std::string> Share(const Socket& socket,
                                  std::uint32_t process_id);

// Python: socket.fromshare. A socket of what another process has shared with
// this one. The result owns its descriptor. `platform` nullptr is the operating
// system. Source: WSASocketW.
//
// Returns:
//   kInvalidArgument  `info` does not come from Share
absl::StatusOr<Socket> FromShare(absl::string_view info,
                                 Platform* platform = nullptr);

// Python: socket.ioctl. A request of Winsock, SIO_*, with the argument `in`.
// Returns how many bytes of `out` have been filled, at most all. Other systems
// have no such function, because ioctl(2) does not tell how much it reads and
// writes. Source: WSAIoctl.
absl::StatusOr<std::size_t> Ioctl(Socket& socket, std::uint32_t request,
                                  ConstBuffer in, MutableBuffer out);
// For requests that take a number, such as SIO_RCVALL (RCVALL_*) and
// SIO_LOOPBACK_FAST_PATH (0 or 1).
absl::Status Ioctl(Socket& socket, std::uint32_t request, std::uint32_t value);

// What SIO_KEEPALIVE_VALS sets. Both durations are 0 to 2^32 - 1 milliseconds.
// Windows counts whole milliseconds: a fraction of one is cut off.
struct KeepaliveValues {
  // Whether silent connections are probed.
  bool on = true;
  // How long a connection is silent before it is probed.
  absl::Duration time;
  // How long it is silent between two probes.
  absl::Duration interval;
};
// For SIO_KEEPALIVE_VALS. Returns:
//   kOutOfRange  `time` or `interval` is not in 0 to 2^32 - 1 milliseconds
absl::Status Ioctl(Socket& socket, std::uint32_t request,
                   const KeepaliveValues& values);

}  // namespace mortise

#endif  // MORTISE_CORE_WINDOWS_SOCKET_H_
