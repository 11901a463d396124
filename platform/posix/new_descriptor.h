// How descriptors are born: not inherited by child processes, and deaf to
// SIGPIPE. linux/ asks for it in the call that makes them, and so do the BSDs;
// darwin/ has to set it afterwards.

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

SysResult<NativeHandle> NewSocket(int family, int type, int protocol);
SysResult<HandlePair> NewSocketPair(int family, int type, int protocol);
// `peer` is untouched iff this fails. The new socket is blocking.
SysResult<NativeHandle> NewAccepted(int listener, NativeAddress* peer);
SysResult<NativeHandle> NewDuplicate(int fd);
// recvmsg(2), which makes descriptors of those that somebody sent, and closes
// those for which there is no room.
ssize_t ReceiveMessage(int fd, msghdr* message, int flags);

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_NEW_DESCRIPTOR_H_
