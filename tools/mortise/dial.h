// The client's side: a socket that is connected to the peer on the command
// line.

#ifndef MORTISE_TOOLS_MORTISE_DIAL_H_
#define MORTISE_TOOLS_MORTISE_DIAL_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mortise/tools/mortise/options.h"
#include "mortise/tools/mortise/unix_path.h"

namespace mortise::program {

// Tries the addresses of `host` in their order until one can be connected to.
// Each attempt may take `options.timeout`, and so may each of the two look-ups,
// of the host and of the source. If no address can be connected to, the message
// names all of them.
absl::StatusOr<Endpoint> Dial(const Options& options, absl::string_view host,
                              int port);

// Connects to the AF_UNIX socket `options.unix_path`.
absl::StatusOr<Endpoint> DialUnix(const Options& options);

}  // namespace mortise::program

#endif  // MORTISE_TOOLS_MORTISE_DIAL_H_
