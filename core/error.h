// The information that a failed call carries.
//
// Every function of the library that can fail returns an `absl::Status` or
// `absl::StatusOr`. The status's message is for people, and its code is coarse.
// Programs branch on the functions here:
//
//   absl::Status status = socket.Connect({"example.org", 80});
//   if (mortise::IsConnectionRefused(status)) {
//     status = socket.Connect({"example.org", 8080});
//   }
//   if (std::optional<mortise::Error> error = mortise::ErrorOf(status)) {
//     std::cout << mortise::ErrorCodeName(error->code);  // EHOSTUNREACH
//   }
//
// The message reads `connect 127.0.0.1:9: Connection refused [ECONNREFUSED]`:
// the operation, the address, the OS's text, the portable name.
//
// All functions here are thread-safe and do not block. Error is a value type:
// copies share nothing.

#ifndef MORTISE_CORE_ERROR_H_
#define MORTISE_CORE_ERROR_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "mortise/platform/error_code.h"

namespace mortise {

struct Error {
  // Where the error comes from. Corresponds to Python's exception classes.
  ErrorDomain domain = ErrorDomain::kOs;
  // The platform's own number (errno, WSAGetLastError(), EAI_*, h_errno),
  // unchanged. 0 in the domains that have no numbers: kTimeout, kUsage and
  // kCancelled.
  int native_code = 0;
  // The portable name of that number, or kUnmapped if it has none. In the
  // domain kTimeout it is kEtimedout, in kCancelled kEcanceled; in kUsage it is
  // the code that POSIX would have returned.
  ErrorCode code = ErrorCode::kUnmapped;
  // The operation that failed, by its POSIX name: "connect".
  std::string operation;
  // The address of the operation, as text: "127.0.0.1:9". If the call names no
  // address, this is the peer of the socket, or empty if the system no longer
  // tells the peer or the error is a would-block or a timeout. A name with
  // control characters, or one that is not UTF-8, is in quotes and escaped as
  // in C, here and in the message.
  std::string address;
};

// Returns the error that `status` carries, or nullopt if the library did not
// make `status`. The error survives copies of the status. It survives a changed
// message if the code that changes the message keeps the payloads
// (`absl::Status::ForEachPayload`).
std::optional<Error> ErrorOf(const absl::Status& status);

// Each predicate below returns true if `status` is an error of this library
// with the meaning that the predicate's comment states.

// The socket's timeout ran out, or the OS gave up on the peer (ETIMEDOUT).
// IsConnectionTimedOut tells the two apart. The code is kDeadlineExceeded.
// Python: TimeoutError.
bool IsTimeout(const absl::Status& status);
// The OS gave up on the peer, which has not answered for too long (ETIMEDOUT).
// The connection is over. After the socket's own timeout, in contrast, the same
// call can be made again. Source: tcp(7), tcp_retries2.
bool IsConnectionTimedOut(const absl::Status& status);
// The socket's own timeout ran out, or that of its Cancellation
// (Cancellation::After), and the OS has not given up on the peer. The same call
// can be made again, in the second case with another Cancellation.
bool IsOwnTimeout(const absl::Status& status);
// Cancellation::Cancel ended the call, which would have had to wait
// (mortise/core/cancellation.h). The code is kCancelled. Call it with its
// namespace: absl::IsCancelled, which only looks at the code, is found as well.
bool IsCancelled(const absl::Status& status);
// The call would have to wait and the socket is non-blocking: EAGAIN,
// EWOULDBLOCK, EALREADY, EINPROGRESS. The code is kUnavailable. Python:
// BlockingIOError.
bool IsWouldBlock(const absl::Status& status);
// A non-blocking Connect is in progress: EINPROGRESS.
bool IsInProgress(const absl::Status& status);
// Nobody listens at the address: ECONNREFUSED.
bool IsConnectionRefused(const absl::Status& status);
// The peer reset the connection: ECONNRESET.
bool IsConnectionReset(const absl::Status& status);
// This machine has ended the connection: ECONNABORTED. A receive or send
// returns it. Accept never does: it passes over connections that died in the
// queue. Python: ConnectionAbortedError.
bool IsConnectionAborted(const absl::Status& status);
// This side can no longer send: EPIPE, ESHUTDOWN.
bool IsBrokenPipe(const absl::Status& status);
// The socket has no peer: ENOTCONN, EDESTADDRREQ. For a TCP socket that sends
// without a peer, Linux returns EPIPE, which is IsBrokenPipe.
bool IsNotConnected(const absl::Status& status);
// Another socket has the address: EADDRINUSE.
bool IsAddressInUse(const absl::Status& status);
// This machine does not have the address: EADDRNOTAVAIL.
bool IsAddressNotAvailable(const absl::Status& status);
// There is no route: ENETUNREACH, EHOSTUNREACH, ENETDOWN, EHOSTDOWN.
bool IsUnreachable(const absl::Status& status);
// The look-up of a host, service or protocol name has no answer: EAI_NONAME,
// EAI_NODATA, EAI_ADDRFAMILY, EAI_SERVICE, HOST_NOT_FOUND, NO_DATA, and
// `ErrorCode::kNameNotFound`. EAI_AGAIN (the resolver cannot be reached) is not
// one of them.
bool IsNameNotFound(const absl::Status& status);
// A path does not exist: ENOENT. For example, no socket is bound to an AF_UNIX
// path, or a file of certificates is missing. For files, Windows returns
// ERROR_FILE_NOT_FOUND or ERROR_PATH_NOT_FOUND. A failed look-up of a name is
// IsNameNotFound instead. Python: FileNotFoundError.
bool IsFileNotFound(const absl::Status& status);
// The process or the system has as many descriptors open as it may have:
// EMFILE, ENFILE. Closing some helps; see RLIMIT_NOFILE in getrlimit(2).
bool IsTooManyDescriptors(const absl::Status& status);
// The system has no room for the call at the moment: ENOBUFS. The same call may
// succeed later. Linux returns it for a full queue of AF_CAN and AF_PACKET,
// macOS and Windows for any socket. If memory ran out, the error is ENOMEM
// instead.
bool IsNoBufferSpace(const absl::Status& status);
// The process lacks a right that the operation needs: EACCES, EPERM.
bool IsAccessDenied(const absl::Status& status);
// The platform has no such family, type, protocol, option or call:
// EAFNOSUPPORT, EPFNOSUPPORT, EPROTONOSUPPORT, ESOCKTNOSUPPORT, ENOPROTOOPT,
// EOPNOTSUPP, ENOSYS, and `ErrorCode::kUnsupported`.
bool IsUnsupported(const absl::Status& status);
// The socket object has been closed: EBADF in the domain kUsage.
bool IsClosed(const absl::Status& status);
// The call was refused before it reached the OS: the domain kUsage.
bool IsUsageError(const absl::Status& status);

}  // namespace mortise

#endif  // MORTISE_CORE_ERROR_H_
