// `mortise listen --keep-open`: many clients at once.

#ifndef MORTISE_TOOLS_MORTISE_KEEP_OPEN_H_
#define MORTISE_TOOLS_MORTISE_KEEP_OPEN_H_

#include <ostream>

#include "absl/status/status.h"
#include "mortise/core/poller.h"
#include "mortise/tools/mortise/tls_flags.h"
#include "mortise/tools/mortise/unix_path.h"

namespace mortise::program {

// Serves until the program is interrupted. What clients send goes to standard
// output. Standard input goes to all clients that are there; the slowest of
// them sets the pace. Without a client it waits. At its end the sending half of
// the connections that are there ends. The arguments are those of
// StreamServer. Call it once, at the end of a program.
absl::Status ServeAllClients(Poller& poller, Endpoint server,
                             StreamMaker make_stream, std::ostream& err);

}  // namespace mortise::program

#endif  // MORTISE_TOOLS_MORTISE_KEEP_OPEN_H_
