// The system's own set of descriptors to wait for: epoll(7) on Linux, kqueue(2)
// on macOS and the BSDs.

#ifndef MORTISE_PLATFORM_POSIX_POLL_SET_H_
#define MORTISE_PLATFORM_POSIX_POLL_SET_H_

#include <memory>

#include "mortise/platform/poll_set.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {

// A signal handler may call its `Wake`. A forked child leaves the descriptors
// of the set open until exec: it may have closed them, and use their numbers
// for something else.
SysResult<std::unique_ptr<PollSet>> NewSystemPollSet();

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_POLL_SET_H_
