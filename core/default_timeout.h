// The timeout that new sockets start with.
//
//   mortise::SetDefaultTimeout(absl::Seconds(30)).IgnoreError();  // in main()
//
// Set it in `main`; a library should not. It applies to every socket that any
// code in the process makes from then on, on any platform: with Socket::Create,
// FromFd and Adopt, SocketPair, Accept, CreateConnection and CreateServer.
// Existing sockets keep their timeout. SetTimeout on a socket overrides the
// default. A default that is not infinite makes the descriptors of these
// sockets non-blocking, as SetTimeout does; with FromFd and Adopt, this is a
// descriptor that other code may share.

#ifndef MORTISE_CORE_DEFAULT_TIMEOUT_H_
#define MORTISE_CORE_DEFAULT_TIMEOUT_H_

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace mortise {

// Python: socket.setdefaulttimeout. Zero makes new sockets non-blocking.
// absl::InfiniteDuration() (None in Python) makes them blocking; this is the
// initial value. The timeout is counted in nanoseconds, rounded up, and is at
// most 292 years unless infinite. Fails with kOutOfRange if `timeout` is
// negative; then nothing changes. Thread-safe. Does not block.
absl::Status SetDefaultTimeout(absl::Duration timeout);

// Python: socket.getdefaulttimeout. Thread-safe. Does not block.
absl::Duration GetDefaultTimeout();

}  // namespace mortise

#endif  // MORTISE_CORE_DEFAULT_TIMEOUT_H_
