// sendfile(2), which is not in POSIX. Linux and macOS each have their own.

#ifndef MORTISE_PLATFORM_POSIX_SEND_FILE_H_
#define MORTISE_PLATFORM_POSIX_SEND_FILE_H_

#include <sys/types.h>

#include <cstddef>

#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {

// Sends at most `count` bytes of `file`, starting at `offset`. `count` is 1 or
// more. Returns how many bytes were sent, 0 at the end of the file. A call that
// fails may have sent some bytes, and `value` is then their number. May raise
// SIGPIPE.
SysResult<std::size_t> SendFileThrough(int socket, int file, off_t offset,
                                       std::size_t count);

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_SEND_FILE_H_
