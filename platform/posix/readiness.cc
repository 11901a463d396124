#include "mortise/platform/posix/readiness.h"

#include <poll.h>

#include <cerrno>

#include "absl/time/time.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_milliseconds.h"
#include "mortise/platform/posix/system_call.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {

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
