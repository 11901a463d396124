#include "mortise/platform/winsock/names.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/base/attributes.h"
#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/host_entry_codec.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/timed_lookup.h"
#include "mortise/platform/winsock/errors.h"
#include "mortise/platform/winsock/os_headers.h"
#include "mortise/platform/winsock/sock_addr_codec.h"
#include "mortise/platform/winsock/startup.h"
#include "mortise/platform/winsock/threads.h"
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

// Converts `text`, if it has a value, to `*wide`. Returns false if it is not
// UTF-8.
bool WidenIfAny(const std::optional<std::string>& text,
                std::optional<std::wstring>* wide) {
  if (!text.has_value()) return true;
  *wide = Widen(*text);
  return wide->has_value();
}

FoundAddresses LookUp(const AddrInfoQuery& query) {
  if (const int error = StartUp()) return FoundAddresses::OsError(error);
  FoundAddresses found;
  std::optional<std::wstring> host;
  std::optional<std::wstring> service;
  if (!WidenIfAny(query.host, &host) || !WidenIfAny(query.service, &service)) {
    found.error = WSAHOST_NOT_FOUND;  // EAI_NONAME: no host has such a name
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

LookupResult<NameInfo> LookUpName(const NativeAddress& address, int flags) {
  LookupResult<NameInfo> found;
  wchar_t host[NI_MAXHOST] = L"";
  wchar_t service[NI_MAXSERV] = L"";
  // The result is the error. Under Wine, WSAGetLastError does not have it.
  found.error = GetNameInfoW(&address.base, address.length, host, NI_MAXHOST,
                             service, NI_MAXSERV, flags);
  if (found.error != 0) return found;
  found.value = {Narrow(host), Narrow(service)};
  return found;
}

// Sets `error` and the domain of the result. Errors that are not Winsock's
// numbers for look-ups of a host are the OS's.
template <typename T>
void SetHostError(int error, LookupResult<T>* found) {
  found->domain =
      kErrors.Code(ErrorDomain::kHostLookup, error) != ErrorCode::kUnmapped
          ? ErrorDomain::kHostLookup
          : ErrorDomain::kOs;
  found->error = error;
}

// Converts `answer`, which Winsock owns and keeps for this thread.
LookupResult<HostEntry> TakeHostEntry(const hostent* answer) {
  LookupResult<HostEntry> found;
  found.domain = ErrorDomain::kHostLookup;
  if (answer == nullptr) {
    SetHostError(WSAGetLastError(), &found);
  } else {
    found.value = internal::DecodeHostEntry(*answer, &NarrowFromCodePage);
  }
  return found;
}

// Looks up a name that is not in ASCII, which gethostbyname cannot take. There
// are no aliases, because no other call tells them.
LookupResult<HostEntry> HostByWideName(const std::string& name) {
  AddrInfoQuery query;
  query.host = name;
  query.family = AF_INET;
  query.type = SOCK_STREAM;
  query.flags = AI_CANONNAME;
  const FoundAddresses addresses = LookUp(query);
  LookupResult<HostEntry> found;
  found.domain = ErrorDomain::kHostLookup;
  if (addresses.error != 0) {
    SetHostError(addresses.error, &found);
    return found;
  }
  found.value.name = name;
  for (const AddrInfoEntry& entry : addresses.value) {
    if (!entry.canonical_name.empty()) found.value.name = entry.canonical_name;
    found.value.addresses.push_back(entry.address);
  }
  return found;
}

LookupResult<HostEntry> HostByName(const std::string& name) {
  if (const int error = StartUp()) {
    return LookupResult<HostEntry>::OsError(error);
  }
  if (!std::all_of(name.begin(), name.end(), absl::ascii_isascii)) {
    return HostByWideName(name);
  }
  return TakeHostEntry(gethostbyname(name.c_str()));
}

LookupResult<HostEntry> HostByAddress(const SockAddr& address) {
  if (const int error = StartUp()) {
    return LookupResult<HostEntry>::OsError(error);
  }
  return TakeHostEntry(
      gethostbyaddr(reinterpret_cast<const char*>(address.bytes), address.size,
                    address.family));
}

// Threads may use these objects until the very end of the process, so nothing
// destroys them.
ABSL_CONST_INIT Threads threads;
ABSL_CONST_INIT TimedLookups lookups(threads);

constexpr BlockingLookups kSystem = {&LookUp, AI_NUMERICHOST, &HostByName};

}  // namespace

FoundAddresses Names::FindAddresses(const AddrInfoQuery& query,
                                    const CallLimit& limit) {
  return FindAddressesInTime(lookups, kSystem, query, limit);
}

std::unique_ptr<PendingLookup> Names::BeginFindAddresses(
    const AddrInfoQuery& query, const CallLimit& /*limit*/,
    std::function<void()> done) {
  return BeginFindAddressesInThread(lookups, kSystem, query, std::move(done));
}

LookupResult<NameInfo> Names::FindName(const SockAddr& address, int flags,
                                       const CallLimit& limit) {
  NativeAddress native;
  int error = StartUp();
  if (error == 0) error = EncodeSockAddr(address, &native);
  if (error != 0) return LookupResult<NameInfo>::OsError(error);
  // A number is printed without asking a server, so it needs no thread.
  if ((flags & NI_NUMERICHOST) != 0) return LookUpName(native, flags);
  return LookUpInTime<NameInfo>(
      lookups.For(address),
      [native, flags] { return LookUpName(native, flags); }, limit);
}

LookupResult<HostEntry> Names::FindHostByName(absl::string_view name,
                                              const CallLimit& limit) {
  return FindHostInTime(lookups, kSystem, name, limit);
}

LookupResult<HostEntry> Names::FindHostByAddress(const SockAddr& address,
                                                 const CallLimit& limit) {
  return LookUpInTime<HostEntry>(
      lookups.For(address), [address] { return HostByAddress(address); },
      limit);
}

// Returns the name that the network knows, not the NetBIOS name, which is cut
// to 15 characters. gethostname will not do, because it returns the name in the
// code page of the machine.
SysResult<std::string> Names::GetHostName() {
  DWORD size = 0;
  GetComputerNameExW(ComputerNamePhysicalDnsHostname, nullptr, &size);
  // The machine may get a longer name between the two calls.
  while (true) {
    std::wstring name(size, L'\0');
    if (GetComputerNameExW(ComputerNamePhysicalDnsHostname, &name[0], &size)) {
      name.resize(size);
      return {Narrow(name), 0};
    }
    const DWORD error = GetLastError();
    if (error != ERROR_MORE_DATA || size <= name.size()) {
      return {std::string(), static_cast<int>(error)};
    }
  }
}

SysResult<void> Names::SetHostName(absl::string_view name) {
  const std::optional<std::wstring> wide = Widen(name);
  if (!wide.has_value()) return {ERROR_INVALID_PARAMETER};
  if (!SetComputerNameExW(ComputerNamePhysicalDnsHostname, wide->c_str())) {
    return {static_cast<int>(GetLastError())};
  }
  return {};
}

}  // namespace winsock
}  // namespace mortise
