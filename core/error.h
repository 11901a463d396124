// What a failed call tells.
//
// Every function of the library that can fail returns an `absl::Status` or
// `absl::StatusOr`. Its text is for people, its code is coarse; what programs
// branch on is here:
//
//   absl::Status status = socket.Connect({"example.org", 80});
//   if (mortise::IsConnectionRefused(status)) {
//     status = socket.Connect({"example.org", 8080});
//   }
//   if (std::optional<mortise::Error> error = mortise::ErrorOf(status)) {
//     std::cout << mortise::ErrorCodeName(error->code);  // EHOSTUNREACH
//   }
//
// The text reads `connect 127.0.0.1:9: Connection refused [ECONNREFUSED]`:
// operation, address, what the OS called it, the portable name.
//
// Everything here is safe to call from any thread.

#ifndef MORTISE_CORE_ERROR_H_
#define MORTISE_CORE_ERROR_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "mortise/platform/error_code.h"

namespace mortise {

struct Error {
  // Whose error it is; tells Python's exception classes apart.
  ErrorDomain domain = ErrorDomain::kOs;
  // The platform's own number (errno, WSAGetLastError(), EAI_*, h_errno),
  // untouched. 0 in the domains that have none, kTimeout and kUsage.
  int native_code = 0;
  // The same number under its portable name. kUnmapped if it has none. In the
  // domain kTimeout it is kEtimedout, in kUsage what POSIX would have said.
  ErrorCode code = ErrorCode::kUnmapped;
  // What was tried, by its POSIX name: "connect".
  std::string operation;
  // On what, as text: "127.0.0.1:9". If the call names no address it is the
  // peer of the socket, unless the system no longer tells it or the error is a
  // would-block or a timeout; empty then. A name with control characters, or
  // one that is no UTF-8, stands there in quotes and escaped as in C, as it
  // does in the message.
  std::string address;
};

// The error that `status` carries, or nullopt iff the library did not make it.
// Survives copies of the status and text put around it by whoever keeps the
// payloads (`absl::Status::ForEachPayload`).
std::optional<Error> ErrorOf(const absl::Status& status);

// Each is true iff `status` is an error of this library and …

// … the socket's timeout ran out, or the OS gave up on the peer (ETIMEDOUT).
// Python: TimeoutError. IsConnectionTimedOut tells the two apart.
bool IsTimeout(const absl::Status& status);
// … the OS gave up on the peer, which has not answered for too long
// (ETIMEDOUT). The connection is over, whereas after the socket's own timeout
// the same call can be made again. Source: tcp(7), tcp_retries2.
bool IsConnectionTimedOut(const absl::Status& status);
// … the call would have to wait and the socket is non-blocking: EAGAIN,
// EWOULDBLOCK, EALREADY, EINPROGRESS. Python: BlockingIOError.
bool IsWouldBlock(const absl::Status& status);
// … a non-blocking Connect is under way: EINPROGRESS.
bool IsInProgress(const absl::Status& status);
// … nobody listens there: ECONNREFUSED.
bool IsConnectionRefused(const absl::Status& status);
// … the peer dropped the connection: ECONNRESET.
bool IsConnectionReset(const absl::Status& status);
// … a connection was gone before it was accepted: ECONNABORTED.
bool IsConnectionAborted(const absl::Status& status);
// … this side can no longer send: EPIPE, ESHUTDOWN.
bool IsBrokenPipe(const absl::Status& status);
// … the socket has no peer: ENOTCONN, EDESTADDRREQ. Linux says EPIPE of a TCP
// socket that sends without one, which is IsBrokenPipe.
bool IsNotConnected(const absl::Status& status);
// … another socket has the address: EADDRINUSE.
bool IsAddressInUse(const absl::Status& status);
// … this machine does not have the address: EADDRNOTAVAIL.
bool IsAddressNotAvailable(const absl::Status& status);
// … there is no way there: ENETUNREACH, EHOSTUNREACH, ENETDOWN, EHOSTDOWN.
bool IsUnreachable(const absl::Status& status);
// … a name of a host, service or protocol has no answer: EAI_NONAME,
// EAI_NODATA, EAI_ADDRFAMILY, EAI_SERVICE, HOST_NOT_FOUND, NO_DATA, and
// `ErrorCode::kNameNotFound`. EAI_AGAIN, a resolver that cannot be asked, is
// none of them.
bool IsNameNotFound(const absl::Status& status);
// … a path names nothing: ENOENT. An AF_UNIX socket that nobody has bound, a
// file of certificates that is not there. Python: FileNotFoundError. Windows
// says ERROR_FILE_NOT_FOUND or ERROR_PATH_NOT_FOUND of files. A name that is
// looked up is IsNameNotFound instead.
bool IsFileNotFound(const absl::Status& status);
// … the process or the system has as many descriptors open as it may: EMFILE,
// ENFILE. It helps to close some; see RLIMIT_NOFILE of getrlimit(2).
bool IsTooManyDescriptors(const absl::Status& status);
// … the system has no room for the call at the moment: ENOBUFS. The same call
// may succeed later. Linux says so of a full queue of AF_CAN and AF_PACKET,
// macOS and Windows of any socket. Memory that has run out is ENOMEM instead.
bool IsNoBufferSpace(const absl::Status& status);
// … the operation needs a right that the process lacks: EACCES, EPERM.
bool IsAccessDenied(const absl::Status& status);
// … the platform has no such family, type, protocol, option or call:
// EAFNOSUPPORT, EPFNOSUPPORT, EPROTONOSUPPORT, ESOCKTNOSUPPORT, ENOPROTOOPT,
// EOPNOTSUPP, ENOSYS, and `ErrorCode::kUnsupported`.
bool IsUnsupported(const absl::Status& status);
// … the socket has been closed, by this object: EBADF in the domain kUsage.
bool IsClosed(const absl::Status& status);
// … the call was refused before it reached the OS: the domain kUsage.
bool IsUsageError(const absl::Status& status);

}  // namespace mortise

#endif  // MORTISE_CORE_ERROR_H_
