#include "mortise/platform/sim/host/interfaces.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/interface_calls.h"
#include "mortise/platform/sim/host/host.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/network.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace sim {

SysResult<std::uint32_t> Interfaces::NameToIndex(absl::string_view name) {
  return Perform(host_, "if_nametoindex", [&](Call& call) {
    const Interface* const found = call.kernel().network().Find(name);
    if (found == nullptr) return Result<std::uint32_t>{0, ErrorCode::kEnodev};
    return Result<std::uint32_t>{found->index};
  });
}

SysResult<std::string> Interfaces::IndexToName(std::uint32_t index) {
  return Perform(host_, "if_indextoname", [&](Call& call) {
    const Interface* const found = call.kernel().network().Find(index);
    if (found == nullptr) return Result<std::string>{"", ErrorCode::kEnxio};
    return Result<std::string>{found->name};
  });
}

SysResult<std::vector<InterfaceEntry>> Interfaces::List() {
  return Perform(host_, "if_nameindex", [&](Call& call) {
    Result<std::vector<InterfaceEntry>> listed;
    for (const Interface& interface : call.kernel().network().interfaces()) {
      listed.value.push_back({interface.index, interface.name});
    }
    return listed;
  });
}

}  // namespace sim
}  // namespace mortise
