#include "mortise/core/internal/waiter.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/internal/cancellation_state.h"
#include "mortise/core/internal/deadline.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace internal {

namespace {

std::string AddressText(const WaitingCall& call) {
  return call.address == nullptr ? std::string() : call.address->ToString();
}

// Returns the address of the socket's peer. Returns "" if the system does not
// know it any more, or if the peer has no name.
std::string PeerText(const WaitingCall& call) {
  SocketAddress peer;
  const SysResult<void> got =
      call.platform.sockets().GetPeerName(call.handle, peer.mutable_raw());
  return got.ok() && !peer.bytes().empty() ? peer.ToString() : std::string();
}

// Returns the error `native` of the system, whose code is `code`. The error
// mentions the address of the call, or the peer if the call has none.
absl::Status SystemError(const WaitingCall& call, int native, ErrorCode code) {
  std::string about;
  if (!IsShared(code)) {
    about = call.address != nullptr ? AddressText(call) : PeerText(call);
  }
  return OsError(call.platform, call.operation, native, about);
}

using Interrupts = absl::Span<WaitInterrupt* const>;

// Returns all of `a` and `b`, in the room of `both`.
Interrupts Both(Interrupts a, Interrupts b, absl::Span<WaitInterrupt*> both) {
  const auto end = std::copy(a.begin(), a.end(), both.begin());
  std::copy(b.begin(), b.end(), end);
  return both.first(a.size() + b.size());
}

// Waits once, for at most `timeout`. Returns whether `call.events` is there.
// May return false before `timeout` has passed.
absl::StatusOr<bool> WaitOnce(const WaitingCall& call, Interrupts interrupts,
                              absl::Duration timeout) {
  const WaitTarget target = {call.handle, call.events};
  const SysResult<std::size_t> ready =
      call.platform.readiness().WaitInterruptibly(
          absl::MakeConstSpan(&target, 1), interrupts, timeout);
  if (ready.ok()) return ready.value == 0;
  const ErrorCode code =
      PortableCode(call.platform, ErrorDomain::kOs, ready.error);
  if (code == ErrorCode::kEintr) return false;
  return SystemError(call, ready.error, code);
}

// Waits until `call.events` is there or one of `interrupts` is set.
absl::Status WaitForThese(const WaitingCall& call, Interrupts interrupts,
                          const Deadline& deadline) {
  for (;;) {
    const absl::Duration remaining = deadline.Remaining();
    if (remaining <= absl::ZeroDuration()) {
      return TimeoutError(call.operation, AddressText(call));
    }
    const absl::StatusOr<bool> ready = WaitOnce(call, interrupts, remaining);
    if (!ready.ok()) return ready.status();
    if (*ready || AnyIsSet(interrupts)) return absl::OkStatus();
  }
}

bool IsCancelled(const WaitingCall& call) {
  return call.cancellation != nullptr && call.cancellation->is_cancelled();
}

// Returns the earlier one of `deadline` and the deadline of the cancellation.
Deadline WithCancellation(const WaitingCall& call, const Deadline& deadline) {
  if (call.cancellation == nullptr) return deadline;
  return Earlier(deadline, Deadline(call.platform.clock(),
                                    call.cancellation->Remaining()));
}

// `interrupts` may be none.
void Pause(const WaitingCall& call, Interrupts interrupts,
           absl::Duration pause) {
  ReadinessCalls& readiness = call.platform.readiness();
  if (interrupts.empty()) {
    readiness.Sleep(pause);
  } else {
    readiness.WaitInterruptibly({}, interrupts, pause);
  }
}

bool SystemWakesSenders(const Platform& platform, AddressFamily family) {
  const WokenByShutdown& woken = platform.facts().woken_by_shutdown;
  return family == kAfUnix ? woken.unix_senders : woken.other_senders;
}

// Whether a shutdown of the socket in another thread ends a wait for
// `call.events` by itself.
bool SystemWakes(const WaitingCall& call) {
  if (call.operation == Operation::kAccept) {
    return SystemWakesAccept(call.platform, call.family);
  }
  if (Has(call.events, WaitEvents::kReadable) &&
      !call.platform.facts().woken_by_shutdown.receivers) {
    return false;
  }
  return !Has(call.events, WaitEvents::kWritable) ||
         SystemWakesSenders(call.platform, call.family);
}

std::uint64_t IdentityOf(const Platform& platform, NativeHandle handle) {
  const SysResult<std::uint64_t> identity = platform.sockets().Identity(handle);
  return identity.ok() ? identity.value
                       : static_cast<std::uint64_t>(handle.value());
}

}  // namespace

absl::Status CallError(const WaitingCall& call, int native) {
  return SystemError(call, native,
                     PortableCode(call.platform, ErrorDomain::kOs, native));
}

bool SystemWakesAccept(const Platform& platform, AddressFamily family) {
  // On Linux other families have listeners that cannot be shut down, such as
  // AF_VSOCK.
  return platform.facts().woken_by_shutdown.acceptors &&
         (family == kAfInet || family == kAfInet6 || family == kAfUnix);
}

void WakeWaits(const Platform& platform, NativeHandle handle,
               AddressFamily family) {
  if (platform.facts().woken_by_shutdown.receivers &&
      SystemWakesSenders(platform, family) &&
      SystemWakesAccept(platform, family)) {
    return;
  }
  platform.waits().Wake(IdentityOf(platform, handle));
}

bool MayWait(const WaitingCall& call) {
  if (call.timeout < absl::InfiniteDuration()) {
    return call.timeout > absl::ZeroDuration();
  }
  // The socket is blocking. Either a time limit of the OS has run out
  // (SO_RCVTIMEO), which is the answer to the call. Or the descriptor has been
  // made non-blocking by a duplicate or in another process, and the call may
  // wait.
  const WaitFlags& flags = call.platform.facts().wait_flags;
  if ((call.flags & flags.error_queue) != 0) return false;
  if (call.cancellation != nullptr) return true;
  if ((call.flags & flags.do_not_wait) != 0) return false;
  const SysResult<bool> non_blocking =
      call.platform.sockets().IsNonBlocking(call.handle);
  return non_blocking.ok() ? non_blocking.value
                           : non_blocking.error == kNotSupportedError;
}

bool WouldWaitInside(const WaitingCall& call) {
  const SysResult<bool> non_blocking =
      call.platform.sockets().IsNonBlocking(call.handle);
  return non_blocking.ok() && !non_blocking.value;
}

// Returns true if the call is to be tried again before it waits.
bool Waiter::LooksForEnd(const WaitingCall& call) {
  if (!Has(call.events, WaitEvents::kReadable)) return false;
  if (end_ == End::kAhead) {
    end_ = End::kReached;
    return true;
  }
  const SysResult<bool> ended =
      call.platform.sockets().HasReceivingEnded(call.handle);
  if (!ended.ok() || !ended.value) return false;
  // Something may have come since the last try.
  end_ = End::kAhead;
  return true;
}

std::uint64_t MomentOf(const Platform& platform) {
  return std::uint64_t{platform.waits().wakes()} + 1;
}

bool RegisterWait(const WaitingCall& call, RegisteredWait* wait) {
  return !SystemWakes(call) &&
         wait->Begin(call.platform.waits(), call.platform.readiness(),
                     IdentityOf(call.platform, call.handle));
}

absl::Status Waiter::AfterFailure(const WaitingCall& call, int native) {
  const ErrorCode code = PortableCode(call.platform, ErrorDomain::kOs, native);
  if (code == ErrorCode::kEintr) return absl::OkStatus();

  const bool may_wait = progress_timeout_ < absl::InfiniteDuration()
                            ? call.timeout > absl::ZeroDuration()
                            : MayWait(call);
  if (code != ErrorCode::kEagain || !may_wait) {
    // Linux says of a non-blocking AF_UNIX listener that has been shut down
    // that it is readable, and that Accept would block. A loop would spin.
    if (code == ErrorCode::kEagain && call.operation == Operation::kAccept &&
        call.family == kAfUnix && LooksForEnd(call)) {
      return absl::OkStatus();
    }
    return SystemError(call, native, code);
  }

  if (!deadline_.has_value()) {
    deadline_.emplace(call.platform.clock(), call.timeout);
  }
  if (!progress_deadline_.has_value()) {
    progress_deadline_.emplace(call.platform.clock(), progress_timeout_);
  }
  if (!wait_.has_begun() && RegisterWait(call, &wait_)) return absl::OkStatus();
  const TokenInterrupt token(call.cancellation, call.platform.readiness());
  if (token.error() != 0) {
    return OsError(call.platform, call.operation, token.error());
  }
  // After there is an interrupt: a cancellation from now on sets it.
  if (IsCancelled(call)) {
    return CancelledError(call.operation, AddressText(call));
  }
  WaitInterrupt* both[2];
  const Interrupts interrupts = Both(wait_.interrupts(), token.span(), both);
  const Deadline until =
      WithCancellation(call, Earlier(*deadline_, *progress_deadline_));
  // Readiness can turn out false again and again: Linux calls an AF_UNIX
  // datagram socket writable while the receiver's queue is full, and calls a
  // datagram socket readable that has been shut down. The second time in a row,
  // pause before believing it, so as not to spin.
  if (++false_alarms_ > 1) {
    if (LooksForEnd(call)) return absl::OkStatus();
    const absl::Duration pause =
        absl::Milliseconds(1) * (1 << std::min(false_alarms_ - 2, 4));
    Pause(call, token.span(), std::min(pause, until.Remaining()));
  }
  absl::Status waited = WaitForThese(call, interrupts, until);
  if (wait_.TakeWake()) --false_alarms_;
  return waited;
}

absl::Status WaitUntil(const WaitingCall& call, const Deadline& deadline) {
  const TokenInterrupt token(call.cancellation, call.platform.readiness());
  if (token.error() != 0) {
    return OsError(call.platform, call.operation, token.error());
  }
  const Deadline until = WithCancellation(call, deadline);
  for (;;) {
    // Read before the last look: what is there then counts.
    const bool cancelled = IsCancelled(call);
    const absl::Duration remaining = until.Remaining();
    if (!cancelled && remaining <= absl::ZeroDuration()) {
      return TimeoutError(call.operation, AddressText(call));
    }
    const absl::StatusOr<bool> ready = WaitOnce(
        call, token.span(), cancelled ? absl::ZeroDuration() : remaining);
    if (!ready.ok()) return ready.status();
    if (*ready) return absl::OkStatus();
    if (cancelled) return CancelledError(call.operation, AddressText(call));
  }
}

absl::Status CheckTime(const WaitingCall& call, const Deadline& deadline) {
  if (IsCancelled(call)) {
    return CancelledError(call.operation, AddressText(call));
  }
  if (WithCancellation(call, deadline).Remaining() <= absl::ZeroDuration()) {
    return TimeoutError(call.operation, AddressText(call));
  }
  return absl::OkStatus();
}

absl::Status PauseUntil(const WaitingCall& call, absl::Duration pause,
                        const Deadline& deadline) {
  const TokenInterrupt token(call.cancellation, call.platform.readiness());
  if (token.error() != 0) {
    return OsError(call.platform, call.operation, token.error());
  }
  absl::Status status = CheckTime(call, deadline);
  if (!status.ok()) return status;
  Pause(call, token.span(),
        std::min(pause, WithCancellation(call, deadline).Remaining()));
  return absl::OkStatus();
}

absl::Status WaitFirst(const WaitingCall& call, const Deadline& deadline) {
  if (call.may_wait_inside()) return absl::OkStatus();
  const TokenInterrupt token(call.cancellation, call.platform.readiness());
  if (token.error() != 0) {
    return OsError(call.platform, call.operation, token.error());
  }
  const Deadline until = WithCancellation(call, deadline);
  // Waits at least once: an event that is already there counts, however short
  // the timeout is, and also after a cancellation.
  bool cancelled = false;
  do {
    cancelled = IsCancelled(call);
    const absl::StatusOr<bool> ready =
        WaitOnce(call, token.span(),
                 cancelled ? absl::ZeroDuration() : until.Remaining());
    if (!ready.ok()) return ready.status();
    if (*ready) return absl::OkStatus();
  } while (!cancelled &&
           (until.Remaining() > absl::ZeroDuration() || IsCancelled(call)));
  if (call.timeout > absl::ZeroDuration()) {
    return cancelled ? CancelledError(call.operation, AddressText(call))
                     : TimeoutError(call.operation, AddressText(call));
  }
  return SystemError(call,
                     call.platform.facts().errors.Native(ErrorCode::kEagain),
                     ErrorCode::kEagain);
}

}  // namespace internal
}  // namespace mortise
