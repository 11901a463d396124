// The server's side: a socket on which connections or datagrams arrive.

#ifndef MORTISE_TOOLS_MORTISE_SERVE_H_
#define MORTISE_TOOLS_MORTISE_SERVE_H_

#include <ostream>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mortise/tools/mortise/options.h"
#include "mortise/tools/mortise/unix_path.h"

namespace mortise::program {

// Opens a server's socket on `port`. It is bound to every address of this
// machine, unless the options narrow that down. One socket serves IPv4 and IPv6
// if the system can do that. A stream socket listens already. Port 0 lets the
// system choose. Looking up the host of `options.source` takes at most
// `options.timeout`.
absl::StatusOr<Endpoint> OpenServer(const Options& options, int port);

// The same on the path `options.unix_path`.
absl::StatusOr<Endpoint> OpenUnixServer(const Options& options);

// Tells the user where the server listens: "listening on [::]:40001".
absl::Status Announce(const Endpoint& server, std::ostream& out);

}  // namespace mortise::program

#endif  // MORTISE_TOOLS_MORTISE_SERVE_H_
