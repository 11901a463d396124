// Waiting for sockets: WSAPoll for readiness to send and receive, select for
// the end of a connection attempt. Before Windows 10 version 2004, WSAPoll does
// not report the failure of such an attempt.

#ifndef MORTISE_PLATFORM_WINSOCK_READINESS_H_
#define MORTISE_PLATFORM_WINSOCK_READINESS_H_

#include <cstddef>
#include <memory>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {
namespace winsock {

class Readiness final : public ReadinessCalls {
 public:
  // `interrupts` are those of NewInterrupt.
  SysResult<std::size_t> WaitInterruptibly(
      absl::Span<const WaitTarget> targets,
      absl::Span<WaitInterrupt* const> interrupts,
      absl::Duration timeout) override;
  SysResult<std::unique_ptr<WaitInterrupt>> NewInterrupt() override;
  SysResult<std::unique_ptr<PollSet>> NewPollSet() override;
  void Sleep(absl::Duration duration) override;
};

}  // namespace winsock
}  // namespace mortise

#endif  // MORTISE_PLATFORM_WINSOCK_READINESS_H_
