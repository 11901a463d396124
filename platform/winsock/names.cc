#include "mortise/platform/winsock/names.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/timed_lookup.h"
#include "mortise/platform/winsock/detached_thread.h"
#include "mortise/platform/winsock/os_headers.h"
#include "mortise/platform/winsock/sock_addr_codec.h"
#include "mortise/platform/winsock/startup.h"
#include "mortise/platform/winsock/utf8.h"

namespace mortise {
namespace winsock {
namespace {

AddrInfoEntry EntryOf(const ADDRINFOW& info) {
  AddrInfoEntry entry;
  entry.family = info.ai_family;
  entry.type = info.ai_socktype;
  entry.protocol = info.ai_protocol;
  if (info.ai_canonname != nullptr) {
    entry.canonical_name = Narrow(info.ai_canonname);
  }
  NativeAddress native;
  native.SetLength(std::min(info.ai_addrlen, sizeof(native.storage)));
  std::memcpy(&native.storage, info.ai_addr,
              static_cast<std::size_t>(native.length));
  DecodeSockAddr(native, &entry.address);
  return entry;
}

// False iff `text` is there and is not UTF-8.
bool WidenIfAny(const std::optional<std::string>& text,
                std::optional<std::wstring>* wide) {
  if (!text.has_value()) return true;
  *wide = Widen(*text);
  return wide->has_value();
}

AddressLookup LookUp(const AddrInfoQuery& query) {
  AddressLookup found;
  if (const int error = StartUp()) {
    found.domain = ErrorDomain::kOs;
    found.error = error;
    return found;
  }
  std::optional<std::wstring> host;
  std::optional<std::wstring> service;
  if (!WidenIfAny(query.host, &host) || !WidenIfAny(query.service, &service)) {
    found.error = WSAHOST_NOT_FOUND;  // EAI_NONAME: nothing is called that
    return found;
  }
  ADDRINFOW hints = {};
  hints.ai_family = query.family;
  hints.ai_socktype = query.type;
  hints.ai_protocol = query.protocol;
  hints.ai_flags = query.flags;
  ADDRINFOW* list = nullptr;
  found.error = GetAddrInfoW(host.has_value() ? host->c_str() : nullptr,
                             service.has_value() ? service->c_str() : nullptr,
                             &hints, &list);
  if (found.error != 0) return found;
  const std::unique_ptr<ADDRINFOW, void(WINAPI*)(ADDRINFOW*)> owned(
      list, &FreeAddrInfoW);
  for (const ADDRINFOW* info = list; info != nullptr; info = info->ai_next) {
    found.value.push_back(EntryOf(*info));
  }
  return found;
}

}  // namespace

AddressLookup Names::FindAddresses(const AddrInfoQuery& query,
                                   absl::Duration timeout) {
  return FindAddressesInTime({&LookUp, AI_NUMERICHOST, &RunDetached}, query,
                             timeout);
}

LookupResult<NameInfo> Names::FindName(const SockAddr&, int, absl::Duration) {
  LookupResult<NameInfo> found;
  found.error = kNotSupportedError;
  return found;
}

LookupResult<HostEntry> Names::FindHostByName(absl::string_view,
                                              absl::Duration) {
  LookupResult<HostEntry> found;
  found.error = kNotSupportedError;
  return found;
}

LookupResult<HostEntry> Names::FindHostByAddress(const SockAddr&,
                                                 absl::Duration) {
  LookupResult<HostEntry> found;
  found.error = kNotSupportedError;
  return found;
}

SysResult<std::string> Names::GetHostName() {
  return {std::string(), kNotSupportedError};
}

SysResult<void> Names::SetHostName(absl::string_view) {
  return {kNotSupportedError};
}

}  // namespace winsock
}  // namespace mortise
