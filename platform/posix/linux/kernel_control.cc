#include <cstdint>

#include "absl/strings/string_view.h"
#include "mortise/platform/posix/interfaces.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {

SysResult<std::uint32_t> Interfaces::KernelControlId(absl::string_view name) {
  return InterfaceCalls::KernelControlId(name);
}

}  // namespace posix
}  // namespace mortise
