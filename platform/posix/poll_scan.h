// A poll set that waits with poll(2), for a system without epoll and kqueue,
// and to compare those with.

#ifndef MORTISE_PLATFORM_POSIX_POLL_SCAN_H_
#define MORTISE_PLATFORM_POSIX_POLL_SCAN_H_

#include <memory>

#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {

// Whether a set can wait for `handle`: 0, EBADF, or kNotSupportedError for a
// file. poll(2) and kqueue(2) take a file, and poll(2) reports it for ever.
int PollRefusal(NativeHandle handle);

// As NewSystemPollSet.
SysResult<std::unique_ptr<PollSet>> NewScanningPollSet();

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_POLL_SCAN_H_
