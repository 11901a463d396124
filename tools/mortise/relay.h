// Standard input to the peer and the peer to standard output, both at once.

#ifndef MORTISE_TOOLS_MORTISE_RELAY_H_
#define MORTISE_TOOLS_MORTISE_RELAY_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "mortise/socket.h"

namespace mortise::program {

struct RelayOptions {
  // How long nothing at all may move before that is a failure.
  absl::Duration timeout = absl::InfiniteDuration();
  // How long to wait, in silence, for the side that has not ended.
  absl::Duration linger = absl::InfiniteDuration();
};

// Copies until both sides have ended. `socket` is connected, or a datagram
// socket that has someone to receive from.
//
// Streams: the end of standard input is handed on with Shutdown(kWrite), and
// the peer may still answer. The peer's end does not end standard input: the
// peer may want to hear the rest. But TCP does not tell whether it does or has
// gone away, so `linger` later without input the copying ends.
//
// Datagrams have no end: they are over `linger` after the last one once
// standard input has ended. A `timeout` ends them too, and is a failure iff
// none had come.
//
// May return while threads of its own still wait for the socket or standard
// input: nothing but the end of the process can wake a reader of those. To be
// called once, at the end of a program.
absl::Status Relay(Socket socket, const RelayOptions& options);

}  // namespace mortise::program

#endif  // MORTISE_TOOLS_MORTISE_RELAY_H_
