// Uses the system's own call if that takes the file and the socket. Otherwise
// reads the file and sends what was read.

#include "mortise/core/send_file.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/error.h"
#include "mortise/core/internal/check_handle.h"
#include "mortise/core/internal/deadline.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/plain_stream.h"
#include "mortise/core/internal/progress_timeout.h"
#include "mortise/core/internal/stream_call.h"
#include "mortise/core/internal/waiter.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/core/stream.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/file_handle.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace {

using internal::ArgumentError;
using internal::Deadline;
using internal::IsInterrupted;
using internal::Operation;
using internal::PlatformError;
using internal::StreamCall;
using internal::WaitingCall;

// How much is read at once if the process has to read the file itself.
constexpr std::size_t kPieceSize = 64 * 1024;
// Every system counts offsets in a signed 64-bit number.
constexpr std::uint64_t kMaxOffset = std::numeric_limits<std::int64_t>::max();

// The system's call for sending files, on the socket of a stream whose bytes
// are plain.
class SystemCall {
 public:
  SystemCall(const Socket& socket, absl::Duration progress_timeout)
      : platform_(*socket.platform()),
        call_{platform_,
              socket.native_handle(),
              socket.family(),
              socket.GetTimeout(),
              socket.cancellation(),
              Operation::kSendFile,
              WaitEvents::kWritable},
        sends_(platform_, call_.handle, call_.may_wait_inside(),
               socket.wait_flags(), progress_timeout),
        may_wait_inside_(call_.may_wait_inside() &&
                         progress_timeout == absl::InfiniteDuration()) {}

  // Whether the call would wait although it must not. A send has a flag against
  // waiting, the system's call for files has none.
  bool WouldWaitInside() const {
    return !may_wait_inside_ && internal::WouldWaitInside(call_);
  }

  SysResult<std::size_t> Try(NativeHandle file, std::uint64_t offset,
                             std::size_t count) {
    moment_ = internal::MomentOf(platform_);
    return platform_.files().SendFile(call_.handle, may_wait_inside_, file,
                                      offset, count);
  }

  StreamTry Failed(int native) const {
    StreamTry failed = internal::FailedTry(call_, native);
    failed.moment = moment_;
    return failed;
  }

 private:
  Platform& platform_;
  const WaitingCall call_;
  const internal::SendsThatDoNotWait sends_;
  // Whether the system may do all of the waiting.
  const bool may_wait_inside_;
  // The moment of the last try: see PlainStream.
  std::uint64_t moment_ = 0;
};

// One call of SendFile: what is left to be sent, and in which way it is sent.
class Sending {
 public:
  Sending(Stream& stream, NativeHandle file, std::uint64_t offset,
          std::uint64_t count, absl::Duration progress_timeout)
      : stream_(stream),
        platform_(internal::PlatformOf(stream)),
        call_(stream, Operation::kSendFile,
              Deadline(platform_.clock(), stream.GetTimeout()),
              progress_timeout),
        file_(file),
        offset_(offset),
        count_(std::min(count, kMaxOffset - offset)) {
    if (stream.bytes_are_plain()) {
      system_call_.emplace(*stream.socket(), progress_timeout);
    }
  }

  // Sends until one of these:
  //   - the end of the file
  //   - `count` bytes have been sent
  //   - the time is up
  //   - an error
  absl::Status Run() {
    while (!ended_ && sent_ < count_) {
      const std::uint64_t before = sent_;
      absl::Status status = by_system_ && system_call_.has_value() &&
                                    !system_call_->WouldWaitInside()
                                ? SendDirectly()
                                : SendPiece();
      if (status.ok() && sent_ > before && sent_ < count_) {
        // A receiver that takes a little now and then must not stretch the
        // timeout.
        status = call_.CheckTime();
      }
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  std::uint64_t sent() const { return sent_; }

 private:
  // Counts `size` bytes as sent, but never more than were left to be sent,
  // whatever the platform says.
  void Count(std::uint64_t size) {
    if (size > 0) call_.AfterProgress();
    sent_ += std::min(size, count_ - sent_);
  }

  absl::Status FileError(int native) {
    return PlatformError(platform_, Operation::kSendFile, ErrorDomain::kOs,
                         native);
  }

  std::size_t Left(std::size_t most) const {
    return static_cast<std::size_t>(
        std::min<std::uint64_t>(most, count_ - sent_));
  }

  absl::Status SendDirectly() {
    const SysResult<std::size_t> size = system_call_->Try(
        file_, offset_ + sent_, Left(std::numeric_limits<std::size_t>::max()));
    if (size.error == kNotSupportedError) {
      by_system_ = false;
      return absl::OkStatus();
    }
    Count(size.value);
    ended_ = size.ok() && size.value == 0;
    if (size.ok() || IsInterrupted(platform_, size.error))
      return absl::OkStatus();
    const StreamTry failed = system_call_->Failed(size.error);
    return failed.status.ok() ? call_.Await(failed) : failed.status;
  }

  // Reads a piece of the file and sends all of it.
  absl::Status SendPiece() {
    if (piece_ == nullptr) piece_.reset(new char[kPieceSize]);
    const absl::Span<char> room(piece_.get(), Left(kPieceSize));
    std::size_t size = 0;
    absl::Status status = Read(room, &size);
    if (!status.ok()) return status;
    ended_ = size == 0;
    absl::string_view rest(piece_.get(), size);
    // At the end of the file, waits for what the stream has taken before.
    status = call_.WriteAll(&rest);
    Count(size - rest.size());
    return status;
  }

  absl::Status Read(absl::Span<char> room, std::size_t* size) {
    for (;;) {
      const SysResult<std::size_t> read =
          in_order_ ? platform_.files().ReadNext(file_, room)
                    : platform_.files().ReadAt(file_, offset_ + sent_, room);
      if (read.ok()) {
        *size = std::min(read.value, room.size());
        return absl::OkStatus();
      }
      if (read.error == kNotSupportedError && !in_order_) {
        absl::Status status = GoOnInOrder();
        if (!status.ok()) return status;
        continue;
      }
      if (!IsInterrupted(platform_, read.error)) return FileError(read.error);
    }
  }

  // The file has no offsets, so from now on read it in order.
  absl::Status GoOnInOrder() {
    if (offset_ != 0) {
      return ArgumentError(absl::StatusCode::kInvalidArgument,
                           Operation::kSendFile, "offset",
                           "must be 0, because the file can only be read in "
                           "order");
    }
    // What has been read and finds no room in the socket would be lost.
    if (stream_.GetTimeout() == absl::ZeroDuration()) {
      return ArgumentError(absl::StatusCode::kInvalidArgument,
                           Operation::kSendFile, "file",
                           "can only be read in order, so the socket must not "
                           "be non-blocking");
    }
    in_order_ = true;
    return absl::OkStatus();
  }

  Stream& stream_;
  Platform& platform_;
  StreamCall call_;
  const NativeHandle file_;
  const std::uint64_t offset_;
  const std::uint64_t count_;
  std::uint64_t sent_ = 0;
  // Ways of sending, in the order in which they are tried: the system's call,
  // reading at offsets, reading in order.
  std::optional<SystemCall> system_call_;
  bool by_system_ = true;
  bool in_order_ = false;
  bool ended_ = false;
  std::unique_ptr<char[]> piece_;
};

// What the functions for sockets and for streams have in common.
absl::StatusOr<std::uint64_t> SendHandle(Stream& stream, NativeHandle file,
                                         std::uint64_t offset,
                                         std::uint64_t count,
                                         std::uint64_t* sent,
                                         absl::Duration progress_timeout) {
  if (sent != nullptr) *sent = 0;
  if (!stream.is_open()) return internal::ClosedError(Operation::kSendFile);
  absl::Status valid =
      internal::CheckProgressTimeout(Operation::kSendFile, progress_timeout);
  if (!valid.ok()) return valid;
  if (stream.bytes_are_plain() && stream.socket()->type() != kSockStream) {
    return ArgumentError(absl::StatusCode::kInvalidArgument,
                         Operation::kSendFile, "type",
                         absl::StrCat(stream.socket()->type().ToString(),
                                      " is not SOCK_STREAM"));
  }
  valid = internal::CheckHandle(internal::PlatformOf(stream).files(),
                                Operation::kSendFile, "file", file);
  if (!valid.ok()) return valid;
  if (offset > kMaxOffset) {
    return ArgumentError(absl::StatusCode::kOutOfRange, Operation::kSendFile,
                         "offset",
                         absl::StrCat(offset, " is more than ", kMaxOffset));
  }
  Sending sending(stream, file, offset, count, progress_timeout);
  absl::Status status = sending.Run();
  if (sent != nullptr) *sent = sending.sent();
  // As with Write, a non-blocking stream takes what it has room for.
  const bool partly = stream.GetTimeout() == absl::ZeroDuration() &&
                      sending.sent() > 0 && IsWouldBlock(status);
  if (!status.ok() && !partly) return status;
  return sending.sent();
}

absl::StatusOr<std::uint64_t> SendStdio(Stream& stream, std::FILE* file,
                                        std::uint64_t offset,
                                        std::uint64_t count,
                                        std::uint64_t* sent,
                                        absl::Duration progress_timeout) {
  if (sent != nullptr) *sent = 0;
  if (!stream.is_open()) return internal::ClosedError(Operation::kSendFile);
  if (file == nullptr) {
    return ArgumentError(absl::StatusCode::kInvalidArgument,
                         Operation::kSendFile, "file", "is nullptr");
  }
  const NativeHandle handle = FileHandleOf(file);
  if (!handle.valid()) {
    const Platform& platform = internal::PlatformOf(stream);
    return PlatformError(platform, Operation::kSendFile, ErrorDomain::kOs,
                         platform.facts().errors.Native(ErrorCode::kEbadf));
  }
  return SendHandle(stream, handle, offset, count, sent, progress_timeout);
}

}  // namespace

absl::StatusOr<std::uint64_t> SendFile(Socket& socket, std::FILE* file,
                                       std::uint64_t offset,
                                       std::uint64_t count, std::uint64_t* sent,
                                       absl::Duration progress_timeout) {
  internal::PlainStream stream(&socket);
  return SendStdio(stream, file, offset, count, sent, progress_timeout);
}

absl::StatusOr<std::uint64_t> SendFile(Socket& socket, NativeHandle file,
                                       std::uint64_t offset,
                                       std::uint64_t count, std::uint64_t* sent,
                                       absl::Duration progress_timeout) {
  internal::PlainStream stream(&socket);
  return SendHandle(stream, file, offset, count, sent, progress_timeout);
}

absl::StatusOr<std::uint64_t> SendFile(Stream& stream, std::FILE* file,
                                       std::uint64_t offset,
                                       std::uint64_t count, std::uint64_t* sent,
                                       absl::Duration progress_timeout) {
  return SendStdio(stream, file, offset, count, sent, progress_timeout);
}

absl::StatusOr<std::uint64_t> SendFile(Stream& stream, NativeHandle file,
                                       std::uint64_t offset,
                                       std::uint64_t count, std::uint64_t* sent,
                                       absl::Duration progress_timeout) {
  return SendHandle(stream, file, offset, count, sent, progress_timeout);
}

}  // namespace mortise
