#include "mortise/core/stream.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/core/buffer.h"
#include "mortise/core/cancellation.h"
#include "mortise/core/internal/cancellation_state.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/plain_stream.h"
#include "mortise/core/internal/receive_string.h"
#include "mortise/core/internal/stream_call.h"
#include "mortise/core/poll_source.h"
#include "mortise/core/socket.h"
#include "mortise/platform/readiness_calls.h"
#include "mortise/platform/socket_modes.h"

namespace mortise {
namespace {

using internal::ClosedError;
using internal::Operation;
using internal::StreamCall;

}  // namespace

absl::StatusOr<std::size_t> Stream::Read(MutableBuffer buffer) {
  if (!is_open()) return ClosedError(Operation::kRead);
  const absl::Span<char> room = buffer;
  if (room.empty()) return 0;
  return StreamCall(*this, Operation::kRead).Read(room);
}

absl::StatusOr<std::string> Stream::Read(std::size_t bufsize) {
  return internal::ReceiveString(
      Operation::kRead, "bufsize", bufsize, Socket::kMaxBufSize, /*flags=*/0,
      [this](absl::Span<char> buffer) { return Read(buffer); });
}

absl::StatusOr<std::size_t> Stream::Write(ConstBuffer data) {
  if (!is_open()) return ClosedError(Operation::kWrite);
  const absl::string_view all = data;
  absl::string_view rest = all;
  absl::Status status = StreamCall(*this, Operation::kWrite).WriteSome(&rest);
  const std::size_t taken = all.size() - rest.size();
  // What was taken comes first. A failure is still there the next time.
  if (taken == 0 && !status.ok()) return status;
  return taken;
}

absl::Status Stream::WriteAll(ConstBuffer data, std::size_t* sent) {
  std::size_t own = 0;
  if (sent == nullptr) sent = &own;
  *sent = 0;
  if (!is_open()) return ClosedError(Operation::kWrite);
  const absl::string_view all = data;
  absl::string_view rest = all;
  absl::Status status = StreamCall(*this, Operation::kWrite).WriteAll(&rest);
  *sent = all.size() - rest.size();
  return status;
}

absl::Status Stream::Shutdown(ShutdownHow how) {
  if (!is_open()) return ClosedError(Operation::kShutdown);
  StreamCall call(*this, Operation::kShutdown);
  for (;;) {
    const StreamTry tried = TryShutdown(how);
    if (!tried.status.ok()) return call.Failed(tried.status);
    if (tried.wait == WaitEvents::kNone) return absl::OkStatus();
    absl::Status status = call.Await(tried);
    if (!status.ok()) return status;
  }
}

absl::Status Stream::SetCancellation(
    const std::optional<Cancellation>& cancellation) {
  if (!is_open()) return ClosedError(Operation::kSetCancellation);
  cancellation_ = cancellation.has_value() ? cancellation->state()
                                           : internal::CancellationPointer();
  return absl::OkStatus();
}

StreamTry Stream::TryFlush(const StreamTry&) {
  return TryWrite("", TryMode::kNow);
}

std::shared_ptr<PollSource> Stream::poll_source() { return nullptr; }

void Stream::LeavePoller() {
  const std::uint64_t number = poller_number_.exchange(0);
  if (number == 0) return;
  if (Socket* const below = socket()) below->LeavePoller(number);
}

std::unique_ptr<Stream> MakeStream(Socket socket) {
  return std::make_unique<internal::PlainStream>(std::move(socket));
}

absl::StatusOr<Socket> TakeSocket(std::unique_ptr<Stream> stream) {
  Socket* const socket = stream == nullptr ? nullptr : stream->socket();
  if (socket == nullptr || !stream->bytes_are_plain()) {
    return internal::ArgumentError(absl::StatusCode::kInvalidArgument,
                                   Operation::kSocket, "stream",
                                   "is not the stream of a socket");
  }
  return std::move(*socket);
}

std::unique_ptr<Stream> BorrowStream(Socket& socket) {
  return std::make_unique<internal::PlainStream>(&socket);
}

}  // namespace mortise
