// The vtable, network interfaces. mortise/platform/backend.h has its
// rules.

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
  virtual SysResult<std::uint32_t> NameToIndex(absl::string_view name) = 0;
  virtual SysResult<std::string> IndexToName(std::uint32_t index) = 0;

  // All of them.
  virtual SysResult<std::vector<InterfaceEntry>> List() = 0;
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_INTERFACE_CALLS_H_
