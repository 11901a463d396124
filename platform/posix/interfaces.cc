#include "mortise/platform/posix/interfaces.h"

#include <net/if.h>

#include <cerrno>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {

SysResult<std::uint32_t> Interfaces::NameToIndex(absl::string_view name) {
  const std::uint32_t index = if_nametoindex(std::string(name).c_str());
  if (index == 0) return {0, errno};
  return {index, 0};
}

SysResult<std::string> Interfaces::IndexToName(std::uint32_t index) {
  char name[IF_NAMESIZE];
  if (if_indextoname(index, name) == nullptr) return {std::string(), errno};
  return {name, 0};
}

SysResult<std::vector<InterfaceEntry>> Interfaces::List() {
  struct if_nameindex* const all = if_nameindex();
  if (all == nullptr) return {{}, errno};
  SysResult<std::vector<InterfaceEntry>> listed;
  for (const struct if_nameindex* i = all; i->if_index != 0; ++i) {
    listed.value.push_back({i->if_index, i->if_name});
  }
  if_freenameindex(all);
  return listed;
}

}  // namespace posix
}  // namespace mortise
