// Virtual time.

#ifndef MORTISE_PLATFORM_SIM_TIME_H_
#define MORTISE_PLATFORM_SIM_TIME_H_

#include <cstdint>
#include <limits>

#include "absl/time/time.h"

namespace mortise {
namespace sim {

// Nanoseconds since the start of a run, or a length of time in nanoseconds.
using Time = std::int64_t;

inline constexpr Time kMicrosecond = 1000;
inline constexpr Time kMillisecond = 1000 * kMicrosecond;
inline constexpr Time kSecond = 1000 * kMillisecond;
// Later than every other time.
inline constexpr Time kNever = std::numeric_limits<Time>::max();

// Returns `a + b`, or kNever if the sum is larger than any time. Neither is
// negative.
constexpr Time Later(Time a, Time b) { return a > kNever - b ? kNever : a + b; }

// Returns `duration` in nanoseconds, rounded up. Everything beyond the range,
// infinity too, is kNever or its negative counterpart.
inline Time TimeOf(absl::Duration duration) {
  return absl::ToInt64Nanoseconds(absl::Ceil(duration, absl::Nanoseconds(1)));
}

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_TIME_H_
