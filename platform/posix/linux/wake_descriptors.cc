#include <sys/eventfd.h>

#include <cerrno>

#include "mortise/platform/posix/interrupt.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {

SysResult<WakeDescriptors> OpenWakeDescriptors() {
  const int descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (descriptor == -1) return {{}, errno};
  return {{descriptor, descriptor}, 0};
}

}  // namespace posix
}  // namespace mortise
