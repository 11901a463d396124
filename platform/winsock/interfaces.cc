#include "mortise/platform/winsock/interfaces.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/winsock/os_headers.h"

namespace mortise {
namespace winsock {
namespace {

// Neither call says why it failed, and only one thing can have happened.
constexpr int kNoSuchInterface = ERROR_DEV_NOT_EXIST;

}  // namespace

SysResult<std::uint32_t> Interfaces::NameToIndex(absl::string_view name) {
  const std::uint32_t index = if_nametoindex(std::string(name).c_str());
  if (index == 0) return {0, kNoSuchInterface};
  return {index, 0};
}

SysResult<std::string> Interfaces::IndexToName(std::uint32_t index) {
  char name[IF_NAMESIZE];
  if (if_indextoname(index, name) == nullptr) {
    return {std::string(), kNoSuchInterface};
  }
  return {name, 0};
}

SysResult<std::vector<InterfaceEntry>> Interfaces::List() {
  return {{}, kNotSupportedError};
}

}  // namespace winsock
}  // namespace mortise
