#include "mortise/core/internal/progress_timeout.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"

namespace mortise {
namespace internal {

absl::Status CheckProgressTimeout(Operation operation,
                                  absl::Duration progress_timeout) {
  if (progress_timeout > absl::ZeroDuration()) return absl::OkStatus();
  return ArgumentError(absl::StatusCode::kOutOfRange, operation,
                       "progress_timeout",
                       absl::StrCat(absl::FormatDuration(progress_timeout),
                                    " is not more than zero"));
}

SendsThatDoNotWait::SendsThatDoNotWait(Platform& platform, NativeHandle handle,
                                       bool may_wait_inside, int wait_flags,
                                       absl::Duration progress_timeout)
    : platform_(platform), handle_(handle), flags_(wait_flags) {
  if (progress_timeout == absl::InfiniteDuration() || !may_wait_inside) return;
  flags_ = platform.facts().wait_flags.do_not_wait;
  if (platform.facts().wait_flags.keep_all_from_waiting()) return;
  made_non_blocking_ = platform.sockets().SetBlocking(handle, false).ok();
}

SendsThatDoNotWait::~SendsThatDoNotWait() {
  if (made_non_blocking_) platform_.sockets().SetBlocking(handle_, true);
}

}  // namespace internal
}  // namespace mortise
