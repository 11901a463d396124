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
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace sim {

SysResult<std::uint32_t> Interfaces::NameToIndex(absl::string_view name) {
  Call call(host_);
  const Interface* const found = call.kernel().network().Find(name);
  if (found == nullptr) return {0, call.Native(ErrorCode::kEnodev)};
  return {found->index, 0};
}

SysResult<std::string> Interfaces::IndexToName(std::uint32_t index) {
  Call call(host_);
  const Interface* const found = call.kernel().network().Find(index);
  if (found == nullptr) return {std::string(), call.Native(ErrorCode::kEnxio)};
  return {found->name, 0};
}

SysResult<std::vector<InterfaceEntry>> Interfaces::List() {
  Call call(host_);
  SysResult<std::vector<InterfaceEntry>> listed;
  for (const Interface& interface : call.kernel().network().interfaces()) {
    listed.value.push_back({interface.index, interface.name});
  }
  return listed;
}

}  // namespace sim
}  // namespace mortise
