// One call on a stream: its deadline, and what happens when a try has to be
// made again. Everything that builds on a Stream reads and writes through it.
//
//   StreamCall call(stream, Operation::kReadLine);
//   absl::StatusOr<std::size_t> size = call.Read(buffer);
//
// Or, for a call with tries of its own:
//
//   for (;;) {
//     const StreamTry tried = stream.TryShutdown(how);
//     if (!tried.status.ok()) return call.Failed(tried.status);
//     if (tried.wait == WaitEvents::kNone) return absl::OkStatus();
//     absl::Status status = call.Await(tried);
//     if (!status.ok()) return status;
//   }

#ifndef MORTISE_CORE_INTERNAL_STREAM_CALL_H_
#define MORTISE_CORE_INTERNAL_STREAM_CALL_H_

#include <cstddef>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/internal/deadline.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/stream.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"

namespace mortise {
namespace internal {

// Returns the platform of the socket at the bottom of `stream`, and the default
// platform if there is no socket.
Platform& PlatformOf(Stream& stream);

class StreamCall {
 public:
  // `stream` must outlive it.
  StreamCall(Stream& stream, Operation operation)
      : stream_(stream), operation_(operation) {}
  // For a call that has begun before, and whose waits in which nothing goes
  // through last no longer than `progress_timeout`.
  StreamCall(Stream& stream, Operation operation, const Deadline& deadline,
             absl::Duration progress_timeout)
      : stream_(stream),
        operation_(operation),
        deadline_(deadline),
        progress_timeout_(progress_timeout) {}

  // Reads what there is into `room`, which is not empty. Waits as long as the
  // stream's timeout allows. Returns 0 at the end of the stream.
  absl::StatusOr<std::size_t> Read(absl::Span<char> room);

  // Writes from the front of `*data`, and removes from it what the stream has
  // taken. Returns OK if nothing is left and the operating system has all of
  // it. Without data it waits until the operating system has what was taken
  // before.
  absl::Status WriteAll(absl::string_view* data) {
    return Write(data, /*all=*/true);
  }

  // Does the same, but ends when the stream has taken some of `*data` and the
  // operating system has that. A failure can follow after some was taken.
  absl::Status WriteSome(absl::string_view* data) {
    return Write(data, /*all=*/false);
  }

  // How the call may try.
  TryMode mode() const {
    return stream_.GetTimeout() == absl::InfiniteDuration() &&
                   stream_.cancellation() == nullptr &&
                   progress_timeout_ == absl::InfiniteDuration()
               ? TryMode::kMayWait
               : TryMode::kNow;
  }

  // Waits for what `tried` has named. Returns OK if the call is to be tried
  // again, a would-block if the stream is non-blocking, the cancellation if the
  // stream's had come before this method was called, and a timeout if the
  // stream's timeout has run out since the first call of this method or of
  // CheckTime.
  absl::Status Await(const StreamTry& tried);

  // Call this when some bytes went through. The next wait then has the whole
  // progress timeout.
  void AfterProgress() { progress_deadline_.reset(); }

  // For calls that go on although no try has to wait. Returns the cancellation
  // if the stream's has come, and the timeout if it has run out. A non-blocking
  // call ends where it would block.
  absl::Status CheckTime();

  // Returns `status`, the error of a try, under the name of this call.
  absl::Status Failed(const absl::Status& status) const;

  // Returns the error `code`, with the platform's number for it. `where` takes
  // the place of an address.
  absl::Status Error(ErrorCode code, absl::string_view where = "") const;

 private:
  absl::Status Write(absl::string_view* data, bool all);
  // Waits until the operating system has what `written`, which has something to
  // wait for, has taken.
  absl::Status Flush(const StreamTry& written);
  const Deadline& deadline();

  Stream& stream_;
  const Operation operation_;
  std::optional<Deadline> deadline_;
  const absl::Duration progress_timeout_ = absl::InfiniteDuration();
  // Counted from the first wait since something went through.
  std::optional<Deadline> progress_deadline_;
};

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_STREAM_CALL_H_
