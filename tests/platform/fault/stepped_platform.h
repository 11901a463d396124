// The platform of the operating system with a clock that a test controls, for
// programs of one thread.

#ifndef MORTISE_TESTS_PLATFORM_FAULT_STEPPED_PLATFORM_H_
#define MORTISE_TESTS_PLATFORM_FAULT_STEPPED_PLATFORM_H_

#include <cstddef>
#include <memory>
#include <utility>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/forwarding.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"
#include "mortise/tests/platform/fault/stub_platform.h"

namespace mortise {
namespace fault {

// A poll set that waits as SteppedReadiness says.
class SteppedPollSet final : public ForwardingPollSet {
 public:
  SteppedPollSet(std::unique_ptr<PollSet> next, StubClock& clock,
                 const bool& something_comes)
      : ForwardingPollSet(std::move(next)),
        clock_(clock),
        something_comes_(something_comes) {}

  SysResult<std::size_t> Wait(absl::Span<PollReady> ready,
                              absl::Duration timeout) override {
    if (something_comes_) return ForwardingPollSet::Wait(ready, timeout);
    const SysResult<std::size_t> found =
        ForwardingPollSet::Wait(ready, absl::ZeroDuration());
    if (found.ok() && found.value == 0) clock_.Advance(timeout);
    return found;
  }

 private:
  StubClock& clock_;
  const bool& something_comes_;
};

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
  SysResult<std::unique_ptr<PollSet>> NewPollSet() override {
    SysResult<std::unique_ptr<PollSet>> made = next().NewPollSet();
    if (made.ok()) {
      made.value = std::make_unique<SteppedPollSet>(std::move(made.value),
                                                    clock_, something_comes);
    }
    return made;
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

// Lets a TCP socket send at once. Small pieces would wait for acknowledgements,
// which come late in real time.
inline void DoNotDelay(NativeHandle socket) {
  const int on = 1;
  (void)Platform::Default().sockets().SetSockOpt(
      socket, kIpprotoTcp, kTcpNodelay,
      {reinterpret_cast<const char*>(&on), sizeof(on)});
}

}  // namespace fault
}  // namespace mortise

#endif  // MORTISE_TESTS_PLATFORM_FAULT_STEPPED_PLATFORM_H_
