// Uses the system's own call if that takes the file and the socket. Otherwise
// reads the file and sends what was read.

#include "mortise/core/send_file.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/error.h"
#include "mortise/core/internal/believed_size.h"
#include "mortise/core/internal/check_handle.h"
#include "mortise/core/internal/deadline.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/progress_timeout.h"
#include "mortise/core/internal/waiter.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/file_handle.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace {

using internal::ArgumentError;
using internal::Deadline;
using internal::Operation;
using internal::PlatformError;
using internal::Waiter;
using internal::WaitingCall;

// How much is read at once if the process has to read the file itself.
constexpr std::size_t kPieceSize = 64 * 1024;
// Every system counts offsets in a signed 64-bit number.
constexpr std::uint64_t kMaxOffset = std::numeric_limits<std::int64_t>::max();

// One call of SendFile: what is left to be sent, and in which way it is sent.
class Sending {
 public:
  Sending(const Socket& socket, NativeHandle file, std::uint64_t offset,
          std::uint64_t count, absl::Duration progress_timeout)
      : platform_(*socket.platform()),
        sends_(platform_, socket.native_handle(), socket.GetTimeout(),
               socket.wait_flags(), progress_timeout),
        call_{platform_,
              socket.native_handle(),
              socket.GetTimeout(),
              Operation::kSendFile,
              WaitEvents::kWritable,
              nullptr,
              sends_.flags()},
        may_wait_inside_(call_.timeout == absl::InfiniteDuration() &&
                         progress_timeout == absl::InfiniteDuration()),
        deadline_(platform_.clock(), call_.timeout),
        waiter_(deadline_, progress_timeout),
        file_(file),
        offset_(offset),
        count_(std::min(count, kMaxOffset - offset)) {}

  // Sends until one of these:
  //   - the end of the file
  //   - `count` bytes have been sent
  //   - the time is up
  //   - an error
  absl::Status Run() {
    while (!ended_ && sent_ < count_) {
      absl::Status status =
          by_system_ && !WouldWaitInside() ? SendDirectly() : SendPiece();
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  std::uint64_t sent() const { return sent_; }

 private:
  // Counts `size` bytes as sent, but never more than were left to be sent,
  // whatever the platform says.
  void Count(std::uint64_t size) {
    waiter_.AfterProgress();
    sent_ += std::min(size, count_ - sent_);
  }

  // Counts `size` bytes that were sent. Returns a timeout if the time is up and
  // there is more to send: a receiver that takes a little now and then must not
  // stretch the timeout.
  absl::Status AfterProgress(std::uint64_t size) {
    Count(size);
    const bool may_time_out = call_.timeout > absl::ZeroDuration();
    if (sent_ < count_ && may_time_out &&
        deadline_.Remaining() <= absl::ZeroDuration()) {
      return internal::TimeoutError(Operation::kSendFile);
    }
    return absl::OkStatus();
  }

  absl::Status FileError(int native) {
    return PlatformError(platform_, Operation::kSendFile, ErrorDomain::kOs,
                         native);
  }

  std::size_t Left(std::size_t most) const {
    return static_cast<std::size_t>(
        std::min<std::uint64_t>(most, count_ - sent_));
  }

  // Whether the system's call would wait. A send has a flag against waiting,
  // the system's call for files has none.
  bool WouldWaitInside() {
    return !may_wait_inside_ && internal::WouldWaitInside(call_);
  }

  absl::Status SendDirectly() {
    const SysResult<std::size_t> size = platform_.files().SendFile(
        call_.handle, may_wait_inside_, file_, offset_ + sent_,
        Left(std::numeric_limits<std::size_t>::max()));
    if (size.error == kNotSupportedError) {
      by_system_ = false;
      return absl::OkStatus();
    }
    if (!size.ok()) {
      if (size.value != 0) Count(size.value);
      return waiter_.AfterFailure(call_, size.error);
    }
    ended_ = size.value == 0;
    return ended_ ? absl::OkStatus() : AfterProgress(size.value);
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
    while (!rest.empty()) {
      const SysResult<std::size_t> sent = internal::BelievedProgress(
          platform_, platform_.sockets().Send(call_.handle, rest, call_.flags),
          rest.size());
      if (!sent.ok()) {
        status = waiter_.AfterFailure(call_, sent.error);
      } else {
        rest.remove_prefix(sent.value);
        status = AfterProgress(sent.value);
      }
      if (!status.ok()) {
        // What has been read in order cannot be read again, so no later call
        // will send `rest`.
        if (in_order_) {
          Count(platform_.sockets().AbandonSend(call_.handle, rest));
        }
        return status;
      }
    }
    return absl::OkStatus();
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
      if (internal::PortableCode(platform_, ErrorDomain::kOs, read.error) !=
          ErrorCode::kEintr) {
        return FileError(read.error);
      }
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
    if (call_.timeout == absl::ZeroDuration()) {
      return ArgumentError(absl::StatusCode::kInvalidArgument,
                           Operation::kSendFile, "file",
                           "can only be read in order, so the socket must not "
                           "be non-blocking");
    }
    in_order_ = true;
    return absl::OkStatus();
  }

  Platform& platform_;
  const internal::SendsThatDoNotWait sends_;
  const WaitingCall call_;
  // Whether the system may do all of the waiting.
  const bool may_wait_inside_;
  const Deadline deadline_;
  Waiter waiter_;
  const NativeHandle file_;
  const std::uint64_t offset_;
  const std::uint64_t count_;
  std::uint64_t sent_ = 0;
  // Ways of sending, in the order in which they are tried: the system's call,
  // reading at offsets, reading in order.
  bool by_system_ = true;
  bool in_order_ = false;
  bool ended_ = false;
  std::unique_ptr<char[]> piece_;
};

}  // namespace

absl::StatusOr<std::uint64_t> SendFile(Socket& socket, std::FILE* file,
                                       std::uint64_t offset,
                                       std::uint64_t count, std::uint64_t* sent,
                                       absl::Duration progress_timeout) {
  if (sent != nullptr) *sent = 0;
  if (!socket.is_open()) return internal::ClosedError(Operation::kSendFile);
  if (file == nullptr) {
    return ArgumentError(absl::StatusCode::kInvalidArgument,
                         Operation::kSendFile, "file", "is nullptr");
  }
  const NativeHandle handle = FileHandleOf(file);
  if (!handle.valid()) {
    return PlatformError(
        *socket.platform(), Operation::kSendFile, ErrorDomain::kOs,
        socket.platform()->facts().errors.Native(ErrorCode::kEbadf));
  }
  return SendFile(socket, handle, offset, count, sent, progress_timeout);
}

absl::StatusOr<std::uint64_t> SendFile(Socket& socket, NativeHandle file,
                                       std::uint64_t offset,
                                       std::uint64_t count, std::uint64_t* sent,
                                       absl::Duration progress_timeout) {
  if (sent != nullptr) *sent = 0;
  if (!socket.is_open()) return internal::ClosedError(Operation::kSendFile);
  absl::Status valid =
      internal::CheckProgressTimeout(Operation::kSendFile, progress_timeout);
  if (!valid.ok()) return valid;
  if (socket.type() != kSockStream) {
    return ArgumentError(
        absl::StatusCode::kInvalidArgument, Operation::kSendFile, "type",
        absl::StrCat(socket.type().ToString(), " is not SOCK_STREAM"));
  }
  valid = internal::CheckHandle(socket.platform()->files(),
                                Operation::kSendFile, "file", file);
  if (!valid.ok()) return valid;
  if (offset > kMaxOffset) {
    return ArgumentError(absl::StatusCode::kOutOfRange, Operation::kSendFile,
                         "offset",
                         absl::StrCat(offset, " is more than ", kMaxOffset));
  }
  Sending sending(socket, file, offset, count, progress_timeout);
  absl::Status status = sending.Run();
  if (sent != nullptr) *sent = sending.sent();
  // As with Send, a non-blocking socket takes what it has room for.
  const bool partly = socket.GetTimeout() == absl::ZeroDuration() &&
                      sending.sent() > 0 && IsWouldBlock(status);
  if (!status.ok() && !partly) return status;
  return sending.sent();
}

}  // namespace mortise
