// The system's own call where it takes the file and the socket, and reading and
// sending where it does not.

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

// What is read at once where the process has to do it.
constexpr std::size_t kPieceSize = 64 * 1024;
// What offsets are counted in, everywhere.
constexpr std::uint64_t kMaxOffset = std::numeric_limits<std::int64_t>::max();

// One call of SendFile: what is left to be sent, and how it goes.
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
              WaitEvent::kWritable,
              nullptr,
              sends_.flags()},
        may_wait_inside_(call_.timeout == absl::InfiniteDuration() &&
                         progress_timeout == absl::InfiniteDuration()),
        deadline_(platform_.clock(), call_.timeout),
        waiter_(deadline_, progress_timeout),
        file_(file),
        offset_(offset),
        count_(std::min(count, kMaxOffset - offset)) {}

  // Until the end of the file, of the count, of the time, or an error.
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
  // No platform is believed to have sent more than there was to send.
  void Count(std::uint64_t size) {
    waiter_.AfterProgress();
    sent_ += std::min(size, count_ - sent_);
  }

  // Something went through. An error iff that took all of the time and there is
  // more to do: a receiver that takes a little now and then must not stretch
  // the timeout.
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

  // A send has a flag against waiting, this call has none.
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
        // What has been read in order cannot be read again.
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

  // The file has no offsets.
  absl::Status GoOnInOrder() {
    if (offset_ != 0) {
      return ArgumentError(absl::StatusCode::kInvalidArgument,
                           Operation::kSendFile, "offset",
                           "the file can be read in order alone");
    }
    // What has been read and finds no room would be nowhere.
    if (call_.timeout == absl::ZeroDuration()) {
      return ArgumentError(absl::StatusCode::kInvalidArgument,
                           Operation::kSendFile, "file",
                           "can be read in order alone, which needs a socket "
                           "that waits");
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
  // How it goes: the system's call is tried first, then reading at offsets.
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
  // As Send, a non-blocking socket takes what there is room for.
  const bool partly = socket.GetTimeout() == absl::ZeroDuration() &&
                      sending.sent() > 0 && IsWouldBlock(status);
  if (!status.ok() && !partly) return status;
  return sending.sent();
}

}  // namespace mortise
