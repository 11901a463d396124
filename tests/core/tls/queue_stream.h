// A stream through memory, for tests that go step by step in one thread.
//
//   QueueEnds below;
//   TlsSocket client = *TlsSocket::Create(
//       DefaultClient(), std::make_unique<QueueStream>(below.client), ...);
//   below.client->room = 10;
//   client.TryWrite("..." , TryMode::kNow);  // 10 sealed bytes are out

#ifndef MORTISE_TESTS_CORE_TLS_QUEUE_STREAM_H_
#define MORTISE_TESTS_CORE_TLS_QUEUE_STREAM_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
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
namespace testing_tls {

// One end of a connection, and what its next tries meet. For one thread.
struct QueueEnd {
  std::string arrived;     // sent by the peer, and not read yet
  bool has_ended = false;  // nothing comes after that
  std::size_t room = std::numeric_limits<std::size_t>::max();
  std::size_t most_read = std::numeric_limits<std::size_t>::max();
  absl::Status read_failure;
  absl::Status write_failure;
  absl::Status shutdown_status;
  bool holds = false;  // what is taken is not out yet
  StreamTry flush;     // the result of TryFlush
  bool shutdown_waits = false;
  // The moments of the tries, so that a wait shows of which of them it is.
  std::uint64_t read_moment = 1000;
  std::uint64_t write_moment = 2000;
  // What was asked of it.
  int reads = 0;
  int writes = 0;
  std::vector<ShutdownHow> shutdowns;
  std::vector<StreamTry> waits;
  // Runs during the next wait.
  std::function<void()> during_wait;

  QueueEnd* peer = nullptr;
};

// Both ends. Must outlive the streams.
struct QueueEnds {
  QueueEnds() {
    client.peer = &server;
    server.peer = &client;
  }
  QueueEnds(const QueueEnds&) = delete;
  QueueEnds& operator=(const QueueEnds&) = delete;

  QueueEnd client;
  QueueEnd server;
};

class QueueStream final : public Stream {
 public:
  explicit QueueStream(QueueEnd& end) : end_(end) {}

  absl::Status Close() override {
    is_open_ = false;
    end_.peer->has_ended = true;
    return absl::OkStatus();
  }
  bool is_open() const override { return is_open_; }
  absl::StatusOr<std::unique_ptr<Stream>> Dup() const override {
    return absl::UnimplementedError("Dup");
  }
  absl::Status SetTimeout(absl::Duration timeout) override {
    timeout_ = timeout;
    return absl::OkStatus();
  }
  absl::Duration GetTimeout() const override { return timeout_; }
  Socket* socket() override { return nullptr; }
  bool bytes_are_plain() const override { return false; }

  StreamTry TryRead(absl::Span<char> buffer, TryMode) override {
    ++end_.reads;
    StreamTry tried;
    tried.moment = end_.read_moment;
    tried.status = end_.read_failure;
    if (!tried.status.ok()) return tried;
    tried.size = std::min({buffer.size(), end_.most_read, end_.arrived.size()});
    std::copy_n(end_.arrived.begin(), tried.size, buffer.begin());
    end_.arrived.erase(0, tried.size);
    if (tried.size == 0 && !end_.has_ended) tried.wait = WaitEvents::kReadable;
    return tried;
  }
  StreamTry TryWrite(absl::string_view data, TryMode) override {
    ++end_.writes;
    StreamTry tried;
    tried.moment = end_.write_moment;
    tried.status = end_.write_failure;
    if (!tried.status.ok()) return tried;
    tried.size = std::min(data.size(), end_.room);
    if (end_.room != std::numeric_limits<std::size_t>::max()) {
      end_.room -= tried.size;
    }
    end_.peer->arrived += std::string(data.substr(0, tried.size));
    if (end_.holds || tried.size < data.size()) {
      tried.wait = WaitEvents::kWritable;
    }
    return tried;
  }
  StreamTry TryFlush(const StreamTry&) override {
    ++end_.writes;
    return end_.flush;
  }
  StreamTry TryShutdown(ShutdownHow how) override {
    StreamTry tried;
    tried.moment = end_.write_moment;
    if (end_.shutdown_waits) {
      tried.wait = WaitEvents::kWritable;
      return tried;
    }
    end_.shutdowns.push_back(how);
    tried.status = end_.shutdown_status;
    if (how != ShutdownHow::kRead) end_.peer->has_ended = true;
    return tried;
  }
  // Does not wait. Returns false, as if the time had run out.
  absl::StatusOr<bool> Wait(const StreamTry& tried, absl::Duration,
                            absl::Span<WaitInterrupt* const>) override {
    end_.waits.push_back(tried);
    if (end_.during_wait != nullptr) {
      std::exchange(end_.during_wait, nullptr)();
    }
    return false;
  }

 private:
  QueueEnd& end_;
  bool is_open_ = true;
  absl::Duration timeout_ = absl::InfiniteDuration();
};

}  // namespace testing_tls
}  // namespace mortise

#endif  // MORTISE_TESTS_CORE_TLS_QUEUE_STREAM_H_
