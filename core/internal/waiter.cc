#include "mortise/internal/waiter.h"

#include <algorithm>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "mortise/internal/deadline.h"
#include "mortise/internal/make_error.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sys_result.h"
#include "mortise/socket_address.h"

namespace mortise {
namespace internal {

namespace {

std::string AddressText(const WaitingCall& call) {
  return call.address == nullptr ? std::string() : call.address->ToString();
}

}  // namespace

absl::Status Waiter::AfterFailure(const WaitingCall& call, int native) {
  const ErrorCode code = PortableCode(call.platform, ErrorDomain::kOs, native);
  if (code == ErrorCode::kEintr) return absl::OkStatus();

  const bool may_wait = call.timeout > absl::ZeroDuration() &&
                        call.timeout < absl::InfiniteDuration();
  if (code != ErrorCode::kEagain || !may_wait) {
    return PlatformError(call.platform, call.operation, ErrorDomain::kOs,
                         native, AddressText(call));
  }

  if (!deadline_.has_value()) {
    deadline_.emplace(call.platform.clock(), call.timeout);
  }
  // Readiness can turn out false again and again: Linux calls an AF_UNIX
  // datagram socket writable while the receiver's queue is full. The second
  // time in a row, pause before believing it, so as not to spin.
  if (++false_alarms_ > 1) {
    const absl::Duration pause =
        absl::Milliseconds(1) * (1 << std::min(false_alarms_ - 2, 4));
    call.platform.readiness().Sleep(std::min(pause, deadline_->Remaining()));
  }
  return WaitUntil(call, *deadline_);
}

absl::Status WaitUntil(const WaitingCall& call, const Deadline& deadline) {
  for (;;) {
    const absl::Duration remaining = deadline.Remaining();
    if (remaining <= absl::ZeroDuration()) {
      return TimeoutError(call.operation, AddressText(call));
    }
    const SysResult<bool> ready =
        call.platform.readiness().Wait(call.handle, call.event, remaining);
    if (ready.ok() && ready.value) return absl::OkStatus();
    if (!ready.ok() && PortableCode(call.platform, ErrorDomain::kOs,
                                    ready.error) != ErrorCode::kEintr) {
      return PlatformError(call.platform, call.operation, ErrorDomain::kOs,
                           ready.error, AddressText(call));
    }
  }
}

}  // namespace internal
}  // namespace mortise
