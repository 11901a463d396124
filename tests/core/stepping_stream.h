// A stream of a program's own, for tests: a pipe through memory whose writing
// end can be read at the other.

#ifndef MORTISE_TESTS_CORE_STEPPING_STREAM_H_
#define MORTISE_TESTS_CORE_STEPPING_STREAM_H_

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

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

// Each try passes at most `step` bytes, and every other read has to wait. A
// write takes bytes and has to wait for them, as that of a protocol with a
// buffer does.
class SteppingStream final : public Stream {
 public:
  // What its duplicates share.
  struct Pipe {
    std::string held;       // taken, and not out yet
    std::string bytes;      // out
    bool is_stuck = false;  // nothing that is held goes out
    int writes = 0;
    // What the next tries meet.
    std::optional<absl::Status> failure;
    std::optional<absl::Status> write_failure;
    std::vector<WaitEvents> waits;
  };

  explicit SteppingStream(std::size_t step)
      : SteppingStream(step, std::make_shared<Pipe>()) {}
  SteppingStream(std::size_t step, std::shared_ptr<Pipe> pipe)
      : step_(step), pipe_(std::move(pipe)) {}

  const std::shared_ptr<Pipe>& pipe() const { return pipe_; }

  absl::Status Close() override {
    open_ = false;
    return absl::OkStatus();
  }
  bool is_open() const override { return open_; }
  absl::StatusOr<std::unique_ptr<Stream>> Dup() const override {
    auto copy = std::make_unique<SteppingStream>(step_, pipe_);
    copy->timeout_ = timeout_;
    return copy;
  }
  absl::Status SetTimeout(absl::Duration timeout) override {
    timeout_ = timeout;
    return absl::OkStatus();
  }
  absl::Duration GetTimeout() const override { return timeout_; }
  Socket* socket() override { return nullptr; }
  bool bytes_are_plain() const override { return false; }

  StreamTry TryRead(absl::Span<char> buffer, TryMode) override {
    StreamTry tried;
    if (pipe_->failure.has_value()) {
      tried.status = *pipe_->failure;
      return tried;
    }
    if (HasToWait()) {
      tried.wait = WaitEvents::kReadable;
      return tried;
    }
    tried.size = std::min({buffer.size(), step_, pipe_->bytes.size()});
    std::copy_n(pipe_->bytes.begin(), tried.size, buffer.begin());
    pipe_->bytes.erase(0, tried.size);
    return tried;
  }
  StreamTry TryWrite(absl::string_view data, TryMode) override {
    ++pipe_->writes;
    StreamTry tried;
    if (pipe_->write_failure.has_value()) {
      tried.status = *pipe_->write_failure;
      return tried;
    }
    if (pipe_->failure.has_value()) {
      tried.status = *pipe_->failure;
      return tried;
    }
    if (!pipe_->is_stuck) {
      pipe_->bytes += pipe_->held;
      pipe_->held.clear();
    }
    if (pipe_->held.empty()) {
      tried.size = std::min(data.size(), step_);
      pipe_->held = std::string(data.substr(0, tried.size));
    }
    if (!pipe_->held.empty()) tried.wait = WaitEvents::kWritable;
    return tried;
  }
  StreamTry TryShutdown(ShutdownHow) override { return {}; }
  absl::StatusOr<bool> Wait(const StreamTry& tried, absl::Duration,
                            absl::Span<WaitInterrupt* const>) override {
    pipe_->waits.push_back(tried.wait);
    return !pipe_->is_stuck;
  }

 private:
  bool HasToWait() { return has_waited_ = !has_waited_; }

  const std::size_t step_;
  const std::shared_ptr<Pipe> pipe_;
  bool open_ = true;
  bool has_waited_ = false;
  absl::Duration timeout_ = absl::InfiniteDuration();
};

}  // namespace mortise

#endif  // MORTISE_TESTS_CORE_STEPPING_STREAM_H_
