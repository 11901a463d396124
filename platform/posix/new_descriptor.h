// How descriptors are born: not inherited by child processes, and deaf to
// SIGPIPE. Linux and the BSDs can ask for both in the call; Darwin has to set
// them afterwards.

#ifndef MORTISE_PLATFORM_POSIX_NEW_DESCRIPTOR_H_
#define MORTISE_PLATFORM_POSIX_NEW_DESCRIPTOR_H_

#include <sys/socket.h>

#include "mortise/platform/native_handle.h"
#include "mortise/platform/posix/sock_addr_codec.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {

SysResult<NativeHandle> NewSocket(int family, int type, int protocol);
// `pair` is untouched iff this fails.
SysResult<void> NewSocketPair(int family, int type, int protocol, int pair[2]);
// `peer` is untouched iff this fails. The new socket is blocking.
SysResult<NativeHandle> NewAccepted(int listener, NativeAddress* peer);
SysResult<NativeHandle> NewDuplicate(int fd);

// What send(2) is to be told so that it does not raise SIGPIPE.
#ifdef MSG_NOSIGNAL
inline constexpr int kNoSignal = MSG_NOSIGNAL;
#else
inline constexpr int kNoSignal = 0;  // SO_NOSIGPIPE has said it at birth
#endif

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_NEW_DESCRIPTOR_H_
