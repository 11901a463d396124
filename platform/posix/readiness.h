// Waiting for descriptors: poll(2), and a poll set for the same descriptors
// again and again. select(2) will not do, because it cannot take a descriptor
// beyond FD_SETSIZE.

#ifndef MORTISE_PLATFORM_POSIX_READINESS_H_
#define MORTISE_PLATFORM_POSIX_READINESS_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/process_mark.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {
namespace posix {

class Readiness final : public ReadinessCalls {
 public:
  // `interrupts` are those of NewInterrupt.
  SysResult<std::size_t> WaitInterruptibly(
      absl::Span<const WaitTarget> targets,
      absl::Span<WaitInterrupt* const> interrupts,
      absl::Duration timeout) override;
  SysResult<std::unique_ptr<WaitInterrupt>> NewInterrupt() override;
  ProcessMark MarkProcess() override;
  SysResult<std::unique_ptr<PollSet>> NewPollSet() override;
  void Sleep(absl::Duration duration) override;
};

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_READINESS_H_
