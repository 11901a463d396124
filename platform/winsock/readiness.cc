#include "mortise/platform/winsock/readiness.h"

#include <algorithm>
#include <cstddef>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_milliseconds.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/winsock/os_headers.h"
#include "mortise/platform/winsock/system_call.h"

namespace mortise {
namespace winsock {
namespace {

// An attempt that succeeds makes the socket writable. An attempt that fails
// shows only in the set of exceptions.
SysResult<std::size_t> WaitForConnection(absl::Span<const NativeHandle> handles,
                                         int milliseconds) {
  // Windows' fd_set is a list, so no socket is too large for it.
  static_assert(FD_SETSIZE >= ReadinessCalls::kMaxHandles);
  fd_set writable;
  FD_ZERO(&writable);
  for (const NativeHandle handle : handles) {
    FD_SET(AsSocket(handle), &writable);
  }
  fd_set failed = writable;
  timeval timeout = {};
  timeout.tv_sec = milliseconds / 1000;
  timeout.tv_usec = milliseconds % 1000 * 1000;
  if (select(0, nullptr, &writable, &failed,
             milliseconds < 0 ? nullptr : &timeout) == SOCKET_ERROR) {
    return {0, WSAGetLastError()};
  }
  const auto first =
      std::find_if(handles.begin(), handles.end(), [&](NativeHandle handle) {
        return FD_ISSET(AsSocket(handle), &writable) != 0 ||
               FD_ISSET(AsSocket(handle), &failed) != 0;
      });
  return {static_cast<std::size_t>(first - handles.begin()), 0};
}

}  // namespace

SysResult<bool> Readiness::Wait(NativeHandle handle, WaitEvent event,
                                absl::Duration timeout) {
  const SysResult<std::size_t> ready =
      WaitAny(absl::MakeConstSpan(&handle, 1), event, timeout);
  return {ready.ok() && ready.value == 0, ready.error};
}

SysResult<std::size_t> Readiness::WaitAny(
    absl::Span<const NativeHandle> handles, WaitEvent event,
    absl::Duration timeout) {
  const int milliseconds = PollMilliseconds(timeout);
  if (event == WaitEvent::kConnected) {
    return WaitForConnection(handles, milliseconds);
  }
  WSAPOLLFD entries[kMaxHandles];
  WSAPOLLFD* end = entries;
  for (const NativeHandle handle : handles) {
    *end = {};
    end->fd = AsSocket(handle);
    // WSAPoll ignores such an entry.
    if (end->fd == INVALID_SOCKET) return {0, WSAENOTSOCK};
    // POLLIN will not do: out-of-band data sets it too, and no receive takes
    // that data away.
    end->events = event == WaitEvent::kReadable ? POLLRDNORM : POLLWRNORM;
    ++end;
  }
  if (WSAPoll(entries, static_cast<ULONG>(handles.size()), milliseconds) ==
      SOCKET_ERROR) {
    return {0, WSAGetLastError()};
  }
  // Any event counts, also POLLERR and POLLHUP: the call that follows reports
  // the error.
  const WSAPOLLFD* const first = std::find_if(
      entries, end, [](const WSAPOLLFD& entry) { return entry.revents != 0; });
  return {static_cast<std::size_t>(first - entries), 0};
}

void Readiness::Sleep(absl::Duration duration) {
  // WSAPoll will not do, because it needs a socket. -1 is INFINITE here.
  ::Sleep(static_cast<DWORD>(PollMilliseconds(duration)));
}

}  // namespace winsock
}  // namespace mortise
