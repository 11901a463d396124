// Windows' own way to wait for many sockets: polls of AFD, the driver beneath
// Winsock, whose answers come to a completion port.

#ifndef MORTISE_PLATFORM_WINSOCK_POLL_SET_H_
#define MORTISE_PLATFORM_WINSOCK_POLL_SET_H_

#include <memory>

#include "mortise/platform/poll_set.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace winsock {

// Fails with kNotSupportedError if this Windows does not let a program poll its
// sockets so, or if another program has put itself in front of Winsock and
// hides them. NewScanningPollSet then works.
//
// A socket that is closed while it is in the set is reported once more, as one
// that has failed.
SysResult<std::unique_ptr<PollSet>> NewSystemPollSet();

}  // namespace winsock
}  // namespace mortise

#endif  // MORTISE_PLATFORM_WINSOCK_POLL_SET_H_
