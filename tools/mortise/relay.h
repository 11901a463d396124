// Standard input to the peer and the peer to standard output, both at once.

#ifndef MORTISE_TOOLS_MORTISE_RELAY_H_
#define MORTISE_TOOLS_MORTISE_RELAY_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "mortise/core/socket.h"

namespace mortise::program {

struct RelayOptions {
  // How long nothing at all may move before that is a failure.
  absl::Duration timeout = absl::InfiniteDuration();
  // How long to wait in silence once standard input has ended.
  absl::Duration linger_after_input = absl::InfiniteDuration();
  // How long to wait in silence once the peer has ended, which a stream only
  // does.
  absl::Duration linger_after_peer = absl::InfiniteDuration();
  // The socket is a datagram socket without a peer. Its peer becomes the first
  // sender that can be answered.
  bool first_sender_is_peer = false;
};

// Copies until both sides have ended. `socket` is connected, or looks for its
// peer itself (see `first_sender_is_peer`).
//
// Streams: the end of standard input is handed on with Shutdown(kWrite), and
// the peer may still answer. The peer's end does not end standard input: the
// peer may want to hear the rest. But TCP does not tell whether it does or has
// gone away.
//
// Datagrams have no end: they are over `linger_after_input` after the last one
// once standard input has ended. A `timeout` ends them too, and is a failure if
// none had come.
//
// A socket that looks for its peer takes datagrams from every sender until it
// has found one, and then only from that one. A sender cannot be answered if it
// has no address, as an AF_UNIX socket that is not bound, or has closed its
// socket. Until there is a peer, what was read from standard input is kept; if
// it is still there at the end, that is a failure.
//
// What has been received is written, however long that takes, unless `timeout`
// runs out.
//
// May return while threads of its own still wait for the socket or standard
// input: nothing but the end of the process can wake a reader of those. Call it
// once, at the end of a program.
absl::Status Relay(Socket socket, const RelayOptions& options);

}  // namespace mortise::program

#endif  // MORTISE_TOOLS_MORTISE_RELAY_H_
