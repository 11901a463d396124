// A poll set that waits with select, for a Windows whose driver does not let a
// program poll it, and to compare others with.

#ifndef MORTISE_PLATFORM_WINSOCK_POLL_SCAN_H_
#define MORTISE_PLATFORM_WINSOCK_POLL_SCAN_H_

#include <memory>

#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace winsock {

// Whether a set can wait for `handle`: 0, WSAENOTSOCK, or kNotSupportedError
// for a handle of something else, such as a file.
int PollRefusal(NativeHandle handle);

SysResult<std::unique_ptr<PollSet>> NewScanningPollSet();

}  // namespace winsock
}  // namespace mortise

#endif  // MORTISE_PLATFORM_WINSOCK_POLL_SCAN_H_
