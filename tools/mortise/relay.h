// Copies standard input to the peer and, at the same time, what the peer sends
// to standard output.

#ifndef MORTISE_TOOLS_MORTISE_RELAY_H_
#define MORTISE_TOOLS_MORTISE_RELAY_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "mortise/core/socket.h"
#include "mortise/core/stream.h"

namespace mortise::program {

struct RelayOptions {
  // How long nothing may be sent or received before that is a failure.
  absl::Duration timeout = absl::InfiniteDuration();
  // How long to wait in silence once standard input has ended.
  absl::Duration linger_after_input = absl::InfiniteDuration();
  // How long to wait in silence once the peer has ended. Only the peer of a
  // stream can end.
  absl::Duration linger_after_peer = absl::InfiniteDuration();
  // The socket is a datagram socket without a peer. Its peer becomes the first
  // sender that can be answered.
  bool first_sender_is_peer = false;
};

// Copies until both sides have ended. After the end of standard input,
// Shutdown(kWrite) tells the peer, and the peer may still answer. The end of
// the peer does not end the copying of standard input, because the peer may
// still want the rest. TCP does not tell whether the peer still reads or has
// gone away.
//
// Data that has been received is written, however long that takes, unless
// `timeout` runs out.
//
// May return while threads of its own still wait for the stream or for standard
// input, because only the end of the process can wake them. Call it once, at
// the end of a program.
absl::Status Relay(std::unique_ptr<Stream> stream, const RelayOptions& options);

// The same for a datagram socket, which is connected, or looks for its peer
// itself (see `first_sender_is_peer`).
//
// Datagrams have no end. Once standard input has ended, the copying is over
// when no datagram has come for `linger_after_input`. The `timeout` ends it
// too, which is a failure if no datagram had come.
//
// A socket that looks for its peer takes datagrams from every sender until it
// has found the peer, and then only from the peer. A sender cannot be answered
// if it has no address, such as an AF_UNIX socket that is not bound, or if it
// has closed its socket. Until there is a peer, data from standard input is
// kept. If it is still there at the end, that is a failure.
absl::Status RelayDatagrams(Socket socket, const RelayOptions& options);

}  // namespace mortise::program

#endif  // MORTISE_TOOLS_MORTISE_RELAY_H_
