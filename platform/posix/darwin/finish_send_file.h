// What Darwin's sendfile(2) has to say: it can fail and have sent something.

#ifndef MORTISE_PLATFORM_POSIX_DARWIN_FINISH_SEND_FILE_H_
#define MORTISE_PLATFORM_POSIX_DARWIN_FINISH_SEND_FILE_H_

#include <sys/types.h>

#include <cstddef>

#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {

// `result` is what the call returned, and errno the error iff that is -1;
// `size` is what it made of the length that it was given.
SysResult<std::size_t> FinishSendFile(int result, off_t size);

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_DARWIN_FINISH_SEND_FILE_H_
