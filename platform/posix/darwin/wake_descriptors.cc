#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "mortise/platform/posix/interrupt.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {

SysResult<WakeDescriptors> OpenWakeDescriptors() {
  int ends[2];
  if (pipe(ends) == -1) return {{}, errno};
  // There is no pipe2(2): a child that another thread forks in between inherits
  // the ends.
  for (const int end : ends) {
    if (fcntl(end, F_SETFD, FD_CLOEXEC) == -1 ||
        fcntl(end, F_SETFL, O_NONBLOCK) == -1) {
      const int error = errno;
      close(ends[0]);
      close(ends[1]);
      return {{}, error};
    }
  }
  return {{ends[0], ends[1]}, 0};
}

}  // namespace posix
}  // namespace mortise
