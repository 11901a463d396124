// Network interfaces: if_nametoindex, if_indextoname and GetIfTable2Ex of the
// IP Helper.

#ifndef MORTISE_PLATFORM_WINSOCK_INTERFACES_H_
#define MORTISE_PLATFORM_WINSOCK_INTERFACES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace winsock {

class Interfaces final : public InterfaceCalls {
 public:
  SysResult<std::uint32_t> NameToIndex(absl::string_view name) override;
  SysResult<std::string> IndexToName(std::uint32_t index) override;
  SysResult<std::vector<InterfaceEntry>> List() override;
};

}  // namespace winsock
}  // namespace mortise

#endif  // MORTISE_PLATFORM_WINSOCK_INTERFACES_H_
