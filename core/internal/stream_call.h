// One call on a stream: its deadline, and what happens when a try has to be
// made again.
//
//   StreamCall call(stream, Operation::kRead);
//   for (;;) {
//     const StreamTry tried = stream.TryRead(buffer, call.mode());
//     if (!tried.status.ok()) return tried.status;
//     if (tried.wait == WaitEvents::kNone) return tried.size;
//     absl::Status status = call.Await(tried.wait);
//     if (!status.ok()) return status;
//   }

#ifndef MORTISE_CORE_INTERNAL_STREAM_CALL_H_
#define MORTISE_CORE_INTERNAL_STREAM_CALL_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "mortise/core/internal/deadline.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/stream.h"
#include "mortise/platform/error_code.h"

namespace mortise {
namespace internal {

class StreamCall {
 public:
  // `stream` must outlive it.
  StreamCall(Stream& stream, Operation operation)
      : stream_(stream), operation_(operation) {}

  // How the call may try.
  TryMode mode() const {
    return stream_.GetTimeout() == absl::InfiniteDuration() ? TryMode::kMayWait
                                                            : TryMode::kNow;
  }

  // Waits for `events`. Returns OK if the call is to be tried again, a
  // would-block if the stream is non-blocking, and a timeout if the stream's
  // timeout has run out since the first call of this method or of CheckTime.
  absl::Status Await(WaitEvents events);

  // For calls that go on although no try has to wait. Returns the timeout if it
  // has run out. A non-blocking call ends where it would block, a blocking one
  // never.
  absl::Status CheckTime();

  // The error (IsBrokenPipe) for a try that took nothing and has nothing to
  // wait for. No connection does that.
  absl::Status NoProgress() const;

 private:
  const Deadline& deadline();
  absl::Status Error(ErrorCode code) const;

  Stream& stream_;
  const Operation operation_;
  std::optional<Deadline> deadline_;
};

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_STREAM_CALL_H_
