// The calls of a Platform: network interfaces, and kernel controls, which have
// a name and a number too. The rules are in mortise/platform/backend.h.

#ifndef MORTISE_PLATFORM_INTERFACE_CALLS_H_
#define MORTISE_PLATFORM_INTERFACE_CALLS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "mortise/platform/sys_result.h"

namespace mortise {

struct InterfaceEntry {
  std::uint32_t index = 0;
  std::string name;
};

class InterfaceCalls {
 public:
  virtual ~InterfaceCalls() = default;

  // The index of a network interface ("eth0"), and the name of an index.
  virtual SysResult<std::uint32_t> NameToIndex(absl::string_view name);
  virtual SysResult<std::string> IndexToName(std::uint32_t index);

  // All of them.
  virtual SysResult<std::vector<InterfaceEntry>> List();

  // The id of a kernel control, which macOS has only
  // ("com.apple.net.utun_control"). Source: sys/kern_control.h, CTLIOCGINFO.
  virtual SysResult<std::uint32_t> KernelControlId(absl::string_view name);
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_INTERFACE_CALLS_H_
