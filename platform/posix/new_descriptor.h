// Creates descriptors that child processes do not inherit and that do not raise
// SIGPIPE. On Linux and the BSDs the call that makes a descriptor takes flags
// for this (linux/). On macOS it is set afterwards (darwin/).
//
// All functions here are thread-safe.

#ifndef MORTISE_PLATFORM_POSIX_NEW_DESCRIPTOR_H_
#define MORTISE_PLATFORM_POSIX_NEW_DESCRIPTOR_H_

#include <sys/socket.h>
#include <sys/types.h>

#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/posix/sock_addr_codec.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {

// Makes a socket: socket(2).
SysResult<NativeHandle> NewSocket(int family, int type, int protocol);
// Makes a pair of sockets: socketpair(2).
SysResult<HandlePair> NewSocketPair(int family, int type, int protocol);
// Accepts a connection. The new socket is blocking, whatever the mode of the
// listener is. If this fails, `*peer` is unchanged.
SysResult<NativeHandle> NewAccepted(int listener, NativeAddress* peer);
// Makes a duplicate of `fd`: fcntl(2), F_DUPFD_CLOEXEC.
SysResult<NativeHandle> NewDuplicate(int fd);
// recvmsg(2). Makes descriptors of the descriptors that the peer has sent.
// Closes those for which there is no room.
ssize_t ReceiveMessage(int fd, msghdr* message, int flags);

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_NEW_DESCRIPTOR_H_
