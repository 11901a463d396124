// Sets what the call that made a descriptor could not be told: that child
// processes do not inherit the descriptor, and that it does not raise SIGPIPE.
// A child that another thread forks in between inherits the descriptor. Darwin
// offers nothing better.
//
// Sends also pass MSG_NOSIGNAL, which macOS does not know before version 11.
//
// Each function takes what the system call returned, and closes a descriptor
// that it cannot finish. `no_sigpipe` is SO_NOSIGPIPE. It is a parameter so
// that this code is also compiled and tested on systems without that option.
//
// All functions here are thread-safe and do not block.

#ifndef MORTISE_PLATFORM_POSIX_DARWIN_FINISH_DESCRIPTOR_H_
#define MORTISE_PLATFORM_POSIX_DARWIN_FINISH_DESCRIPTOR_H_

#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {

// Finishes `fd`, or returns errno as the error if `fd` is -1 because the call
// has failed.
SysResult<NativeHandle> FinishDescriptor(int fd, int no_sigpipe);

// Finishes `fd` likewise and makes it blocking, because Darwin passes
// O_NONBLOCK on from the listener.
SysResult<NativeHandle> FinishAccepted(int fd, int no_sigpipe);

// Finishes what socketpair(2) has made: both descriptors or neither.
SysResult<HandlePair> FinishPair(const int pair[2], int no_sigpipe);

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_DARWIN_FINISH_DESCRIPTOR_H_
