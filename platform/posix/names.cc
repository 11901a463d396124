#include "mortise/platform/posix/names.h"

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/posix/detached_thread.h"
#include "mortise/platform/posix/sock_addr_codec.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/timed_lookup.h"

namespace mortise {
namespace posix {
namespace {

AddrInfoEntry EntryOf(const addrinfo& info) {
  AddrInfoEntry entry;
  entry.family = info.ai_family;
  entry.type = info.ai_socktype;
  entry.protocol = info.ai_protocol;
  if (info.ai_canonname != nullptr) entry.canonical_name = info.ai_canonname;
  NativeAddress native;
  native.length = std::min<socklen_t>(info.ai_addrlen, sizeof(native.storage));
  std::memcpy(&native.storage, info.ai_addr, native.length);
  DecodeSockAddr(native, &entry.address);
  return entry;
}

AddressLookup LookUp(const AddrInfoQuery& query) {
  addrinfo hints = {};
  hints.ai_family = query.family;
  hints.ai_socktype = query.type;
  hints.ai_protocol = query.protocol;
  hints.ai_flags = query.flags;
  addrinfo* list = nullptr;
  const int error =
      getaddrinfo(query.host.has_value() ? query.host->c_str() : nullptr,
                  query.service.has_value() ? query.service->c_str() : nullptr,
                  &hints, &list);
  AddressLookup found;
  if (error == EAI_SYSTEM) {
    found.domain = ErrorDomain::kOs;
    found.error = errno;
    return found;
  }
  found.error = error;
  if (error != 0) return found;
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(list,
                                                             &freeaddrinfo);
  for (const addrinfo* info = list; info != nullptr; info = info->ai_next) {
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

}  // namespace posix
}  // namespace mortise
