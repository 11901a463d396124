#include "mortise/platform/posix/readiness.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <limits>

#include "absl/time/time.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/posix/system_call.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {

int PollMilliseconds(absl::Duration timeout) {
  if (timeout == absl::InfiniteDuration()) return -1;
  const std::int64_t milliseconds =
      absl::ToInt64Milliseconds(absl::Ceil(timeout, absl::Milliseconds(1)));
  return static_cast<int>(
      std::min<std::int64_t>(milliseconds, std::numeric_limits<int>::max()));
}

SysResult<bool> Readiness::Wait(NativeHandle handle, WaitEvent event,
                                absl::Duration timeout) {
  pollfd entry = {};
  entry.fd = Fd(handle);
  entry.events = event == WaitEvent::kReadable ? POLLIN : POLLOUT;
  const int ready = poll(&entry, 1, PollMilliseconds(timeout));
  if (ready == -1) return {false, errno};
  // Any event counts, POLLERR and POLLHUP too: the call that follows finds out.
  return {ready > 0, 0};
}

void Readiness::Sleep(absl::Duration duration) {
  poll(nullptr, 0, PollMilliseconds(duration));
}

}  // namespace posix
}  // namespace mortise
