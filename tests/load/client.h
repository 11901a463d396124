// Many clients of a Server, in one thread. Each connects, sends messages and
// checks that they come back, leaves, and is replaced by another one. Some
// leave by a reset, in the middle of a message.

#ifndef MORTISE_TESTS_LOAD_CLIENT_H_
#define MORTISE_TESTS_LOAD_CLIENT_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <unordered_map>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
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

struct ClientOptions {
  SocketAddress address;
  SocketAddress tls_address;
  TlsContext context;
  std::size_t connections = 0;
  // The same number gives the same messages.
  std::uint32_t seed = 0;
};

// What the clients do with a connection when its message has come back.
enum class Phase {
  kComeAndGo,  // send another message, or leave and be replaced
  kHold,       // nothing
  kLeave,      // leave, and be replaced by none
};

class Client {
 public:
  static absl::StatusOr<std::unique_ptr<Client>> Create(ClientOptions options);

  absl::Status Begin(Phase phase);
  // Whether all connections are in the state that the phase leads to.
  bool IsDone() const;

  // Waits once, and serves what is ready. `*is_told` becomes whether the handle
  // of Watch is readable.
  absl::Status Turn(bool* is_told);
  absl::Status Watch(NativeHandle handle);

  const Counts& counts() const { return counts_; }

 private:
  enum class State { kConnecting, kTalking, kHolding, kEnding };
  struct Connection {
    State state = State::kConnecting;
    bool is_tls = false;
    bool is_counted = false;
    // Until it is connected.
    Socket socket;
    // Afterwards.
    std::unique_ptr<Stream> stream;
    PollEvents waits_for = PollEvents::kWritable;
    int messages_left = 0;
    // Of the message under way: what it is, and how much of it has been sent
    // and has come back.
    absl::string_view message;
    std::size_t sent = 0;
    std::size_t received = 0;
    std::int64_t bytes_there = 0;
    std::int64_t bytes_back = 0;
  };

  Client(Poller poller, ClientOptions options);

  // Opens connections until there are enough.
  absl::Status Fill();
  absl::Status Connect();
  absl::Status Serve(std::uint64_t key, Connection& connection);
  absl::Status Connected(std::uint64_t key, Connection& connection);
  void NextMessage(Connection& connection);
  // Sends and receives what it can. Returns whether all of the message is back.
  absl::StatusOr<bool> Talk(Connection& connection);
  absl::Status HaveEnded(std::uint64_t key, Connection& connection);
  // What comes after a message.
  absl::Status GoOn(std::uint64_t key, Connection& connection);
  absl::Status Reset(std::uint64_t key, Connection& connection);
  absl::Status WaitFor(Connection& connection, PollEvents events);

  Poller poller_;
  PollResult ready_;
  const ClientOptions options_;
  Phase phase_ = Phase::kComeAndGo;
  std::unordered_map<std::uint64_t, Connection> connections_;
  std::size_t holding_ = 0;
  std::uint64_t last_key_ = 0;
  std::minstd_rand random_;
  // What the messages are parts of.
  std::string text_;
  Counts counts_;
};

}  // namespace load
}  // namespace mortise

#endif  // MORTISE_TESTS_LOAD_CLIENT_H_
