// The timeout of poll(2) and WSAPoll.

#ifndef MORTISE_PLATFORM_POLL_MILLISECONDS_H_
#define MORTISE_PLATFORM_POLL_MILLISECONDS_H_

#include "absl/time/time.h"

namespace mortise {

// Returns `timeout` in milliseconds, or -1 if it is infinite. Rounds up, so
// that a wait is never shorter than was asked for. A timeout that an int cannot
// hold, which is more than 24 days, is cut. The caller then looks at its clock
// and waits again. Thread-safe; does not block. Source: poll(2).
int PollMilliseconds(absl::Duration timeout);

}  // namespace mortise

#endif  // MORTISE_PLATFORM_POLL_MILLISECONDS_H_
