#include "mortise/platform/posix/darwin/finish_send_file.h"

#include <sys/types.h>

#include <cerrno>
#include <cstddef>

#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {

SysResult<std::size_t> FinishSendFile(int result, off_t size) {
  // Only of these two errors does sendfile(2) promise that the length says what
  // was sent; of others it may still say what was asked for.
  const bool sent_some =
      result != -1 || ((errno == EAGAIN || errno == EINTR) && size > 0);
  if (sent_some) return {static_cast<std::size_t>(size), 0};
  return {0, errno};
}

}  // namespace posix
}  // namespace mortise
