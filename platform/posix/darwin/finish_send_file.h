// The result of Darwin's sendfile(2), which can fail after it has sent
// something.

#ifndef MORTISE_PLATFORM_POSIX_DARWIN_FINISH_SEND_FILE_H_
#define MORTISE_PLATFORM_POSIX_DARWIN_FINISH_SEND_FILE_H_

#include <sys/types.h>

#include <cstddef>

#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {

// Returns the result of a call. `result` is what the call returned, and errno
// is the error if that is -1. `asked` is the length that the call was given,
// and `size` is what the call has changed it to. The result may have both a
// value and an error: see FileCalls::SendFile. Source: sendfile(2) of Darwin,
// and its kernel, which returns the length whatever the error is. Thread-safe;
// does not block.
SysResult<std::size_t> FinishSendFile(int result, std::size_t asked,
                                      off_t size);

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_DARWIN_FINISH_SEND_FILE_H_
