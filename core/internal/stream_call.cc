#include "mortise/core/internal/stream_call.h"

#include <algorithm>
#include <cstddef>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/internal/cancellation_state.h"
#include "mortise/core/internal/deadline.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/or_default.h"
#include "mortise/core/socket.h"
#include "mortise/core/stream.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"

namespace mortise {
namespace internal {

Platform& PlatformOf(Stream& stream) {
  const Socket* const socket = stream.socket();
  return socket == nullptr ? OrDefault(nullptr) : *socket->platform();
}

absl::StatusOr<std::size_t> StreamCall::Read(absl::Span<char> room) {
  for (;;) {
    const StreamTry tried = stream_.TryRead(room, mode());
    // What was read comes first. A stream of a program's own is believed up to
    // the room that there was.
    if (tried.size > 0) return std::min(tried.size, room.size());
    if (!tried.status.ok()) return Failed(tried.status);
    if (tried.wait == WaitEvents::kNone) return 0;
    absl::Status status = Await(tried);
    if (!status.ok()) return status;
  }
}

absl::Status StreamCall::Write(absl::string_view* data, bool all) {
  for (;;) {
    const StreamTry tried = stream_.TryWrite(*data, mode());
    const std::size_t size = std::min(tried.size, data->size());
    data->remove_prefix(size);
    if (size > 0) AfterProgress();
    if (!tried.status.ok()) return Failed(tried.status);
    if (data->empty() || (size > 0 && !all)) {
      return tried.wait == WaitEvents::kNone ? absl::OkStatus() : Flush(tried);
    }
    absl::Status status;
    if (tried.wait != WaitEvents::kNone) {
      status = Await(tried);
    } else if (size == 0) {
      // No connection does that. It would be tried for ever.
      status = Error(ErrorCode::kEpipe);
    } else {
      status = CheckTime();
    }
    if (!status.ok()) return status;
  }
}

absl::Status StreamCall::Flush(const StreamTry& written) {
  absl::Status status = Await(written);
  while (status.ok()) {
    const StreamTry tried = stream_.TryFlush(written);
    if (!tried.status.ok()) return Failed(tried.status);
    if (tried.wait == WaitEvents::kNone) break;
    status = Await(tried);
  }
  return status;
}

const Deadline& StreamCall::deadline() {
  if (!deadline_.has_value()) {
    deadline_.emplace(PlatformOf(stream_).clock(), stream_.GetTimeout());
  }
  return *deadline_;
}

absl::Status StreamCall::Await(const StreamTry& tried) {
  if (stream_.GetTimeout() == absl::ZeroDuration()) {
    return Error(ErrorCode::kEagain);
  }
  if (!progress_deadline_.has_value()) {
    progress_deadline_.emplace(PlatformOf(stream_).clock(), progress_timeout_);
  }
  Deadline until = Earlier(deadline(), *progress_deadline_);
  const Platform& platform = PlatformOf(stream_);
  CancellationState* const cancellation = stream_.cancellation();
  const TokenInterrupt token(cancellation, platform.readiness());
  if (token.error() != 0) return OsError(platform, operation_, token.error());
  if (cancellation != nullptr) {
    // After there is an interrupt: a cancellation from now on sets it.
    if (cancellation->is_cancelled()) return CancelledError(operation_);
    until =
        Earlier(until, Deadline(platform.clock(), cancellation->Remaining()));
  }
  const absl::Duration remaining = until.Remaining();
  if (remaining <= absl::ZeroDuration()) return TimeoutError(operation_);
  const absl::StatusOr<bool> ready =
      stream_.Wait(tried, remaining, token.span());
  if (!ready.ok()) return Failed(ready.status());
  if (!*ready && until.Remaining() <= absl::ZeroDuration()) {
    return TimeoutError(operation_);
  }
  return absl::OkStatus();
}

absl::Status StreamCall::CheckTime() {
  if (stream_.GetTimeout() == absl::ZeroDuration()) return absl::OkStatus();
  absl::Duration remaining = deadline().Remaining();
  if (const CancellationState* const token = stream_.cancellation()) {
    if (token->is_cancelled()) return CancelledError(operation_);
    remaining = std::min(remaining, token->Remaining());
  }
  if (remaining > absl::ZeroDuration()) return absl::OkStatus();
  return TimeoutError(operation_);
}

absl::Status StreamCall::Failed(const absl::Status& status) const {
  return WithOperation(operation_, status);
}

absl::Status StreamCall::Error(ErrorCode code, absl::string_view where) const {
  const Platform& platform = PlatformOf(stream_);
  return OsError(platform, operation_, platform.facts().errors.Native(code),
                 where);
}

}  // namespace internal
}  // namespace mortise
