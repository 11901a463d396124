// The timeout of poll(2) and WSAPoll.

#ifndef MORTISE_PLATFORM_POLL_MILLISECONDS_H_
#define MORTISE_PLATFORM_POLL_MILLISECONDS_H_

#include "absl/time/time.h"

namespace mortise {

// -1 for infinite, milliseconds rounded up otherwise, so that a wait is never
// shorter than was asked for. Longer ones than an int holds, 24 days, are cut;
// whoever waits looks at the clock again.
int PollMilliseconds(absl::Duration timeout);

}  // namespace mortise

#endif  // MORTISE_PLATFORM_POLL_MILLISECONDS_H_
