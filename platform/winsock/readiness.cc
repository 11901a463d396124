#include "mortise/platform/winsock/readiness.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <memory>
#include <utility>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/poll_milliseconds.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"
#include "mortise/platform/winsock/interrupt.h"
#include "mortise/platform/winsock/os_headers.h"
#include "mortise/platform/winsock/poll_scan.h"
#include "mortise/platform/winsock/poll_set.h"
#include "mortise/platform/winsock/system_call.h"

namespace mortise {
namespace winsock {
namespace {

using Targets = absl::Span<const WaitTarget>;
using Interrupts = absl::Span<WaitInterrupt* const>;

// POLLIN will not do: out-of-band data sets it too, and no receive takes that
// data away.
SHORT PollEvents(WaitEvents events) {
  int wanted = 0;
  if (Has(events, WaitEvents::kReadable)) wanted |= POLLRDNORM;
  if (Has(events, WaitEvents::kWritable)) wanted |= POLLWRNORM;
  return static_cast<SHORT>(wanted);
}

SysResult<std::size_t> WaitByPoll(Targets targets, Interrupts interrupts,
                                  int milliseconds) {
  WSAPOLLFD
  entries[ReadinessCalls::kMaxTargets + ReadinessCalls::kMaxInterrupts];
  WSAPOLLFD* end = entries;
  for (const WaitTarget& target : targets) {
    *end++ = {AsSocket(target.handle), PollEvents(target.events), 0};
  }
  const WSAPOLLFD* const end_of_targets = end;
  for (WaitInterrupt* interrupt : interrupts) {
    *end++ = {Interrupt::Of(*interrupt).socket(), POLLRDNORM, 0};
  }
  if (WSAPoll(entries, static_cast<ULONG>(end - entries), milliseconds) ==
      SOCKET_ERROR) {
    return {0, WSAGetLastError()};
  }
  const WSAPOLLFD* entry = end_of_targets;
  for (WaitInterrupt* interrupt : interrupts) {
    if ((entry++)->revents != 0) interrupt->DrainUnlessSet();
  }
  // Any event counts, also POLLERR and POLLHUP: the call that follows reports
  // the error.
  const WSAPOLLFD* const first =
      std::find_if(static_cast<const WSAPOLLFD*>(entries), end_of_targets,
                   [](const WSAPOLLFD& one) { return one.revents != 0; });
  return {static_cast<std::size_t>(first - entries), 0};
}

// An attempt that succeeds makes the socket writable. An attempt that fails
// shows only in the set of exceptions.
SysResult<std::size_t> WaitBySelect(Targets targets, Interrupts interrupts,
                                    int milliseconds) {
  // Windows' fd_set is a list, so no socket is too large for it.
  static_assert(FD_SETSIZE >=
                ReadinessCalls::kMaxTargets + ReadinessCalls::kMaxInterrupts);
  fd_set readable;
  fd_set writable;
  fd_set failed;
  FD_ZERO(&readable);
  FD_ZERO(&writable);
  FD_ZERO(&failed);
  // Which events show in which sets.
  const struct {
    WaitEvents event;
    fd_set* set;
  } kinds[] = {{WaitEvents::kReadable, &readable},
               {WaitEvents::kWritable, &writable},
               {WaitEvents::kConnected, &writable},
               {WaitEvents::kConnected, &failed}};
  for (const WaitTarget& target : targets) {
    for (const auto& kind : kinds) {
      if (Has(target.events, kind.event)) {
        FD_SET(AsSocket(target.handle), kind.set);
      }
    }
  }
  for (WaitInterrupt* interrupt : interrupts) {
    FD_SET(Interrupt::Of(*interrupt).socket(), &readable);
  }
  timeval timeout = {};
  timeout.tv_sec = milliseconds / 1000;
  timeout.tv_usec = milliseconds % 1000 * 1000;
  if (select(0, &readable, &writable, &failed,
             milliseconds < 0 ? nullptr : &timeout) == SOCKET_ERROR) {
    return {0, WSAGetLastError()};
  }
  for (WaitInterrupt* interrupt : interrupts) {
    if (FD_ISSET(Interrupt::Of(*interrupt).socket(), &readable) != 0) {
      interrupt->DrainUnlessSet();
    }
  }
  // A socket may be in a set because of another target.
  const auto* const first =
      std::find_if(targets.begin(), targets.end(), [&](const WaitTarget& one) {
        return std::any_of(
            std::begin(kinds), std::end(kinds), [&](const auto& kind) {
              return Has(one.events, kind.event) &&
                     FD_ISSET(AsSocket(one.handle), kind.set) != 0;
            });
      });
  return {static_cast<std::size_t>(first - targets.begin()), 0};
}

}  // namespace

SysResult<std::size_t> Readiness::WaitInterruptibly(Targets targets,
                                                    Interrupts interrupts,
                                                    absl::Duration timeout) {
  // WSAPoll and select need at least one socket.
  if (targets.empty() && interrupts.empty()) {
    Sleep(timeout);
    return {0, 0};
  }
  // WSAPoll ignores such an entry.
  if (std::any_of(targets.begin(), targets.end(), [](const WaitTarget& target) {
        return AsSocket(target.handle) == INVALID_SOCKET;
      })) {
    return {0, WSAENOTSOCK};
  }
  const bool connects =
      std::any_of(targets.begin(), targets.end(), [](const WaitTarget& target) {
        return Has(target.events, WaitEvents::kConnected);
      });
  const int milliseconds = PollMilliseconds(timeout);
  return connects ? WaitBySelect(targets, interrupts, milliseconds)
                  : WaitByPoll(targets, interrupts, milliseconds);
}

SysResult<std::unique_ptr<WaitInterrupt>> Readiness::NewInterrupt() {
  return Interrupt::Make();
}

SysResult<std::unique_ptr<PollSet>> Readiness::NewPollSet() {
  SysResult<std::unique_ptr<PollSet>> made = NewSystemPollSet();
  return made.error == kNotSupportedError ? NewScanningPollSet()
                                          : std::move(made);
}

void Readiness::Sleep(absl::Duration duration) {
  // WSAPoll will not do, because it needs a socket. -1 is INFINITE here.
  ::Sleep(static_cast<DWORD>(PollMilliseconds(duration)));
}

}  // namespace winsock
}  // namespace mortise
