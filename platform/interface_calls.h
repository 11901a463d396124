// The calls of a Platform: network interfaces, and kernel controls, which have
// a name and a number too. The rules that hold for every method are in
// mortise/platform/backend.h.

#ifndef MORTISE_PLATFORM_INTERFACE_CALLS_H_
#define MORTISE_PLATFORM_INTERFACE_CALLS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "mortise/platform/sys_result.h"

namespace mortise {

// A network interface. `index` is 1 or more.
struct InterfaceEntry {
  std::uint32_t index = 0;
  std::string name;
};

// The interfaces of the machine. Names are UTF-8. No method waits for the
// network.
class InterfaceCalls {
 public:
  virtual ~InterfaceCalls() = default;

  // Returns the index of the network interface `name` ("eth0"). Fails if there
  // is no such interface. Used by `IfNameToIndex` and for scopes
  // ("fe80::1%eth0"). Python: socket.if_nametoindex. Source: if_nametoindex(3).
  virtual SysResult<std::uint32_t> NameToIndex(absl::string_view name);
  // Returns the name of the network interface `index`. Fails if there is no
  // such interface. Used by `IfIndexToName` and when an address is printed.
  // Python: socket.if_indextoname. Source: if_indextoname(3).
  virtual SysResult<std::string> IndexToName(std::uint32_t index);

  // Returns all network interfaces. Used by `IfNameIndex`. Python:
  // socket.if_nameindex. Source: if_nameindex(3), GetIfTable2Ex.
  virtual SysResult<std::vector<InterfaceEntry>> List();

  // Returns the id of the kernel control `name` ("com.apple.net.utun_control").
  // Only macOS has kernel controls. Used by `MakeAddress` for a `SystemAddress`
  // with a name. Source: sys/kern_control.h, CTLIOCGINFO.
  virtual SysResult<std::uint32_t> KernelControlId(absl::string_view name);
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_INTERFACE_CALLS_H_
