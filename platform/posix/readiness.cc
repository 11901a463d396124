#include "mortise/platform/posix/readiness.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_milliseconds.h"
#include "mortise/platform/posix/system_call.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {
namespace {

pollfd Entry(NativeHandle handle, WaitEvent event) {
  pollfd entry = {};
  entry.fd = Fd(handle);
  entry.events = event == WaitEvent::kReadable ? POLLIN : POLLOUT;
  return entry;
}

}  // namespace

SysResult<bool> Readiness::Wait(NativeHandle handle, WaitEvent event,
                                absl::Duration timeout) {
  pollfd entry = Entry(handle, event);
  if (entry.fd < 0) return {false, EBADF};  // poll(2) ignores it
  const int ready = poll(&entry, 1, PollMilliseconds(timeout));
  if (ready == -1) return {false, errno};
  // Any event counts, also POLLERR and POLLHUP: the call that follows reports
  // the error.
  return {ready > 0, 0};
}

SysResult<std::size_t> Readiness::WaitAny(
    absl::Span<const NativeHandle> handles, WaitEvent event,
    absl::Duration timeout) {
  pollfd entries[kMaxHandles];
  pollfd* const end = std::transform(
      handles.begin(), handles.end(), entries,
      [event](NativeHandle handle) { return Entry(handle, event); });
  if (std::any_of(entries, end,
                  [](const pollfd& entry) { return entry.fd < 0; })) {
    return {0, EBADF};
  }
  if (poll(entries, static_cast<nfds_t>(handles.size()),
           PollMilliseconds(timeout)) == -1) {
    return {0, errno};
  }
  const pollfd* const first = std::find_if(
      entries, end, [](const pollfd& entry) { return entry.revents != 0; });
  return {static_cast<std::size_t>(first - entries), 0};
}

void Readiness::Sleep(absl::Duration duration) {
  poll(nullptr, 0, PollMilliseconds(duration));
}

}  // namespace posix
}  // namespace mortise
