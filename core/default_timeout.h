// The timeout that new sockets start with.
//
//   mortise::SetDefaultTimeout(absl::Seconds(30)).IgnoreError();  // in main()
//
// It is the program's, not a library's, to set, and says something about each
// socket that anybody in the process makes from then on: those of
// Socket::Create, FromFd and Adopt, of SocketPair, Accept, CreateConnection and
// CreateServer, on whatever platform. Sockets that are there already keep the
// timeout that they have. SetTimeout on a socket says more than the default.

#ifndef MORTISE_CORE_DEFAULT_TIMEOUT_H_
#define MORTISE_CORE_DEFAULT_TIMEOUT_H_

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace mortise {

// Python: socket.setdefaulttimeout. Zero makes new sockets non-blocking,
// absl::InfiniteDuration() (None in Python), which is how it starts, blocking.
// Counted in nanoseconds, rounded up, and at most 292 years but for infinite.
// kOutOfRange iff negative, and nothing changes. Thread-safe.
absl::Status SetDefaultTimeout(absl::Duration timeout);

// Python: socket.getdefaulttimeout. Thread-safe.
absl::Duration GetDefaultTimeout();

}  // namespace mortise

#endif  // MORTISE_CORE_DEFAULT_TIMEOUT_H_
