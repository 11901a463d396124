#include "mortise/tests/contract/flipping_stream.h"

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/socket.h"
#include "mortise/core/stream.h"
#include "mortise/tests/contract/process.h"

namespace mortise {
namespace contract {
namespace {

constexpr std::size_t kMostToRead = 30;
constexpr std::size_t kMostToTake = 100;
constexpr std::size_t kMostToSend = 10;

// Returns a socket that is closed, for its errors.
Socket Closed() { return Socket(); }

char Flipped(char byte) { return static_cast<char>(~byte); }

// One of these over another one takes a lock while it has another lock. Abseil
// then notes the stack of the thread, to report deadlocks. Wine crashes when it
// walks some of MinGW's frames, and Abseil holds a lock of its own meanwhile,
// so the program would stand still.
void DoNotWalkStacksUnderWine() {
  static const bool once = [] {
    if (RunsUnderWine()) {
      absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
    }
    return true;
  }();
  (void)once;
}

}  // namespace

struct FlippingStream::Connection {
  explicit Connection(std::unique_ptr<Stream> stream)
      : below(std::move(stream)) {
    DoNotWalkStacksUnderWine();
  }

  // Gives the stream below some of what is held. What that stream holds has to
  // go out as well.
  StreamTry Send() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    StreamTry tried;
    has_waited_to_send = !has_waited_to_send && !held.empty();
    if (!has_waited_to_send) {
      tried = below->TryWrite(absl::string_view(held).substr(0, kMostToSend),
                              TryMode::kNow);
      held.erase(0, tried.size);
      tried.size = 0;
    }
    if (!held.empty()) tried.wait = WaitEvents::kWritable;
    return tried;
  }

  const std::unique_ptr<Stream> below;
  // Only the thread that reads uses it.
  bool has_waited_to_read = false;
  absl::Mutex mutex;
  bool has_waited_to_send ABSL_GUARDED_BY(mutex) = false;
  // What was taken, flipped, and has not gone below.
  std::string held ABSL_GUARDED_BY(mutex);
  bool has_ended ABSL_GUARDED_BY(mutex) = false;
};

FlippingStream::FlippingStream(std::unique_ptr<Stream> below)
    : connection_(std::make_shared<Connection>(std::move(below))) {}

FlippingStream::FlippingStream(std::shared_ptr<Connection> connection,
                               absl::Duration timeout)
    : connection_(std::move(connection)), timeout_(timeout) {}

FlippingStream::~FlippingStream() = default;

absl::Status FlippingStream::Close() {
  if (!is_open()) return Closed().Close();
  const std::shared_ptr<Connection> connection = std::move(connection_);
  if (connection.use_count() > 1) return absl::OkStatus();
  const absl::MutexLock lock(&connection->mutex);
  while (!connection->held.empty()) {
    const std::size_t before = connection->held.size();
    const StreamTry first = connection->Send();
    const StreamTry second = connection->Send();
    if (!first.status.ok() || !second.status.ok() ||
        connection->held.size() == before) {
      break;
    }
  }
  absl::Status closed = connection->below->Close();
  if (connection->held.empty()) return closed;
  return absl::DataLossError("bytes that were taken are lost");
}

absl::StatusOr<std::unique_ptr<Stream>> FlippingStream::Dup() const {
  if (!is_open()) return Closed().Dup().status();
  std::unique_ptr<Stream> copy(new FlippingStream(connection_, timeout_));
  absl::Status status = copy->SetCancellation(GetCancellation());
  if (!status.ok()) return status;
  return copy;
}

absl::Status FlippingStream::SetTimeout(absl::Duration timeout) {
  if (!is_open()) return Closed().SetTimeout(timeout);
  timeout_ = timeout;
  return absl::OkStatus();
}

Socket* FlippingStream::socket() {
  return is_open() ? connection_->below->socket() : nullptr;
}

StreamTry FlippingStream::TryRead(absl::Span<char> buffer, TryMode) {
  StreamTry tried;
  connection_->has_waited_to_read = !connection_->has_waited_to_read;
  if (connection_->has_waited_to_read) {
    tried.wait = WaitEvents::kReadable;
    return tried;
  }
  tried = connection_->below->TryRead(buffer.subspan(0, kMostToRead),
                                      TryMode::kNow);
  for (char& byte : buffer.subspan(0, tried.size)) byte = Flipped(byte);
  return tried;
}

StreamTry FlippingStream::TryWrite(absl::string_view data, TryMode) {
  StreamTry tried;
  const absl::MutexLock lock(&connection_->mutex);
  // The half below has ended too, and says so.
  if (connection_->has_ended) {
    return connection_->below->TryWrite("x", TryMode::kNow);
  }
  tried = connection_->Send();
  if (!tried.status.ok() || tried.wait != WaitEvents::kNone) return tried;
  for (const char byte : data.substr(0, kMostToTake)) {
    connection_->held += Flipped(byte);
  }
  const std::size_t taken = connection_->held.size();
  tried = connection_->Send();
  // What was taken comes first. An error is still there the next time.
  if (taken > 0) tried.status = absl::OkStatus();
  tried.size = taken;
  return tried;
}

StreamTry FlippingStream::TryShutdown(ShutdownHow how) {
  const absl::MutexLock lock(&connection_->mutex);
  if (how != ShutdownHow::kRead) {
    const StreamTry tried = connection_->Send();
    if (how == ShutdownHow::kWrite && tried.status.ok() &&
        tried.wait != WaitEvents::kNone) {
      return tried;
    }
    connection_->has_ended = true;
  }
  return connection_->below->TryShutdown(how);
}

absl::StatusOr<bool> FlippingStream::Wait(
    const StreamTry& tried, absl::Duration timeout,
    absl::Span<WaitInterrupt* const> interrupts) {
  return connection_->below->Wait(tried, timeout, interrupts);
}

}  // namespace contract
}  // namespace mortise
