#include "mortise/platform/posix/new_descriptor.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "mortise/platform/native_handle.h"
#include "mortise/platform/posix/sock_addr_codec.h"
#include "mortise/platform/posix/system_call.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {
namespace {

// Wherever the flag exists, accept4(2) does too.
#ifdef SOCK_CLOEXEC
constexpr int kBirthFlags = SOCK_CLOEXEC;
#else
constexpr int kBirthFlags = 0;
#endif

// What the call that made `fd` could not be told. A child forked before this is
// done inherits the descriptor; no system that needs it offers better.
SysResult<NativeHandle> Finish(int fd) {
  int failed = 0;
#ifndef SOCK_CLOEXEC
  if (fcntl(fd, F_SETFD, FD_CLOEXEC) == -1) failed = errno;
#endif
#ifdef SO_NOSIGPIPE
  // An accepted socket has it from its listener already, and setting it on one
  // that the peer has left fails with EINVAL: there is nothing to signal then.
  const int on = 1;
  if (failed == 0 &&
      setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof(on)) == -1 &&
      errno != EINVAL) {
    failed = errno;
  }
#endif
  if (failed == 0) return {NativeHandle(fd), 0};
  close(fd);
  return {NativeHandle(), failed};
}

}  // namespace

SysResult<NativeHandle> NewSocket(int family, int type, int protocol) {
  const int fd = socket(family, type | kBirthFlags, protocol);
  if (fd == -1) return {NativeHandle(), errno};
  return Finish(fd);
}

SysResult<void> NewSocketPair(int family, int type, int protocol, int pair[2]) {
  int made[2];
  if (socketpair(family, type | kBirthFlags, protocol, made) == -1) {
    return {errno};
  }
  const SysResult<NativeHandle> first = Finish(made[0]);
  const SysResult<NativeHandle> second = Finish(made[1]);
  if (first.ok() && second.ok()) {
    pair[0] = made[0];
    pair[1] = made[1];
    return {};
  }
  // Finish has closed the one that failed.
  if (first.ok()) close(made[0]);
  if (second.ok()) close(made[1]);
  return {first.ok() ? second.error : first.error};
}

SysResult<NativeHandle> NewAccepted(int listener, NativeAddress* peer) {
  NativeAddress address;
#ifdef SOCK_CLOEXEC
  const int fd =
      accept4(listener, address.get(), &address.length, SOCK_CLOEXEC);
#else
  const int fd = accept(listener, address.get(), &address.length);
#endif
  if (fd == -1) return {NativeHandle(), errno};
#ifndef __linux__
  // BSD hands the listener's O_NONBLOCK on.
  int non_blocking = 0;
  if (ioctl(fd, FIONBIO, &non_blocking) == -1) {
    const int failed = errno;
    close(fd);
    return {NativeHandle(), failed};
  }
#endif
  *peer = address;
  return Finish(fd);
}

SysResult<NativeHandle> NewDuplicate(int fd) {
  return HandleOrErrno(fcntl(fd, F_DUPFD_CLOEXEC, 0));
}

}  // namespace posix
}  // namespace mortise
