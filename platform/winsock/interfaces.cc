#include "mortise/platform/winsock/interfaces.h"

#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/winsock/os_headers.h"
#include "mortise/platform/winsock/utf8.h"

namespace mortise {
namespace winsock {
namespace {

// Neither call tells why it failed, and there is only one possible reason.
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
  // This table has all interfaces that if_nametoindex knows, not only those
  // that users are shown.
  MIB_IF_TABLE2* table = nullptr;
  const NETIO_STATUS error = GetIfTable2Ex(MibIfTableRaw, &table);
  if (error != NO_ERROR) return {{}, static_cast<int>(error)};
  const std::unique_ptr<MIB_IF_TABLE2, void(NETIOAPI_API_*)(void*)> owned(
      table, &FreeMibTable);
  SysResult<std::vector<InterfaceEntry>> listed;
  for (ULONG i = 0; i < table->NumEntries; ++i) {
    const MIB_IF_ROW2& row = table->Table[i];
    wchar_t name[NDIS_IF_MAX_STRING_SIZE + 1];
    // This interface has gone since the table was made.
    if (ConvertInterfaceLuidToNameW(&row.InterfaceLuid, name,
                                    std::size(name)) != NO_ERROR) {
      continue;
    }
    listed.value.push_back({row.InterfaceIndex, Narrow(name)});
  }
  return listed;
}

}  // namespace winsock
}  // namespace mortise
