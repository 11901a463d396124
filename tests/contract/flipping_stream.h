// A stream of a program's own: a protocol inside of another stream, which flips
// every bit. It behaves as badly as a protocol may.

#ifndef MORTISE_CONTRACT_FLIPPING_STREAM_H_
#define MORTISE_CONTRACT_FLIPPING_STREAM_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/socket.h"
#include "mortise/core/stream.h"
#include "mortise/platform/readiness_calls.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {
namespace contract {

// A write takes up to 100 bytes and holds them until the stream below has taken
// them, 10 at a time. A read returns up to 30 bytes. Every other try has to
// wait for nothing.
class FlippingStream final : public Stream {
 public:
  // Makes the stream inside of `below`, which is blocking.
  explicit FlippingStream(std::unique_ptr<Stream> below);
  ~FlippingStream() override;

  absl::Status Close() override;
  bool is_open() const override { return connection_ != nullptr; }
  absl::StatusOr<std::unique_ptr<Stream>> Dup() const override;
  absl::Status SetTimeout(absl::Duration timeout) override;
  absl::Duration GetTimeout() const override { return timeout_; }
  Socket* socket() override;
  bool bytes_are_plain() const override { return false; }

  StreamTry TryRead(absl::Span<char> buffer, TryMode mode) override;
  StreamTry TryWrite(absl::string_view data, TryMode mode) override;
  StreamTry TryShutdown(ShutdownHow how) override;
  absl::StatusOr<bool> Wait(
      const StreamTry& tried, absl::Duration timeout,
      absl::Span<WaitInterrupt* const> interrupts) override;

 private:
  // What duplicates share.
  struct Connection;

  FlippingStream(std::shared_ptr<Connection> connection,
                 absl::Duration timeout);

  std::shared_ptr<Connection> connection_;
  absl::Duration timeout_ = absl::InfiniteDuration();
};

}  // namespace contract
}  // namespace mortise

#endif  // MORTISE_CONTRACT_FLIPPING_STREAM_H_
