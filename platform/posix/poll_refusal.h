#ifndef MORTISE_PLATFORM_POSIX_POLL_REFUSAL_H_
#define MORTISE_PLATFORM_POSIX_POLL_REFUSAL_H_

#include <sys/stat.h>

#include <cerrno>

#include "mortise/platform/native_handle.h"
#include "mortise/platform/posix/system_call.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {

// Whether a poll set can wait for `handle`: 0, EBADF, or kNotSupportedError for
// a file. poll(2) and kqueue(2) take a file, and poll(2) reports it for ever.
inline int PollRefusal(NativeHandle handle) {
  struct stat status;
  if (fstat(Fd(handle), &status) == -1) return errno;
  return S_ISREG(status.st_mode) || S_ISDIR(status.st_mode) ? kNotSupportedError
                                                            : 0;
}

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_POLL_REFUSAL_H_
