// What goes wrong, printed on standard error.

#ifndef MORTISE_TOOLS_MORTISE_FAIL_H_
#define MORTISE_TOOLS_MORTISE_FAIL_H_

#include <ostream>

#include "absl/status/status.h"
#include "mortise/core/socket_address.h"

namespace mortise::program {

// Prints what went wrong, in one line, and returns kExitFailure. Thread-safe as
// long as nothing else uses `err` at the same time.
int Fail(const absl::Status& status, std::ostream& err);

// The same for what went wrong with one client of a server, which goes on.
void FailClient(const SocketAddress& client, const absl::Status& status,
                std::ostream& err);

}  // namespace mortise::program

#endif  // MORTISE_TOOLS_MORTISE_FAIL_H_
