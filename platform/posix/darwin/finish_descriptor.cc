#include "mortise/platform/posix/darwin/finish_descriptor.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {

SysResult<NativeHandle> FinishDescriptor(int fd, int no_sigpipe) {
  if (fd == -1) return {NativeHandle(), errno};
  const int on = 1;
  // EINVAL means that the peer has left already. Then there is nothing to
  // signal, and an accepted socket has the option from its listener anyway.
  if (fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 &&
      (setsockopt(fd, SOL_SOCKET, no_sigpipe, &on, sizeof(on)) == 0 ||
       errno == EINVAL)) {
    return {NativeHandle(fd), 0};
  }
  const int error = errno;
  close(fd);
  return {NativeHandle(), error};
}

SysResult<NativeHandle> FinishAccepted(int fd, int no_sigpipe) {
  int non_blocking = 0;
  if (fd != -1) ioctl(fd, FIONBIO, &non_blocking);  // cannot fail on a socket
  return FinishDescriptor(fd, no_sigpipe);
}

SysResult<HandlePair> FinishPair(const int pair[2], int no_sigpipe) {
  const SysResult<NativeHandle> first = FinishDescriptor(pair[0], no_sigpipe);
  const SysResult<NativeHandle> second = FinishDescriptor(pair[1], no_sigpipe);
  if (first.ok() && second.ok()) return {{first.value, second.value}, 0};
  // The one that failed has been closed.
  if (first.ok()) close(pair[0]);
  if (second.ok()) close(pair[1]);
  return {HandlePair(), first.ok() ? second.error : first.error};
}

}  // namespace posix
}  // namespace mortise
