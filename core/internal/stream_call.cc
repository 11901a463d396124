#include "mortise/core/internal/stream_call.h"

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "mortise/core/internal/deadline.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/socket.h"
#include "mortise/core/stream.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"

namespace mortise {
namespace internal {
namespace {

// The platform at the bottom of `stream`.
const Platform& PlatformOf(Stream& stream) {
  const Socket* const socket = stream.socket();
  return socket == nullptr ? Platform::Default() : *socket->platform();
}

}  // namespace

const Deadline& StreamCall::deadline() {
  if (!deadline_.has_value()) {
    deadline_.emplace(PlatformOf(stream_).clock(), stream_.GetTimeout());
  }
  return *deadline_;
}

absl::Status StreamCall::Await(WaitEvents events) {
  if (stream_.GetTimeout() == absl::ZeroDuration()) {
    return Error(ErrorCode::kEagain);
  }
  const absl::Duration remaining = deadline().Remaining();
  if (remaining <= absl::ZeroDuration()) return TimeoutError(operation_);
  return stream_.Wait(events, remaining, {}).status();
}

absl::Status StreamCall::CheckTime() {
  if (stream_.GetTimeout() == absl::ZeroDuration()) return absl::OkStatus();
  if (deadline().Remaining() > absl::ZeroDuration()) return absl::OkStatus();
  return TimeoutError(operation_);
}

absl::Status StreamCall::NoProgress() const { return Error(ErrorCode::kEpipe); }

absl::Status StreamCall::Error(ErrorCode code) const {
  const Platform& platform = PlatformOf(stream_);
  return OsError(platform, operation_, platform.facts().errors.Native(code));
}

}  // namespace internal
}  // namespace mortise
