// What Darwin's sendfile(2) has to say: it can fail and have sent something.

#ifndef MORTISE_PLATFORM_POSIX_DARWIN_FINISH_SEND_FILE_H_
#define MORTISE_PLATFORM_POSIX_DARWIN_FINISH_SEND_FILE_H_

#include <sys/types.h>

#include <cstddef>

#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {

// `result` is what the call returned, and errno the error if that is -1;
// `size` is what it made of the length `asked` that it was given. The result
// may have both a value and an error, see FileCalls::SendFile. Source:
// sendfile(2) of Darwin, and its kernel, which gives the length back whatever
// the error.
SysResult<std::size_t> FinishSendFile(int result, std::size_t asked,
                                      off_t size);

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_DARWIN_FINISH_SEND_FILE_H_
