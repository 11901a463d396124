#include "mortise/tests/load/client.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/error.h"
#include "mortise/core/poller.h"
#include "mortise/core/socket.h"
#include "mortise/core/stream.h"
#include "mortise/core/tls/tls_socket.h"
#include "mortise/platform/native_handle.h"

namespace mortise {
namespace load {
namespace {

// The key of the handle of Watch. Those of connections begin with 1.
constexpr std::uint64_t kHandle = 0;
constexpr std::size_t kLongestMessage = 16384;
constexpr int kMostMessages = 20;
// One in so many connections uses TLS, and one in so many leaves by a reset.
constexpr std::uint64_t kTlsShare = 10;
constexpr std::uint64_t kResetShare = 7;
// How many connections are being made at a time.
constexpr std::size_t kConnectedAtOnce = 256;

}  // namespace

Client::Client(Poller poller, ClientOptions options)
    : poller_(std::move(poller)),
      options_(std::move(options)),
      random_(options_.seed) {
  while (text_.size() < 2 * kLongestMessage) {
    text_.push_back(static_cast<char>(random_() >> 8));
  }
}

absl::StatusOr<std::unique_ptr<Client>> Client::Create(ClientOptions options) {
  absl::StatusOr<Poller> poller = Poller::Create();
  if (!poller.ok()) return poller.status();
  return std::unique_ptr<Client>(
      new Client(*std::move(poller), std::move(options)));
}

absl::Status Client::Watch(NativeHandle handle) {
  return poller_.Register(handle, PollEvents::kReadable, kHandle);
}

absl::Status Client::Begin(Phase phase) {
  phase_ = phase;
  if (phase == Phase::kHold) return Fill();
  // Those that hold are not going to be ready for anything.
  std::vector<std::uint64_t> holding;
  for (const auto& [key, connection] : connections_) {
    if (connection.state == State::kHolding) holding.push_back(key);
  }
  holding_ = 0;
  for (const std::uint64_t key : holding) {
    const absl::Status status = GoOn(key, connections_.at(key));
    if (!status.ok()) return status;
  }
  return Fill();
}

bool Client::IsDone() const {
  switch (phase_) {
    case Phase::kHold:
      return holding_ == options_.connections;
    case Phase::kLeave:
      return connections_.empty();
    case Phase::kComeAndGo:
      break;
  }
  return false;
}

absl::Status Client::Turn(bool* is_told) {
  absl::Status status = poller_.Wait(absl::InfiniteDuration(), &ready_);
  *is_told = false;
  for (const PollEvent& event : ready_) {
    if (!status.ok()) return status;
    if (event.key == kHandle) {
      *is_told = true;
    } else {
      status = Serve(event.key, connections_.at(event.key));
    }
  }
  if (status.ok()) status = Fill();
  return status;
}

absl::Status Client::Fill() {
  if (phase_ == Phase::kLeave) return absl::OkStatus();
  for (std::size_t i = 0; i < kConnectedAtOnce; ++i) {
    if (connections_.size() >= options_.connections) break;
    const absl::Status status = Connect();
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Client::Connect() {
  absl::StatusOr<Socket> socket = Socket::Create(kAfInet, kSockStream);
  if (!socket.ok()) return socket.status();
  const std::uint64_t key = ++last_key_;
  const bool is_tls = key % kTlsShare == 0;
  const absl::Status status =
      socket->Connect(is_tls ? options_.tls_address : options_.address);
  if (!status.ok() && !IsInProgress(status)) return status;
  Connection& connection = connections_[key];
  connection.is_tls = is_tls;
  connection.socket = *std::move(socket);
  connection.messages_left = 1 + static_cast<int>(random_() % kMostMessages);
  return poller_.Register(connection.socket, connection.waits_for, key);
}

absl::Status Client::Serve(std::uint64_t key, Connection& connection) {
  if (connection.state == State::kConnecting) return Connected(key, connection);
  if (connection.state == State::kEnding) return HaveEnded(key, connection);
  if (connection.state == State::kHolding) {
    return absl::InternalError("something came to a connection that holds");
  }
  const absl::StatusOr<bool> is_back = Talk(connection);
  if (!is_back.ok()) return is_back.status();
  return *is_back ? GoOn(key, connection) : absl::OkStatus();
}

absl::Status Client::Connected(std::uint64_t key, Connection& connection) {
  absl::Status status = connection.socket.TakeError();
  // A TlsSocket is registered as such, and takes a connected socket.
  if (status.ok()) status = poller_.Unregister(connection.socket);
  if (!status.ok()) return status;
  if (connection.is_tls) {
    absl::StatusOr<TlsSocket> tls = TlsSocket::Create(
        options_.context, std::move(connection.socket), "localhost");
    if (!tls.ok()) return tls.status();
    connection.stream = std::make_unique<TlsSocket>(*std::move(tls));
  } else {
    connection.stream = MakeStream(std::move(connection.socket));
  }
  connection.state = State::kTalking;
  NextMessage(connection);
  return poller_.Register(*connection.stream, connection.waits_for, key);
}

void Client::NextMessage(Connection& connection) {
  const std::size_t size = 1 + random_() % kLongestMessage;
  connection.message =
      absl::string_view(text_).substr(random_() % kLongestMessage, size);
  connection.sent = 0;
  connection.received = 0;
}

absl::StatusOr<bool> Client::Talk(Connection& connection) {
  while (connection.sent < connection.message.size()) {
    const absl::StatusOr<std::size_t> sent =
        connection.stream->Write(connection.message.substr(connection.sent));
    if (IsWouldBlock(sent.status())) break;
    if (!sent.ok()) return sent.status();
    connection.sent += *sent;
    connection.bytes_there += static_cast<std::int64_t>(*sent);
  }
  // The server reads no more until its answer has been read, so read as well
  // what comes before all is sent.
  const bool is_sent = connection.sent == connection.message.size();
  const absl::Status status = WaitFor(
      connection, is_sent ? PollEvents::kReadable
                          : PollEvents::kReadable | PollEvents::kWritable);
  if (!status.ok()) return status;
  while (connection.received < connection.sent) {
    char buffer[kLongestMessage];
    const absl::StatusOr<std::size_t> got = connection.stream->Read(
        absl::MakeSpan(buffer).first(connection.sent - connection.received));
    if (IsWouldBlock(got.status())) return false;
    if (!got.ok()) return got.status();
    if (*got == 0) return absl::DataLossError("the server has ended");
    if (absl::string_view(buffer, *got) !=
        connection.message.substr(connection.received, *got)) {
      return absl::DataLossError("other bytes have come back");
    }
    connection.received += *got;
    connection.bytes_back += static_cast<std::int64_t>(*got);
  }
  return is_sent;
}

absl::Status Client::GoOn(std::uint64_t key, Connection& connection) {
  if (!connection.is_counted) {
    connection.is_counted = true;
    ++counts_.connections;
    if (connection.is_tls) ++counts_.tls_connections;
  }
  if (phase_ == Phase::kHold) {
    connection.state = State::kHolding;
    ++holding_;
    return WaitFor(connection, PollEvents::kReadable);
  }
  if (phase_ == Phase::kLeave || --connection.messages_left <= 0) {
    if (key % kResetShare == 0) return Reset(key, connection);
    connection.state = State::kEnding;
    return WaitFor(connection, PollEvents::kWritable);
  }
  // Another turn sends it, so that one connection does not keep the others
  // waiting.
  connection.state = State::kTalking;
  NextMessage(connection);
  return WaitFor(connection, PollEvents::kReadable | PollEvents::kWritable);
}

absl::Status Client::HaveEnded(std::uint64_t key, Connection& connection) {
  if (connection.waits_for == PollEvents::kWritable) {
    const absl::Status status =
        connection.stream->Shutdown(ShutdownHow::kWrite);
    if (IsWouldBlock(status)) return absl::OkStatus();
    if (!status.ok()) return status;
    return WaitFor(connection, PollEvents::kReadable);
  }
  const absl::StatusOr<std::string> rest = connection.stream->Read(1);
  if (IsWouldBlock(rest.status())) return absl::OkStatus();
  if (!rest.ok()) return rest.status();
  if (!rest->empty()) return absl::DataLossError("more bytes than were sent");
  const absl::Status status = connection.stream->Close();
  ++counts_.ended;
  counts_.bytes_there += connection.bytes_there;
  counts_.bytes_back += connection.bytes_back;
  connections_.erase(key);
  return status;
}

absl::Status Client::Reset(std::uint64_t key, Connection& connection) {
  // Every other one in the middle of a message.
  if (key % 2 == 0) {
    NextMessage(connection);
    const absl::StatusOr<std::size_t> sent =
        connection.stream->Write(connection.message);
    if (!sent.ok() && !IsWouldBlock(sent.status())) return sent.status();
  }
  // On, and 0 seconds: socket(7), struct linger.
  const int linger[2] = {1, 0};
  const absl::Status status = connection.stream->socket()->SetSockOpt(
      kSolSocket, kSoLinger,
      absl::string_view(reinterpret_cast<const char*>(linger), sizeof(linger)));
  ++counts_.reset;
  connections_.erase(key);
  return status;
}

absl::Status Client::WaitFor(Connection& connection, PollEvents events) {
  if (connection.waits_for == events) return absl::OkStatus();
  connection.waits_for = events;
  return poller_.Modify(*connection.stream, events);
}

}  // namespace load
}  // namespace mortise
