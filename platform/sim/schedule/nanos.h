// Virtual time: whole nanoseconds since the start of a run.

#ifndef MORTISE_PLATFORM_SIM_SCHEDULE_NANOS_H_
#define MORTISE_PLATFORM_SIM_SCHEDULE_NANOS_H_

#include <cstdint>
#include <limits>

#include "absl/time/time.h"

namespace mortise {
namespace sim {

using Nanos = std::int64_t;

// Later than every moment of a run.
constexpr Nanos kNever = std::numeric_limits<Nanos>::max();

// Rounds up. Everything beyond the range, infinity too, is kNever or its
// negative counterpart.
inline Nanos ToNanos(absl::Duration duration) {
  return absl::ToInt64Nanoseconds(absl::Ceil(duration, absl::Nanoseconds(1)));
}

// Returns the moment `duration` after `start`. Neither is negative.
inline Nanos After(Nanos start, Nanos duration) {
  return duration > kNever - start ? kNever : start + duration;
}

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_SCHEDULE_NANOS_H_
