// A client of a server that serves many in one thread.

#ifndef MORTISE_TOOLS_MORTISE_CLIENT_H_
#define MORTISE_TOOLS_MORTISE_CLIENT_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/core/poller.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/stream.h"
#include "mortise/platform/poll_events.h"

namespace mortise::program {

// A connection, and the bytes that it has no room for yet.
//
// No method waits. What goes wrong is kept in `status`, and from then on
// nothing is sent or received. Not thread-safe.
class Client {
 public:
  // `poller` must outlive the client. The timeout of `stream` is zero.
  Client(std::unique_ptr<Stream> stream, const SocketAddress& address,
         Poller& poller)
      : stream_(std::move(stream)), address_(address), poller_(poller) {}
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  const SocketAddress& address() const { return address_; }

  // Lets the poller report under `key` when there is something to do.
  void Register(std::uint64_t key);

  // Sends what there is room for, and keeps the rest. Does nothing after
  // EndSending.
  void Send(absl::string_view data);
  // How many bytes are kept.
  std::size_t unsent() const { return unsent_.size() - sent_; }
  // Tells the client, once it has been sent everything, that no more will come.
  void EndSending();

  // Sends what was kept, as far as there is room.
  void SendUnsent();
  // Reads once. Returns what was read, which is in `buffer`. The end of what
  // the client sends also ends sending.
  absl::string_view Receive(absl::Span<char> buffer);

  // Lets the poller wait for room if something is to be sent, and for data if
  // `receives`.
  void Await(bool receives);

  const absl::Status& status() const { return status_; }
  // Whether both sides have ended, or something went wrong.
  bool is_over() const {
    return !status_.ok() || (!receiving_ && sending_ == Sending::kEnded);
  }
  bool is_ending() const { return sending_ != Sending::kOpen; }

  // Whether bytes were sent or received since the last call.
  bool TakeHasMoved() {
    const bool moved = has_moved_;
    has_moved_ = false;
    return moved;
  }

 private:
  enum class Sending { kOpen, kEnding, kEnded };

  // Sends as much of `data` as there is room for. Returns the rest.
  absl::string_view SendSome(absl::string_view data);

  const std::unique_ptr<Stream> stream_;
  const SocketAddress address_;
  Poller& poller_;
  absl::Status status_;
  // The bytes from `sent_` on have yet to be sent.
  std::string unsent_;
  std::size_t sent_ = 0;
  bool receiving_ = true;
  Sending sending_ = Sending::kOpen;
  bool has_moved_ = false;
  PollEvents awaited_ = PollEvents::kReadable;
};

}  // namespace mortise::program

#endif  // MORTISE_TOOLS_MORTISE_CLIENT_H_
