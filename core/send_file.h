// Sending a file over a connection.
//
//   std::FILE* file = std::fopen("index.html", "rb");
//   if (file == nullptr) return absl::ErrnoToStatus(errno, "index.html");
//   std::uint64_t sent = 0;
//   absl::StatusOr<std::uint64_t> size =
//       mortise::SendFile(socket, file, 0, mortise::kToTheEnd, &sent);
//   std::fclose(file);
//
// Where the OS can do it, the bytes do not pass through the process. Elsewhere,
// and if a stream's bytes are not plain, they are read and written, which gives
// the same result.

#ifndef MORTISE_CORE_SEND_FILE_H_
#define MORTISE_CORE_SEND_FILE_H_

#include <cstdint>
#include <cstdio>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "mortise/core/socket.h"
#include "mortise/core/stream.h"
#include "mortise/platform/native_handle.h"

namespace mortise {

// SendFile's count for all of the file.
inline constexpr std::uint64_t kToTheEnd = ~std::uint64_t{0};

// Python: socket.sendfile. Sends the contents of `file` from `offset` on (0 to
// 2^63 - 1), to its end or for `count` bytes, within one timeout. Returns how
// many bytes that was: 0 if `offset` is at or beyond the end of the file. The
// file stays the caller's. Threads: as Socket::Send.
//
// `*sent`, if given, is how many bytes have been sent, whatever the status, so
// that the caller can go on after a failure. With a Stream, bytes that it has
// taken count as sent, and OK means that the operating system has all of them.
// On Windows a connection that broke
// may have sent more. `progress_timeout` is what it is in Socket::SendAll.
//
// On a blocking socket with a Cancellation the bytes pass through the process,
// because the OS's call could not be ended. With a timeout besides they do not.
//
// Unlike in Python, the position at which the file is read next does not move.
// What the program has written to a stream and has not flushed is not in the
// file. A non-blocking socket sends what there is room for, also unlike in
// Python.
//
// A pipe or a device is read in order. That moves its position, and waits for
// it beyond any timeout. `offset` has to be 0 then, and the socket must not be
// non-blocking. What has been read of it and cannot be sent, less than 64 KiB,
// is lost if the call fails.
//
// Returns what Socket::Send returns, what the OS says of the file, and
//   kInvalidArgument  the socket is not a SOCK_STREAM, `file` is not a file, or
//                     a pipe does not allow it (see above)
//   kOutOfRange       `offset` is more than 2^63 - 1
//   IsWouldBlock      a non-blocking socket has no room at all
// Source: sendfile(2), TransmitFile.
absl::StatusOr<std::uint64_t> SendFile(
    Socket& socket, std::FILE* file, std::uint64_t offset = 0,
    std::uint64_t count = kToTheEnd, std::uint64_t* sent = nullptr,
    absl::Duration progress_timeout = absl::InfiniteDuration());
// The same with the file's descriptor, or with its HANDLE on Windows.
absl::StatusOr<std::uint64_t> SendFile(
    Socket& socket, NativeHandle file, std::uint64_t offset = 0,
    std::uint64_t count = kToTheEnd, std::uint64_t* sent = nullptr,
    absl::Duration progress_timeout = absl::InfiniteDuration());

// The same on a stream, with the errors of Stream::WriteAll in place of those
// of Socket::Send. Threads: as Stream::WriteAll.
absl::StatusOr<std::uint64_t> SendFile(
    Stream& stream, std::FILE* file, std::uint64_t offset = 0,
    std::uint64_t count = kToTheEnd, std::uint64_t* sent = nullptr,
    absl::Duration progress_timeout = absl::InfiniteDuration());
absl::StatusOr<std::uint64_t> SendFile(
    Stream& stream, NativeHandle file, std::uint64_t offset = 0,
    std::uint64_t count = kToTheEnd, std::uint64_t* sent = nullptr,
    absl::Duration progress_timeout = absl::InfiniteDuration());

}  // namespace mortise

#endif  // MORTISE_CORE_SEND_FILE_H_
