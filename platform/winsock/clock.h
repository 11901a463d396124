// The monotonic clock: QueryPerformanceCounter.

#ifndef MORTISE_PLATFORM_WINSOCK_CLOCK_H_
#define MORTISE_PLATFORM_WINSOCK_CLOCK_H_

#include "absl/time/time.h"
#include "mortise/platform/backend.h"

namespace mortise {
namespace winsock {

class Clock final : public ClockCalls {
 public:
  absl::Duration Now() override;
};

}  // namespace winsock
}  // namespace mortise

#endif  // MORTISE_PLATFORM_WINSOCK_CLOCK_H_
