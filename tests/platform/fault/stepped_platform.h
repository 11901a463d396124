// The platform of the operating system with a clock that a test controls, for
// programs of one thread.

#ifndef MORTISE_TESTS_PLATFORM_FAULT_STEPPED_PLATFORM_H_
#define MORTISE_TESTS_PLATFORM_FAULT_STEPPED_PLATFORM_H_

#include <cstddef>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/forwarding.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"
#include "mortise/tests/platform/fault/stub_platform.h"

namespace mortise {
namespace fault {

// The only thread is the one that waits. So what is not ready will not become
// ready, unless it is still on its way through the system: then the test says
// so. A wait for something else ends at once, and the clock moves by its
// timeout.
class SteppedReadiness final : public ForwardingReadinessCalls {
 public:
  SteppedReadiness(ReadinessCalls& next, StubClock& clock)
      : ForwardingReadinessCalls(next), clock_(clock) {}

  SysResult<std::size_t> WaitInterruptibly(
      absl::Span<const WaitTarget> targets,
      absl::Span<WaitInterrupt* const> interrupts,
      absl::Duration timeout) override {
    if (something_comes && !targets.empty()) {
      return next().WaitInterruptibly(targets, interrupts, kLong);
    }
    const SysResult<std::size_t> found =
        next().WaitInterruptibly(targets, interrupts, absl::ZeroDuration());
    if (!found.ok() || found.value < targets.size() || AnyIsSet(interrupts)) {
      return found;
    }
    clock_.Advance(timeout);
    return found;
  }
  void Sleep(absl::Duration duration) override { clock_.Advance(duration); }

  // Whether what the next waits are for is on its way.
  bool something_comes = false;

 private:
  // A real time, which nothing on its way takes.
  static constexpr absl::Duration kLong = absl::Minutes(10);

  StubClock& clock_;
};

class SteppedPlatform {
 public:
  StubClock clock;
  SteppedReadiness readiness{Platform::Default().readiness(), clock};

 private:
  Platform::Parts Parts() {
    Platform::Parts parts = Platform::Default().parts();
    parts.clock = &clock;
    parts.readiness = &readiness;
    return parts;
  }

 public:
  Platform platform{Parts(), Platform::Default().facts()};
};

}  // namespace fault
}  // namespace mortise

#endif  // MORTISE_TESTS_PLATFORM_FAULT_STEPPED_PLATFORM_H_
