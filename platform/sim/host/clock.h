// The clock of a simulated host.

#ifndef MORTISE_PLATFORM_SIM_HOST_CLOCK_H_
#define MORTISE_PLATFORM_SIM_HOST_CLOCK_H_

#include "absl/time/time.h"
#include "mortise/platform/clock_calls.h"
#include "mortise/platform/sim/host/waiting.h"

namespace mortise {
namespace sim {

// The virtual time. `waiting` must outlive it. Thread-safe; does not block.
class HostClock final : public ClockCalls {
 public:
  explicit HostClock(Waiting& waiting) : waiting_(waiting) {}

  absl::Duration Now() override {
    return absl::Nanoseconds(waiting_.ReadClock());
  }

 private:
  Waiting& waiting_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOST_CLOCK_H_
