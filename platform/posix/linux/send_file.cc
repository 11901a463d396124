// For Linux.

#include "mortise/platform/posix/send_file.h"

#include <sys/sendfile.h>
#include <sys/types.h>

#include <cstddef>

#include "mortise/platform/posix/system_call.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {

SysResult<std::size_t> SendFileThrough(int socket, int file, off_t offset,
                                       std::size_t count) {
  // If the call is given an offset, it does not move the position of the file.
  return SizeOrErrno(sendfile(socket, file, &offset, count));
}

}  // namespace posix
}  // namespace mortise
