// The stream of a socket: its bytes are the stream's.

#ifndef MORTISE_CORE_INTERNAL_PLAIN_STREAM_H_
#define MORTISE_CORE_INTERNAL_PLAIN_STREAM_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/cancellation.h"
#include "mortise/core/internal/cancellation_state.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/waiter.h"
#include "mortise/core/socket.h"
#include "mortise/core/stream.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/readiness_calls.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {
namespace internal {

// Whether `native`, the error of a try or 0, says that a signal has interrupted
// the try.
bool IsInterrupted(const Platform& platform, int native);

// Returns the result of a try of `call` that failed with `native`: something to
// wait for if the call would have blocked, and otherwise the error.
StreamTry FailedTry(const WaitingCall& call, int native);

class PlainStream final : public Stream {
 public:
  // One that owns `socket`, and one on a socket that must outlive it.
  explicit PlainStream(Socket socket)
      : owned_(std::move(socket)), socket_(owned_) {}
  explicit PlainStream(Socket* socket) : socket_(*socket) {}

  absl::Status Close() override { return socket_.Close(); }
  bool is_open() const override { return socket_.is_open(); }
  absl::StatusOr<std::unique_ptr<Stream>> Dup() const override;
  absl::Status SetTimeout(absl::Duration timeout) override {
    return socket_.SetTimeout(timeout);
  }
  absl::Duration GetTimeout() const override { return socket_.GetTimeout(); }
  // The socket's own, so that its calls do not wait inside of the system.
  absl::Status SetCancellation(
      const std::optional<Cancellation>& cancellation) override {
    return socket_.SetCancellation(cancellation);
  }
  CancellationState* cancellation() const override {
    return socket_.cancellation();
  }
  Socket* socket() override { return &socket_; }
  bool bytes_are_plain() const override { return true; }

  StreamTry TryRead(absl::Span<char> buffer, TryMode mode) override;
  StreamTry TryWrite(absl::string_view data, TryMode mode) override;
  StreamTry TryShutdown(ShutdownHow how) override;
  absl::StatusOr<bool> Wait(
      const StreamTry& tried, absl::Duration timeout,
      absl::Span<WaitInterrupt* const> interrupts) override;

 private:
  // The flags of a call in `mode`. Sees to it that a call with kNow does not
  // wait on a system that has no such flag.
  int Flags(TryMode mode, bool sends);
  void KeepFromWaiting();
  WaitingCall Call(Operation operation, WaitEvents events, int flags) const;

  Socket owned_;
  Socket& socket_;
  // Which halves have been ended by TryShutdown. Nothing has to be waited for
  // on these, but Windows does not report a half that was ended for reading.
  std::atomic<std::uint8_t> ended_{0};
};

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_PLAIN_STREAM_H_
