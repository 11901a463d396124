// recvmsg(2), with the care that Darwin's kernel needs:
//   - It makes a descriptor of every descriptor that a message brings, before
//     it looks at the room for ancillary data. It then forgets the descriptors
//     that do not fit, so that no code can close them. Source: XNU,
//     bsd/kern/uipc_socket.c, soreceive_ctl; python/cpython#80931.
//   - It has no MSG_CMSG_CLOEXEC.
//   - With MSG_PEEK it makes no descriptors. The numbers in their place are the
//     kernel's.
//
// This code is also compiled and tested on systems with another recvmsg(2). All
// functions here are thread-safe.

#ifndef MORTISE_PLATFORM_POSIX_DARWIN_RECEIVE_MESSAGE_H_
#define MORTISE_PLATFORM_POSIX_DARWIN_RECEIVE_MESSAGE_H_

#include <sys/socket.h>
#include <sys/types.h>

#include "absl/types/span.h"

namespace mortise {
namespace posix {

// Calls recvmsg(2) with room for all the ancillary data that there can be, and
// passes that data to DeliverControl. Waits as recvmsg(2) does.
ssize_t ReceiveWithRoomForAll(int fd, msghdr* message, int flags);

// Moves the ancillary data `all` into the room of `*message`, as far as it
// fits, as Linux does: a message that is cut then tells its new length, and
// descriptors are not cut. Descriptors that fit are made not to be inherited,
// the others are closed. If anything is left out, the flags of the message get
// MSG_CTRUNC. `flags` are those that recvmsg(2) was given: with MSG_PEEK,
// descriptors are left out. `all` may be the room itself. Does not block.
void DeliverControl(absl::Span<const char> all, int flags, msghdr* message);

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_DARWIN_RECEIVE_MESSAGE_H_
