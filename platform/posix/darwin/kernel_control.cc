#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "mortise/platform/posix/interfaces.h"
#include "mortise/platform/sys_result.h"

#if __has_include(<sys/kern_control.h>)
#include <sys/kern_control.h>
#define MORTISE_HAS_KERN_CONTROL 1
#endif

namespace mortise {
namespace posix {
namespace {

// The structure and the numbers of <sys/kern_control.h> and <sys/sys_domain.h>,
// which not every macOS SDK has. They are an ABI that does not change. If the
// headers are there, they are compared with them.
constexpr int kSysprotoControl = 2;
constexpr std::size_t kMaxKctlName = 96;

struct CtlInfo {
  std::uint32_t ctl_id;
  char ctl_name[kMaxKctlName];
};
constexpr unsigned long kCtliocginfo = _IOWR('N', 3, CtlInfo);

#ifdef MORTISE_HAS_KERN_CONTROL
static_assert(sizeof(CtlInfo) == sizeof(ctl_info) &&
                  kCtliocginfo == CTLIOCGINFO,
              "ctl_info");
#endif

}  // namespace

// Every socket of kernel controls can be asked about all kernel controls.
SysResult<std::uint32_t> Interfaces::KernelControlId(absl::string_view name) {
  const int fd = socket(AF_SYSTEM, SOCK_DGRAM, kSysprotoControl);
  if (fd == -1) return {0, errno};
  CtlInfo info = {};
  name.copy(info.ctl_name, sizeof(info.ctl_name) - 1);
  const int error = ioctl(fd, kCtliocginfo, &info) == -1 ? errno : 0;
  close(fd);
  return {info.ctl_id, error};
}

}  // namespace posix
}  // namespace mortise
