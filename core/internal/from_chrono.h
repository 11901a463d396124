// Converts a timeout from the standard library's type.

#ifndef MORTISE_CORE_INTERNAL_FROM_CHRONO_H_
#define MORTISE_CORE_INTERNAL_FROM_CHRONO_H_

#include <chrono>
#include <type_traits>

#include "absl/time/time.h"

namespace mortise {
namespace internal {

// Returns `duration` as an absl::Duration:
//   - The longest duration of its type becomes infinite. absl::ToChronoSeconds
//     and its like convert an infinite one to the longest.
//   - A duration that absl::Duration cannot hold becomes infinite.
//   - NaN becomes negative, which is not a valid timeout.
template <typename Rep, typename Period>
absl::Duration FromChrono(std::chrono::duration<Rep, Period> duration) {
  // In parentheses, because <windows.h> has a macro of this name.
  if (duration == (std::chrono::duration<Rep, Period>::max)()) {
    return absl::InfiniteDuration();
  }
  if constexpr (std::is_floating_point_v<Rep>) {
    if (duration != duration) return -absl::InfiniteDuration();
    return absl::Seconds(std::chrono::duration<double>(duration).count());
  } else {
    // Neither product overflows: absl::Duration becomes infinite instead.
    return duration.count() * absl::Seconds(Period::num) / Period::den;
  }
}

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_FROM_CHRONO_H_
