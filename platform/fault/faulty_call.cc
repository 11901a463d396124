#include "mortise/platform/fault/faulty_call.h"

#include <algorithm>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/fault/call_fault.h"
#include "mortise/platform/fault/rules.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {
namespace fault {

absl::Duration FaultyCall::Pass(absl::Duration time,
                                const CallLimit* limit) const {
  ClockCalls& clock = site_.behind().clock();
  ReadinessCalls& readiness = site_.behind().readiness();
  WaitInterrupt* const given_up = limit == nullptr ? nullptr : limit->given_up;
  if (limit != nullptr) time = std::min(time, limit->timeout);
  const absl::Duration begin = clock.Now();
  absl::Duration passed = absl::ZeroDuration();
  while (passed < time && (given_up == nullptr || !given_up->is_set())) {
    if (given_up == nullptr) {
      readiness.Sleep(time - passed);
    } else if (!readiness
                    .WaitInterruptibly({}, absl::MakeConstSpan(&given_up, 1),
                                       time - passed)
                    .ok()) {
      // Interrupted by a signal, or the platform cannot wait for this.
      readiness.Sleep(std::min(time - passed, absl::Milliseconds(1)));
    }
    const absl::Duration before = passed;
    passed = clock.Now() - begin;
    if (passed == before) break;
  }
  return passed;
}

Allowance FaultyCall::Allow(const Ruling& ruling,
                            const CallLimit* limit) const {
  Allowance allowance;
  switch (ruling.fault.kind()) {
    case CallFault::Kind::kCut:
      allowance.most = ruling.fault.most();
      break;
    case CallFault::Kind::kFalseReady:
      allowance.is_falsely_ready = true;
      allowance.handle = ruling.handle;
      break;
    case CallFault::Kind::kTake:
      allowance.taken = Pass(ruling.fault.time(), limit);
      break;
    default:
      break;  // the call is not made
  }
  return allowance;
}

}  // namespace fault
}  // namespace mortise
