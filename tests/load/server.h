// A server that sends back what it gets, to many clients, in one thread. It is
// written as docs/guide.md shows it.

#ifndef MORTISE_TESTS_LOAD_SERVER_H_
#define MORTISE_TESTS_LOAD_SERVER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "mortise/core/poller.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/stream.h"
#include "mortise/core/tls/tls_context.h"
#include "mortise/platform/native_handle.h"
#include "mortise/tests/load/counts.h"

namespace mortise {
namespace load {

// For one thread, except for Wake.
class Server {
 public:
  // Listens on two ports of the loopback address, one of which is for TLS. The
  // default timeout is zero.
  static absl::StatusOr<std::unique_ptr<Server>> Create(TlsContext context);

  const SocketAddress& address() const { return address_; }
  const SocketAddress& tls_address() const { return tls_address_; }

  // What one turn has found besides connections.
  struct Found {
    bool woken = false;
    // Handles of Watch that are readable.
    std::vector<NativeHandle> handles;
    // How many events it had, with those of connections.
    std::size_t events = 0;
  };
  // Waits once, and serves what is ready.
  absl::StatusOr<Found> Turn(absl::Duration timeout);
  absl::Status Watch(NativeHandle handle);
  void Wake() { poller_.Wake(); }

  const Counts& counts() const { return counts_; }
  std::size_t open_connections() const { return connections_.size(); }
  // How much the poller has: the connections, the listeners and the handles.
  std::size_t poller_size() const { return poller_.size(); }
  // The first error that no client should cause. OK if there was none.
  const absl::Status& failure() const { return failure_; }

 private:
  struct Connection {
    std::unique_ptr<Stream> stream;
    // What has been read and is to be sent back. Nothing is read meanwhile.
    std::string pending;
    PollEvents waits_for = PollEvents::kReadable;
    bool has_ended = false;
    std::int64_t bytes_there = 0;
    std::int64_t bytes_back = 0;
  };

  Server(Poller poller, Socket listener, Socket tls_listener,
         TlsContext context)
      : poller_(std::move(poller)),
        listener_(std::move(listener)),
        tls_listener_(std::move(tls_listener)),
        context_(std::move(context)) {}

  absl::Status AcceptSome(Socket& listener, bool is_tls);
  absl::Status Add(Socket socket, bool is_tls);
  // Reads once, and sends back what it can. OK if the connection goes on or has
  // ended; `*is_over` tells which.
  absl::Status Serve(Connection& connection, bool* is_over);
  absl::Status SendBack(Connection& connection, bool* is_over);
  absl::Status WaitFor(Connection& connection, PollEvents events);
  absl::Status Remove(std::uint64_t key);

  Poller poller_;
  PollResult ready_;
  Socket listener_;
  Socket tls_listener_;
  TlsContext context_;
  SocketAddress address_;
  SocketAddress tls_address_;
  bool is_paused_ = false;
  std::unordered_map<std::uint64_t, Connection> connections_;
  std::uint64_t last_key_;
  Counts counts_;
  absl::Status failure_;
};

}  // namespace load
}  // namespace mortise

#endif  // MORTISE_TESTS_LOAD_SERVER_H_
