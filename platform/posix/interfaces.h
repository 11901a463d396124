// Network interfaces: if_nametoindex(3), if_indextoname(3), if_nameindex(3).

#ifndef MORTISE_PLATFORM_POSIX_INTERFACES_H_
#define MORTISE_PLATFORM_POSIX_INTERFACES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {

class Interfaces final : public InterfaceCalls {
 public:
  SysResult<std::uint32_t> NameToIndex(absl::string_view name) override;
  SysResult<std::string> IndexToName(std::uint32_t index) override;
  SysResult<std::vector<InterfaceEntry>> List() override;
  // In linux/ and darwin/.
  SysResult<std::uint32_t> KernelControlId(absl::string_view name) override;
};

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_INTERFACES_H_
