// A poll set that waits with poll(2), for tests: the sets of epoll and kqueue
// must do the same. Linux, macOS and the BSDs always have one of the two.

#ifndef MORTISE_PLATFORM_POSIX_POLL_SCAN_H_
#define MORTISE_PLATFORM_POSIX_POLL_SCAN_H_

#include <memory>

#include "mortise/platform/poll_set.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {

// As NewSystemPollSet.
SysResult<std::unique_ptr<PollSet>> NewScanningPollSet();

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_POLL_SCAN_H_
