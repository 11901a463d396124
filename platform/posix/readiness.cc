#include "mortise/platform/posix/readiness.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/poll_milliseconds.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/posix/interrupt.h"
#include "mortise/platform/posix/poll_set.h"
#include "mortise/platform/posix/process_number.h"
#include "mortise/platform/posix/system_call.h"
#include "mortise/platform/process_mark.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {
namespace posix {
namespace {

pollfd Entry(const WaitTarget& target) {
  pollfd entry = {};
  entry.fd = Fd(target.handle);
  if (Has(target.events, WaitEvents::kReadable)) entry.events |= POLLIN;
  if (Has(target.events, WaitEvents::kWritable) ||
      Has(target.events, WaitEvents::kConnected)) {
    entry.events |= POLLOUT;
  }
  return entry;
}

}  // namespace

SysResult<std::size_t> Readiness::WaitInterruptibly(
    absl::Span<const WaitTarget> targets,
    absl::Span<WaitInterrupt* const> interrupts, absl::Duration timeout) {
  pollfd entries[kMaxTargets + kMaxInterrupts];
  pollfd* const end_of_targets =
      std::transform(targets.begin(), targets.end(), entries, Entry);
  // poll(2) ignores such an entry.
  if (std::any_of(entries, end_of_targets,
                  [](const pollfd& entry) { return entry.fd < 0; })) {
    return {0, EBADF};
  }
  pollfd* end = end_of_targets;
  for (WaitInterrupt* interrupt : interrupts) {
    *end++ = {Interrupt::Of(*interrupt).descriptor(), POLLIN, 0};
  }
  if (poll(entries, static_cast<nfds_t>(end - entries),
           PollMilliseconds(timeout)) == -1) {
    return {0, errno};
  }
  const pollfd* entry = end_of_targets;
  for (WaitInterrupt* interrupt : interrupts) {
    const short events = (entry++)->revents;  // NOLINT: poll(2)'s type
    // The program has closed a descriptor that is not its own.
    if ((events & POLLNVAL) != 0) return {0, EBADF};
    if (events != 0) interrupt->DrainUnlessSet();
  }
  // Any event counts, also POLLERR and POLLHUP: the call that follows reports
  // the error.
  const pollfd* const first =
      std::find_if(entries, end_of_targets,
                   [](const pollfd& entry) { return entry.revents != 0; });
  return {static_cast<std::size_t>(first - entries), 0};
}

SysResult<std::unique_ptr<WaitInterrupt>> Readiness::NewInterrupt() {
  return Interrupt::Make();
}

ProcessMark Readiness::MarkProcess() { return posix::MarkProcess(); }

SysResult<std::unique_ptr<PollSet>> Readiness::NewPollSet() {
  return NewSystemPollSet();
}

void Readiness::Sleep(absl::Duration duration) {
  poll(nullptr, 0, PollMilliseconds(duration));
}

}  // namespace posix
}  // namespace mortise
