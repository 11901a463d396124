#include "mortise/platform/fault/readiness_calls.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/fault/call.h"
#include "mortise/platform/fault/call_fault.h"
#include "mortise/platform/fault/call_match.h"
#include "mortise/platform/fault/faulty_call.h"
#include "mortise/platform/fault/poll_set.h"
#include "mortise/platform/fault/rules.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {
namespace fault {
namespace {

// Returns the index of `handle`, or of the first target if the handle is
// invalid. `targets.size()` if there is none.
std::size_t IndexOf(absl::Span<const WaitTarget> targets, NativeHandle handle) {
  if (!handle.valid()) return 0;
  std::size_t index = 0;
  while (index < targets.size() && targets[index].handle != handle) ++index;
  return index;
}

}  // namespace

SysResult<std::size_t> FaultyReadinessCalls::WaitInterruptibly(
    absl::Span<const WaitTarget> targets,
    absl::Span<WaitInterrupt* const> interrupts, absl::Duration timeout) {
  CallArguments arguments = {Call::kWaitInterruptibly};
  arguments.targets = targets;
  return faults_.Make(
      arguments, [&](const Allowance& allowance) -> SysResult<std::size_t> {
        if (allowance.is_falsely_ready) {
          return {IndexOf(targets, allowance.handle), 0};
        }
        return next().WaitInterruptibly(targets, interrupts,
                                        allowance.Left(timeout));
      });
}

SysResult<std::unique_ptr<WaitInterrupt>> FaultyReadinessCalls::NewInterrupt() {
  return faults_.Make({Call::kNewInterrupt},
                      [&] { return next().NewInterrupt(); });
}

SysResult<std::unique_ptr<PollSet>> FaultyReadinessCalls::NewPollSet() {
  SysResult<std::unique_ptr<PollSet>> made =
      faults_.Make({Call::kNewPollSet}, [&] { return next().NewPollSet(); });
  if (made.ok()) {
    made.value =
        std::make_unique<FaultyPollSet>(std::move(made.value), next(), faults_);
  }
  return made;
}

void FaultyReadinessCalls::Sleep(absl::Duration duration) {
  const std::optional<Ruling> ruling = faults_.Before({Call::kSleep});
  if (!ruling.has_value()) {
    next().Sleep(duration);
  } else if (ruling->fault.kind() == CallFault::Kind::kTake) {
    const absl::Duration passed = faults_.Pass(ruling->fault.time(), nullptr);
    if (passed < duration) next().Sleep(duration - passed);
  }
}

}  // namespace fault
}  // namespace mortise
