// For macOS, whose calls take no flags.

#include "mortise/platform/posix/new_descriptor.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <cerrno>

#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/posix/darwin/finish_descriptor.h"
#include "mortise/platform/posix/darwin/receive_message.h"
#include "mortise/platform/posix/sock_addr_codec.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {

SysResult<NativeHandle> NewSocket(int family, int type, int protocol) {
  return FinishDescriptor(socket(family, type, protocol), SO_NOSIGPIPE);
}

SysResult<HandlePair> NewSocketPair(int family, int type, int protocol) {
  int pair[2];
  if (socketpair(family, type, protocol, pair) == -1) {
    return {HandlePair(), errno};
  }
  return FinishPair(pair, SO_NOSIGPIPE);
}

SysResult<NativeHandle> NewAccepted(int listener, NativeAddress* peer) {
  NativeAddress address;
  const SysResult<NativeHandle> accepted = FinishAccepted(
      accept(listener, address.get(), &address.length), SO_NOSIGPIPE);
  if (accepted.ok()) *peer = address;
  return accepted;
}

SysResult<NativeHandle> NewDuplicate(int fd) {
  // The duplicate does not raise SIGPIPE either, whichever code made the
  // original, because both are one socket.
  return FinishDescriptor(fcntl(fd, F_DUPFD_CLOEXEC, 0), SO_NOSIGPIPE);
}

ssize_t ReceiveMessage(int fd, msghdr* message, int flags) {
  return ReceiveWithRoomForAll(fd, message, flags);
}

}  // namespace posix
}  // namespace mortise
