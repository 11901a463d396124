// For Linux and the BSDs, whose calls take flags. SIGPIPE is suppressed by a
// flag of send(2).

#include "mortise/platform/posix/new_descriptor.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <cerrno>

#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/posix/sock_addr_codec.h"
#include "mortise/platform/posix/system_call.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {

SysResult<NativeHandle> NewSocket(int family, int type, int protocol) {
  return HandleOrErrno(socket(family, type | SOCK_CLOEXEC, protocol));
}

SysResult<HandlePair> NewSocketPair(int family, int type, int protocol) {
  int pair[2];
  if (socketpair(family, type | SOCK_CLOEXEC, protocol, pair) == -1) {
    return {HandlePair(), errno};
  }
  return {{NativeHandle(pair[0]), NativeHandle(pair[1])}, 0};
}

SysResult<NativeHandle> NewAccepted(int listener, NativeAddress* peer) {
  NativeAddress address;
  // accept(2) will not do: on the BSDs it passes O_NONBLOCK on from the
  // listener.
  const SysResult<NativeHandle> accepted = HandleOrErrno(
      accept4(listener, address.get(), &address.length, SOCK_CLOEXEC));
  if (accepted.ok()) *peer = address;
  return accepted;
}

SysResult<NativeHandle> NewDuplicate(int fd) {
  return HandleOrErrno(fcntl(fd, F_DUPFD_CLOEXEC, 0));
}

ssize_t ReceiveMessage(int fd, msghdr* message, int flags) {
  const ssize_t size = recvmsg(fd, message, flags | MSG_CMSG_CLOEXEC);
  // Linux returns this flag among the flags of the message.
  message->msg_flags &= ~MSG_CMSG_CLOEXEC;
  return size;
}

}  // namespace posix
}  // namespace mortise
