// The clock of a simulated host.

#ifndef MORTISE_PLATFORM_SIM_HOST_CLOCK_H_
#define MORTISE_PLATFORM_SIM_HOST_CLOCK_H_

#include <memory>
#include <utility>

#include "absl/time/time.h"
#include "mortise/platform/clock_calls.h"
#include "mortise/platform/sim/host/waiting.h"
#include "mortise/platform/sim/schedule/local_clock.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {

// The monotonic clock of a host. `waiting` must outlive it. Thread-safe; does
// not block.
class HostClock final : public ClockCalls {
 public:
  // `clock` is nullptr if the host sees the virtual time.
  HostClock(Waiting& waiting, std::shared_ptr<const LocalClock> clock)
      : waiting_(waiting), clock_(std::move(clock)) {}

  absl::Duration Now() override {
    const Time now = waiting_.ReadClock();
    return absl::Nanoseconds(clock_ == nullptr ? now : clock_->LocalTime(now));
  }

 private:
  Waiting& waiting_;
  const std::shared_ptr<const LocalClock> clock_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOST_CLOCK_H_
