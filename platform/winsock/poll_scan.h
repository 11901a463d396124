// A poll set that waits with select, for a Windows whose driver does not let a
// program poll it, and to compare others with.

#ifndef MORTISE_PLATFORM_WINSOCK_POLL_SCAN_H_
#define MORTISE_PLATFORM_WINSOCK_POLL_SCAN_H_

#include <memory>

#include "mortise/platform/poll_set.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace winsock {

SysResult<std::unique_ptr<PollSet>> NewScanningPollSet();

}  // namespace winsock
}  // namespace mortise

#endif  // MORTISE_PLATFORM_WINSOCK_POLL_SCAN_H_
