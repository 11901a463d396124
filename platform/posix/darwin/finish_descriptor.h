// What the call that made a descriptor could not be told is set afterwards: not
// inherited by child processes, and deaf to SIGPIPE. A child that another
// thread forks in between inherits it; Darwin offers nothing better.
//
// Sends say MSG_NOSIGNAL as well, which macOS does not know before version 11.
//
// Each function takes what the system call returned, and closes what it cannot
// finish. `no_sigpipe` is SO_NOSIGPIPE: a parameter, so that all of this is
// also compiled and tested where there is no such option.

#ifndef MORTISE_PLATFORM_POSIX_DARWIN_FINISH_DESCRIPTOR_H_
#define MORTISE_PLATFORM_POSIX_DARWIN_FINISH_DESCRIPTOR_H_

#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {

// `fd` is -1 iff the call has failed; errno is the error then.
SysResult<NativeHandle> FinishDescriptor(int fd, int no_sigpipe);

// The same, and blocking: Darwin hands the listener's O_NONBLOCK on.
SysResult<NativeHandle> FinishAccepted(int fd, int no_sigpipe);

// What socketpair(2) has made; both or neither.
SysResult<HandlePair> FinishPair(const int pair[2], int no_sigpipe);

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_DARWIN_FINISH_DESCRIPTOR_H_
