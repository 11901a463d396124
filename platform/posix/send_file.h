// sendfile(2), which POSIX does not have: Linux and macOS each have their own.

#ifndef MORTISE_PLATFORM_POSIX_SEND_FILE_H_
#define MORTISE_PLATFORM_POSIX_SEND_FILE_H_

#include <sys/types.h>

#include <cstddef>

#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {

// Sends at most `count` bytes, at least one, of a file from `offset` on; 0 is
// its end. A call that fails may have sent some of it, which is `value` then.
// May raise SIGPIPE.
SysResult<std::size_t> SendFileThrough(int socket, int file, off_t offset,
                                       std::size_t count);

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_SEND_FILE_H_
