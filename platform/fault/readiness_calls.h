// The waits of a platform with faults.

#ifndef MORTISE_PLATFORM_FAULT_READINESS_CALLS_H_
#define MORTISE_PLATFORM_FAULT_READINESS_CALLS_H_

#include <cstddef>
#include <memory>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/fault/faulty_call.h"
#include "mortise/platform/forwarding.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {
namespace fault {

// Interrupts are those of the platform that is wrapped, which waits for them.
// MarkProcess is passed on: it cannot fail.
class FaultyReadinessCalls final : public ForwardingReadinessCalls {
 public:
  FaultyReadinessCalls(ReadinessCalls& next, const FaultyCall& faults)
      : ForwardingReadinessCalls(next), faults_(faults) {}

  SysResult<std::size_t> WaitInterruptibly(
      absl::Span<const WaitTarget> targets,
      absl::Span<WaitInterrupt* const> interrupts,
      absl::Duration timeout) override;
  SysResult<std::unique_ptr<WaitInterrupt>> NewInterrupt() override;
  SysResult<std::unique_ptr<PollSet>> NewPollSet() override;
  void Sleep(absl::Duration duration) override;

 private:
  const FaultyCall& faults_;
};

}  // namespace fault
}  // namespace mortise

#endif  // MORTISE_PLATFORM_FAULT_READINESS_CALLS_H_
