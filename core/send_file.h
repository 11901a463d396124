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
// many bytes that was. It is less than `count` if the file ends before, and 0
// if `offset` is at or beyond the end of the file. The file stays the caller's.
//
// Threads: as Socket::Send. Several calls may send the same file at the same
// time, unless it is a pipe or a device. No thread may close the file
// meanwhile.
//
// `*sent`, if given, is how many bytes have been sent, whatever the status, so
// that the caller can continue after a failure. On Windows more bytes than that
// may have been sent if the connection broke. `progress_timeout` is what it is
// in Socket::SendAll.
//
// If the socket has a Cancellation and no timeout, the bytes pass through the
// process, because the OS's call could not be ended.
//
// The file's position does not move, unlike in Python. What a program has
// written to a std::FILE and has not flushed is not sent. A non-blocking socket
// is sent as much as there is room for, and SendFile returns that number, where
// Python refuses such a socket.
//
// A pipe or a device is read from its position on, which moves. SendFile waits
// for its data, and neither a timeout nor a Cancellation ends that. `offset`
// must be 0, and the socket must not be non-blocking. If the call fails, what
// has been read and not sent, less than 64 KiB, is lost. What a std::FILE has
// read ahead is not sent.
//
// Returns what Socket::Send returns, what the OS says of the file, and
//   kInvalidArgument  the socket is not a SOCK_STREAM, `file` is not a file, or
//                     it is a pipe or a device and one of the two rules above
//                     is broken
//   kOutOfRange       `offset` is more than 2^63 - 1, or `progress_timeout` is
//                     not positive
//   kUnavailable      the socket is non-blocking and has no room at all
//                     (IsWouldBlock)
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
// of Socket::Send. Bytes that the stream has taken count as sent, and OK on a
// stream that is not non-blocking means that the operating system has all of
// them. Threads: as Stream::WriteAll.
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
