#include "mortise/platform/posix/names.h"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/attributes.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/posix/host_lookup.h"
#include "mortise/platform/posix/sock_addr_codec.h"
#include "mortise/platform/posix/threads.h"
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

FoundAddresses LookUp(const AddrInfoQuery& query) {
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
  if (error == EAI_SYSTEM) return FoundAddresses::OsError(errno);
  FoundAddresses found;
  found.error = error;
  if (error != 0) return found;
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(list,
                                                             &freeaddrinfo);
  for (const addrinfo* info = list; info != nullptr; info = info->ai_next) {
    found.value.push_back(EntryOf(*info));
  }
  return found;
}

LookupResult<NameInfo> LookUpName(const NativeAddress& address, int flags) {
  char host[NI_MAXHOST] = "";
  char service[NI_MAXSERV] = "";
  const int error = getnameinfo(&address.base, address.length, host,
                                sizeof(host), service, sizeof(service), flags);
  if (error == EAI_SYSTEM) return LookupResult<NameInfo>::OsError(errno);
  LookupResult<NameInfo> found;
  found.error = error;
  if (error == 0) found.value = {host, service};
  return found;
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
  if (const int error = EncodeSockAddr(address, &native)) {
    return LookupResult<NameInfo>::OsError(error);
  }
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

SysResult<std::string> Names::GetHostName() {
  // This is longer than the name of any system, and has room for a terminator,
  // which gethostname(2) may leave out.
  char name[1025] = "";
  if (gethostname(name, sizeof(name) - 1) != 0) return {std::string(), errno};
  return {name, 0};
}

SysResult<void> Names::SetHostName(absl::string_view name) {
  // The length is an `int` on macOS.
  if (name.size() > std::numeric_limits<int>::max()) return {ENAMETOOLONG};
  if (sethostname(name.data(), static_cast<int>(name.size())) != 0) {
    return {errno};
  }
  return {};
}

}  // namespace posix
}  // namespace mortise
