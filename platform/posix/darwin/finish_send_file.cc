#include "mortise/platform/posix/darwin/finish_send_file.h"

#include <sys/types.h>

#include <cerrno>
#include <cstddef>

#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {

SysResult<std::size_t> FinishSendFile(int result, std::size_t asked,
                                      off_t size) {
  const auto sent = static_cast<std::size_t>(size);
  if (result != -1) return {sent, 0};
  // A call that fails before it begins leaves the length as it was. A call that
  // has sent everything does not fail.
  if (size <= 0 || sent >= asked) return {0, errno};
  // A call that would block or was interrupted has succeeded if it has sent
  // something. Any other error must be reported at once, because the next call
  // may not meet it again.
  if (errno == EAGAIN || errno == EINTR) return {sent, 0};
  return {sent, errno};
}

}  // namespace posix
}  // namespace mortise
