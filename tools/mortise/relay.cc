#include "mortise/tools/mortise/relay.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/core/stream.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/tools/mortise/background_thread.h"
#include "mortise/tools/mortise/standard_streams.h"

namespace mortise::program {
namespace {

using Clock = std::chrono::steady_clock;

// Room for any datagram, and for all that a pipe on Linux holds.
constexpr std::size_t kBufferSize = std::size_t{64} * 1024;
// Every system sends this many bytes as one datagram (macOS at most 9216).
constexpr std::size_t kLargestDatagram = std::size_t{8} * 1024;

// The copying in both directions. Two threads, one per direction, wait as long
// as it takes, and the caller of Wait watches the time. All of them share this
// object: Wait may return while the threads still use it.
class Copying {
 public:
  Copying(std::unique_ptr<Stream> stream, const RelayOptions& options)
      : stream_(std::move(stream)), options_(options) {}
  Copying(Socket socket, const RelayOptions& options)
      : socket_(std::move(socket)), options_(options) {}

  // Copies standard input to the peer.
  void CopyInput();
  // Copies what the peer sends to standard output.
  void CopyOutput();

  // Returns when there is nothing left to copy.
  absl::Status Wait();

 private:
  bool datagrams() const { return stream_ == nullptr; }

  absl::Status SendInput();
  absl::Status Send(absl::string_view data);
  void EndSending();
  absl::Status ReceiveOutput();
  absl::StatusOr<std::size_t> Receive(absl::Span<char> buffer);
  absl::StatusOr<std::size_t> ReceiveFromSender(absl::Span<char> buffer);

  // Returns once there is a peer to send to.
  void AwaitPeer();
  bool has_peer() const {
    return !options_.first_sender_is_peer || peer_.has_value();
  }

  // Notes that something was sent just now.
  void Moved();
  void SetSending(bool sending);
  void SetWriting(bool writing);

  void NotifyIfLingering();
  // The next three must be called with the mutex held.

  // How long the present silence may last before the copying ends without an
  // error.
  absl::Duration Linger() const;
  // The result of the copying after such an end.
  absl::Status Ended() const;
  // Returns the result if the copying is over by `now`. Otherwise sets `*next`
  // to the time at which it will be over if nothing happens before.
  std::optional<absl::Status> Over(Clock::time_point now,
                                   std::optional<Clock::time_point>* next);

  // The peer: either a stream, or a socket of datagrams.
  const std::unique_ptr<Stream> stream_;
  Socket socket_;
  const RelayOptions options_;

  std::mutex mutex_;
  std::condition_variable changed_;
  Clock::time_point last_move_ = Clock::now();
  bool sending_ = false;  // input has been read that is not sent yet
  bool writing_ = false;  // output has been received that is not written yet
  bool received_ = false;
  // The sender that was chosen as the peer. Only the thread of CopyOutput
  // writes it, so that thread may read it without the mutex.
  std::optional<SocketAddress> peer_;
  // The result of each direction; nullopt while it goes on.
  std::optional<absl::Status> input_;
  std::optional<absl::Status> output_;
};

void Copying::CopyInput() {
  const absl::Status status = SendInput();
  if (!datagrams()) EndSending();
  const std::lock_guard<std::mutex> lock(mutex_);
  last_move_ = Clock::now();
  sending_ = false;
  input_ = status;
  changed_.notify_all();
}

void Copying::CopyOutput() {
  const absl::Status status = ReceiveOutput();
  const std::lock_guard<std::mutex> lock(mutex_);
  last_move_ = Clock::now();
  output_ = status;
  changed_.notify_all();
}

absl::Status Copying::SendInput() {
  std::vector<char> buffer(datagrams() ? kLargestDatagram : kBufferSize);
  while (true) {
    const absl::StatusOr<std::size_t> size =
        ReadStandardInput(absl::MakeSpan(buffer));
    if (!size.ok()) return size.status();
    if (*size == 0) return absl::OkStatus();
    SetSending(true);
    AwaitPeer();
    absl::Status sent = Send(absl::string_view(buffer.data(), *size));
    if (!sent.ok()) return sent;
    SetSending(false);
  }
}

// WriteAll is not used: its timeout is for all of the data, and a slow peer
// that takes a little now and then has not stalled. A timeout of the connection
// is not an error here. Over decides about that, because the other direction
// may have moved meanwhile.
absl::Status Copying::Send(absl::string_view data) {
  while (!data.empty()) {
    const absl::StatusOr<std::size_t> sent =
        datagrams() ? socket_.Send(data) : stream_->Write(data);
    if (sent.ok()) {
      data.remove_prefix(*sent);
      Moved();
    } else if (!IsOwnTimeout(sent.status())) {
      return sent.status();
    }
  }
  return absl::OkStatus();
}

// Sends what the stream holds, and tells a peer that is still there that no
// more will come.
void Copying::EndSending() {
  while (IsOwnTimeout(stream_->Shutdown(ShutdownHow::kWrite))) {
  }
}

absl::StatusOr<std::size_t> Copying::Receive(absl::Span<char> buffer) {
  if (!datagrams()) return stream_->Read(buffer);
  return options_.first_sender_is_peer ? ReceiveFromSender(buffer)
                                       : socket_.Recv(buffer);
}

absl::Status Copying::ReceiveOutput() {
  std::vector<char> buffer(kBufferSize);
  while (true) {
    const absl::StatusOr<std::size_t> size = Receive(absl::MakeSpan(buffer));
    if (!size.ok()) {
      if (IsOwnTimeout(size.status())) continue;
      return size.status();
    }
    if (*size == 0 && !datagrams()) return absl::OkStatus();
    SetWriting(true);
    absl::Status written =
        WriteStandardOutput(absl::string_view(buffer.data(), *size));
    if (!written.ok()) return written;
    SetWriting(false);
  }
}

// Whether anything can be sent to `sender`. An AF_UNIX sender may have no name,
// and nothing can be sent to port 0.
bool CanBeAnswered(const SocketAddress& sender) {
  return sender.family() == kAfUnix ? !sender.bytes().empty()
                                    : sender.port() != 0;
}

absl::StatusOr<std::size_t> Copying::ReceiveFromSender(
    absl::Span<char> buffer) {
  while (true) {
    const absl::StatusOr<RecvFromResult> received = socket_.RecvFrom(buffer);
    if (!received.ok()) return received.status();
    if (peer_.has_value()) {
      // Skip datagrams of other senders that came before the socket was
      // connected.
      if (received->address != *peer_) continue;
    } else if (CanBeAnswered(received->address) &&
               socket_.Connect(received->address).ok()) {
      const std::lock_guard<std::mutex> lock(mutex_);
      peer_ = received->address;
      changed_.notify_all();
    }
    return received->size;
  }
}

void Copying::AwaitPeer() {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [this] { return has_peer(); });
}

void Copying::Moved() {
  const std::lock_guard<std::mutex> lock(mutex_);
  last_move_ = Clock::now();
}

void Copying::SetSending(bool sending) {
  const std::lock_guard<std::mutex> lock(mutex_);
  last_move_ = Clock::now();
  sending_ = sending;
  NotifyIfLingering();
}

void Copying::SetWriting(bool writing) {
  const std::lock_guard<std::mutex> lock(mutex_);
  last_move_ = Clock::now();
  writing_ = writing;
  received_ = true;
  NotifyIfLingering();
}

// Wakes Wait only if a change can make the end come earlier. This saves a
// wake-up per block.
void Copying::NotifyIfLingering() {
  if (Linger() < absl::InfiniteDuration()) changed_.notify_all();
}

// Returns the time `wait` after `start`, or nullopt if it never comes.
std::optional<Clock::time_point> After(Clock::time_point start,
                                       absl::Duration wait) {
  // The clock cannot count all the years of absl::Duration. A wait of ten years
  // or more counts as infinite.
  if (wait > absl::Hours(24 * 365 * 10)) return std::nullopt;
  return start + absl::ToChronoNanoseconds(wait);
}

absl::Duration Copying::Linger() const {
  // Data that has been received is not lost because the reader of standard
  // output is slow.
  if (writing_) return absl::InfiniteDuration();
  // Input that cannot be sent, because there is no peer, counts as ended too.
  if (input_.has_value() || (sending_ && !has_peer())) {
    return options_.linger_after_input;
  }
  return output_.has_value() && !sending_ ? options_.linger_after_peer
                                          : absl::InfiniteDuration();
}

absl::Status Copying::Ended() const {
  if (input_.has_value()) return *input_;
  if (has_peer()) return absl::OkStatus();
  return sending_ ? absl::FailedPreconditionError(
                        "standard input was not sent: no datagram came from a "
                        "sender that can be answered")
                  : absl::OkStatus();
}

std::optional<absl::Status> Copying::Over(
    Clock::time_point now, std::optional<Clock::time_point>* next) {
  if (output_.has_value() && !output_->ok()) return output_;
  if (output_.has_value() && input_.has_value()) return input_;
  if (datagrams() && input_.has_value() && !input_->ok()) return input_;

  *next = After(last_move_, Linger());
  if (next->has_value() && now >= **next) return Ended();

  const std::optional<Clock::time_point> timeout =
      After(last_move_, options_.timeout);
  if (!timeout.has_value()) return std::nullopt;
  if (now >= *timeout) {
    const bool has_enough =
        datagrams() ? received_ && !writing_ : output_.has_value() && !sending_;
    if (has_enough) return Ended();
    return absl::DeadlineExceededError(
        absl::StrCat("timed out: nothing sent or received for ",
                     absl::FormatDuration(options_.timeout)));
  }
  if (!next->has_value() || *timeout < **next) *next = timeout;
  return std::nullopt;
}

absl::Status Copying::Wait() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (true) {
    std::optional<Clock::time_point> next;
    const std::optional<absl::Status> over = Over(Clock::now(), &next);
    if (over.has_value()) return *over;
    if (next.has_value()) {
      changed_.wait_until(lock, *next);
    } else {
      changed_.wait(lock);
    }
  }
}

absl::Status Run(const std::shared_ptr<Copying>& copying) {
  RunInBackground([copying] { copying->CopyInput(); });
  RunInBackground([copying] { copying->CopyOutput(); });
  return copying->Wait();
}

}  // namespace

absl::Status Relay(std::unique_ptr<Stream> stream,
                   const RelayOptions& options) {
  return Run(std::make_shared<Copying>(std::move(stream), options));
}

absl::Status RelayDatagrams(Socket socket, const RelayOptions& options) {
  return Run(std::make_shared<Copying>(std::move(socket), options));
}

}  // namespace mortise::program
