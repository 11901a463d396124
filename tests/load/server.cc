#include "mortise/tests/load/server.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "mortise/core/create_server.h"
#include "mortise/core/error.h"
#include "mortise/core/poller.h"
#include "mortise/core/socket.h"
#include "mortise/core/stream.h"
#include "mortise/core/tls/tls_context.h"
#include "mortise/core/tls/tls_socket.h"
#include "mortise/platform/native_handle.h"

namespace mortise {
namespace load {
namespace {

// Keys: the listeners, then the handles of Watch by their number, then the
// connections.
constexpr std::uint64_t kListener = 0;
constexpr std::uint64_t kTlsListener = 1;
constexpr std::uint64_t kFirstHandle = 2;
constexpr std::uint64_t kFirstConnection = std::uint64_t{1} << 32;

// How many connections are accepted before others are served.
constexpr int kAcceptedAtOnce = 64;
constexpr std::size_t kReadAtOnce = 8192;

absl::StatusOr<Socket> Listen() {
  CreateServerOptions options;
  // Thousands of clients come at the same moment.
  options.backlog = 4096;
  return CreateServer(HostPort{"127.0.0.1", 0}, options);
}

// Whether a peer that resets its connections can be the reason.
bool IsOfAReset(const absl::Status& status) {
  return IsConnectionReset(status) || IsBrokenPipe(status);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Create(TlsContext context) {
  absl::StatusOr<Poller> poller = Poller::Create();
  if (!poller.ok()) return poller.status();
  absl::StatusOr<Socket> listener = Listen();
  if (!listener.ok()) return listener.status();
  absl::StatusOr<Socket> tls_listener = Listen();
  if (!tls_listener.ok()) return tls_listener.status();
  const absl::StatusOr<SocketAddress> address = listener->GetSockName();
  if (!address.ok()) return address.status();
  const absl::StatusOr<SocketAddress> tls_address = tls_listener->GetSockName();
  if (!tls_address.ok()) return tls_address.status();
  std::unique_ptr<Server> server(
      new Server(*std::move(poller), *std::move(listener),
                 *std::move(tls_listener), std::move(context)));
  server->address_ = *address;
  server->tls_address_ = *tls_address;
  server->last_key_ = kFirstConnection;
  absl::Status status = server->poller_.Register(
      server->listener_, PollEvents::kReadable, kListener);
  if (status.ok()) {
    status = server->poller_.Register(server->tls_listener_,
                                      PollEvents::kReadable, kTlsListener);
  }
  if (!status.ok()) return status;
  return server;
}

absl::Status Server::Watch(NativeHandle handle) {
  return poller_.Register(
      handle, PollEvents::kReadable,
      kFirstHandle + static_cast<std::uint64_t>(handle.value()));
}

absl::StatusOr<Server::Found> Server::Turn(absl::Duration timeout) {
  absl::Status status = poller_.Wait(timeout, &ready_);
  if (!status.ok()) return status;
  Found found;
  found.woken = ready_.woken();
  for (const PollEvent& event : ready_) {
    ++found.events;
    if (event.key == kListener) {
      status = AcceptSome(listener_, /*is_tls=*/false);
    } else if (event.key == kTlsListener) {
      status = AcceptSome(tls_listener_, /*is_tls=*/true);
    } else if (event.key < kFirstConnection) {
      found.handles.emplace_back(
          static_cast<std::int64_t>(event.key - kFirstHandle));
    } else {
      Connection& connection = connections_.at(event.key);
      bool is_over = false;
      const absl::Status served = Serve(connection, &is_over);
      if (IsOfAReset(served)) {
        ++counts_.reset;
      } else {
        failure_.Update(served);
      }
      if (!served.ok() || is_over) status = Remove(event.key);
    }
    if (!status.ok()) return status;
  }
  return found;
}

absl::Status Server::AcceptSome(Socket& listener, bool is_tls) {
  for (int i = 0; i < kAcceptedAtOnce; ++i) {
    absl::StatusOr<AcceptResult> accepted = listener.Accept();
    if (IsWouldBlock(accepted.status())) return absl::OkStatus();
    if (absl::IsResourceExhausted(accepted.status())) {
      // Goes on once a connection has ended.
      is_paused_ = true;
      absl::Status status = poller_.Modify(listener_, PollEvents::kNone);
      status.Update(poller_.Modify(tls_listener_, PollEvents::kNone));
      return status;
    }
    if (!accepted.ok()) return accepted.status();
    const absl::Status added = Add(std::move(accepted->socket), is_tls);
    if (!added.ok()) return added;
  }
  return absl::OkStatus();
}

absl::Status Server::Add(Socket socket, bool is_tls) {
  const std::uint64_t key = ++last_key_;
  Connection& connection = connections_[key];
  ++counts_.connections;
  if (is_tls) ++counts_.tls_connections;
  if (is_tls) {
    absl::StatusOr<TlsSocket> tls =
        TlsSocket::Create(context_, std::move(socket));
    if (!tls.ok()) return tls.status();
    connection.stream = std::make_unique<TlsSocket>(*std::move(tls));
  } else {
    connection.stream = MakeStream(std::move(socket));
  }
  return poller_.Register(*connection.stream, connection.waits_for, key);
}

absl::Status Server::Serve(Connection& connection, bool* is_over) {
  if (connection.pending.empty() && !connection.has_ended) {
    absl::StatusOr<std::string> data = connection.stream->Read(kReadAtOnce);
    if (IsWouldBlock(data.status())) return absl::OkStatus();
    if (!data.ok()) return data.status();
    connection.bytes_there += static_cast<std::int64_t>(data->size());
    connection.has_ended = data->empty();
    connection.pending = *std::move(data);
  }
  return SendBack(connection, is_over);
}

absl::Status Server::SendBack(Connection& connection, bool* is_over) {
  if (!connection.pending.empty()) {
    const absl::StatusOr<std::size_t> sent =
        connection.stream->Write(connection.pending);
    if (IsWouldBlock(sent.status())) {
      return WaitFor(connection, PollEvents::kWritable);
    }
    if (!sent.ok()) return sent.status();
    connection.bytes_back += static_cast<std::int64_t>(*sent);
    connection.pending.erase(0, *sent);
    return WaitFor(connection, connection.pending.empty()
                                   ? PollEvents::kReadable
                                   : PollEvents::kWritable);
  }
  if (!connection.has_ended) return absl::OkStatus();
  const absl::Status status = connection.stream->Shutdown(ShutdownHow::kWrite);
  if (IsWouldBlock(status)) {
    return WaitFor(connection, PollEvents::kWritable);
  }
  if (!status.ok()) return status;
  *is_over = true;
  ++counts_.ended;
  counts_.bytes_there += connection.bytes_there;
  counts_.bytes_back += connection.bytes_back;
  return connection.stream->Close();
}

absl::Status Server::WaitFor(Connection& connection, PollEvents events) {
  if (connection.waits_for == events) return absl::OkStatus();
  connection.waits_for = events;
  return poller_.Modify(*connection.stream, events);
}

absl::Status Server::Remove(std::uint64_t key) {
  connections_.erase(key);
  if (!is_paused_) return absl::OkStatus();
  is_paused_ = false;
  absl::Status status = poller_.Modify(listener_, PollEvents::kReadable);
  status.Update(poller_.Modify(tls_listener_, PollEvents::kReadable));
  return status;
}

}  // namespace load
}  // namespace mortise
