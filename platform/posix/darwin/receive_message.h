// recvmsg(2) as Darwin needs it. Its kernel makes a descriptor of every one
// that a message brings, before it looks at the room for ancillary data, and
// forgets those which do not fit, so that nobody can close them (XNU,
// bsd/kern/uipc_socket.c, soreceive_ctl; python/cpython#80931). It also has no
// MSG_CMSG_CLOEXEC. With MSG_PEEK it makes no descriptors, and what stands in
// their place is the kernel's.
//
// All of this is also compiled and tested where recvmsg(2) is another.

#ifndef MORTISE_PLATFORM_POSIX_DARWIN_RECEIVE_MESSAGE_H_
#define MORTISE_PLATFORM_POSIX_DARWIN_RECEIVE_MESSAGE_H_

#include <sys/socket.h>
#include <sys/types.h>

#include "absl/types/span.h"

namespace mortise {
namespace posix {

// recvmsg(2) into room for all the ancillary data that there can be, and
// DeliverControl of that.
ssize_t ReceiveWithRoomForAll(int fd, msghdr* message, int flags);

// Moves the ancillary data `all` into the room of `*message`, as far as there
// is room, as Linux does it: a message that is cut says how long it is then,
// and descriptors are not cut. Those that fit are made not to be inherited, the
// others are closed. If anything is left out, the message's flags say
// MSG_CTRUNC. `flags` are what recvmsg(2) was told: with MSG_PEEK descriptors
// are left out. `all` may be the room itself.
void DeliverControl(absl::Span<const char> all, int flags, msghdr* message);

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_DARWIN_RECEIVE_MESSAGE_H_
