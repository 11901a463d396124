// How a server ends in order when the program is interrupted.

#ifndef MORTISE_TOOLS_MORTISE_STOPPING_H_
#define MORTISE_TOOLS_MORTISE_STOPPING_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "mortise/core/cancellation.h"
#include "mortise/core/poller.h"

namespace mortise::program {

// How long a server may take to end.
constexpr absl::Duration kGrace = absl::Seconds(3);

// Cancelled by the first interruption after StopInOrder.
const Cancellation& Stopping();

// From now on, the first interruption does not end the program. It cancels
// `Stopping()` and wakes the poller that this returns, which lives as long as
// the process. The second interruption ends the program at once. Call it once.
absl::StatusOr<Poller*> StopInOrder();

}  // namespace mortise::program

#endif  // MORTISE_TOOLS_MORTISE_STOPPING_H_
