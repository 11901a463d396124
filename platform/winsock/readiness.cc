#include "mortise/platform/winsock/readiness.h"

#include "absl/time/time.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_milliseconds.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/winsock/os_headers.h"
#include "mortise/platform/winsock/system_call.h"

namespace mortise {
namespace winsock {
namespace {

// An attempt that succeeds makes the socket writable; one that fails shows in
// the exceptions alone.
SysResult<bool> WaitForConnection(SOCKET socket, int milliseconds) {
  // Windows' fd_set is a list, so no socket is too large for it.
  fd_set writable;
  FD_ZERO(&writable);
  FD_SET(socket, &writable);
  fd_set failed = writable;
  timeval timeout = {};
  timeout.tv_sec = milliseconds / 1000;
  timeout.tv_usec = milliseconds % 1000 * 1000;
  const int ready = select(0, nullptr, &writable, &failed,
                           milliseconds < 0 ? nullptr : &timeout);
  if (ready == SOCKET_ERROR) return {false, WSAGetLastError()};
  return {ready > 0, 0};
}

}  // namespace

SysResult<bool> Readiness::Wait(NativeHandle handle, WaitEvent event,
                                absl::Duration timeout) {
  const int milliseconds = PollMilliseconds(timeout);
  if (event == WaitEvent::kConnected) {
    return WaitForConnection(AsSocket(handle), milliseconds);
  }
  WSAPOLLFD entry = {};
  entry.fd = AsSocket(handle);
  // Not POLLIN, which is also woken by out-of-band data, and no receive takes
  // that away.
  entry.events = event == WaitEvent::kReadable ? POLLRDNORM : POLLWRNORM;
  const int ready = WSAPoll(&entry, 1, milliseconds);
  if (ready == SOCKET_ERROR) return {false, WSAGetLastError()};
  // Any event counts, POLLERR and POLLHUP too: the call that follows finds out.
  return {ready > 0, 0};
}

void Readiness::Sleep(absl::Duration duration) {
  // Not WSAPoll, which wants a socket. -1 is INFINITE here.
  ::Sleep(static_cast<DWORD>(PollMilliseconds(duration)));
}

}  // namespace winsock
}  // namespace mortise
