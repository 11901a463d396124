// absl::Now, for versions of Abseil that compute it from the processor's cycle
// counter: 20220623 and older. Newer ones ask clock_gettime, which clocks.cc
// defines.
//
// Abseil's own definitions are in one object file of its archive, with a weak
// function that absl_waits.cc defines. The linker takes nothing of that file,
// because all that it defines is here already. self_check.cc notices if it does
// not work that way.

#include <cstdint>
#include <ctime>

#include "absl/base/config.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

#if defined(ABSL_LTS_RELEASE_VERSION) && ABSL_LTS_RELEASE_VERSION <= 20220623

namespace absl {
ABSL_NAMESPACE_BEGIN

std::int64_t GetCurrentTimeNanos() {
  timespec now = {};
  clock_gettime(CLOCK_REALTIME, &now);
  return std::int64_t{now.tv_sec} * 1000000000 + now.tv_nsec;
}

Time Now() { return FromUnixNanos(GetCurrentTimeNanos()); }

ABSL_NAMESPACE_END
}  // namespace absl

#endif
