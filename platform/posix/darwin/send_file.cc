// For macOS.

#include "mortise/platform/posix/send_file.h"

#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

#include <cstddef>

#include "mortise/platform/posix/darwin/finish_send_file.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {

SysResult<std::size_t> SendFileThrough(int socket, int file, off_t offset,
                                       std::size_t count) {
  auto size = static_cast<off_t>(count);
  const int result = sendfile(file, socket, offset, &size, nullptr, 0);
  return FinishSendFile(result, count, size);
}

}  // namespace posix
}  // namespace mortise
