// Waiting on a simulated host.

#ifndef MORTISE_PLATFORM_SIM_HOST_READINESS_H_
#define MORTISE_PLATFORM_SIM_HOST_READINESS_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/readiness_calls.h"
#include "mortise/platform/sim/host/host.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {
namespace sim {

// `host` must outlive it. Thread-safe.
class Readiness final : public ReadinessCalls {
 public:
  explicit Readiness(const HostRef& host) : host_(host) {}

  SysResult<std::size_t> WaitInterruptibly(
      absl::Span<const WaitTarget> targets,
      absl::Span<WaitInterrupt* const> interrupts,
      absl::Duration timeout) override;
  SysResult<std::unique_ptr<WaitInterrupt>> NewInterrupt() override;
  SysResult<std::unique_ptr<PollSet>> NewPollSet() override;
  void Sleep(absl::Duration duration) override;

 private:
  const HostRef host_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOST_READINESS_H_
