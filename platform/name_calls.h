// The calls of a Platform: names of hosts. The rules are in
// mortise/platform/backend.h.

#ifndef MORTISE_PLATFORM_NAME_CALLS_H_
#define MORTISE_PLATFORM_NAME_CALLS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"

namespace mortise {

// A look-up's error number can be of two kinds: EAI_SYSTEM says "look at
// errno", and the backend has then looked.
template <typename T>
struct LookupResult {
  T value{};
  ErrorDomain domain = ErrorDomain::kGetAddrInfo;
  int error = 0;
  // The time ran out; `error` is 0 then.
  bool timed_out = false;
  // The OS would start no thread for it; `error` says why, in the domain kOs.
  bool no_thread = false;

  // A look-up that ended with `error`, which is a number of the domain kOs.
  static LookupResult OsError(int error) {
    LookupResult result;
    result.domain = ErrorDomain::kOs;
    result.error = error;
    return result;
  }
};

// The arguments of getaddrinfo(3); 0 is "any" for the numbers.
struct AddrInfoQuery {
  std::optional<std::string> host;
  std::optional<std::string> service;
  int family = 0;
  int type = 0;
  int protocol = 0;
  int flags = 0;
};

struct AddrInfoEntry {
  int family = 0;
  int type = 0;
  int protocol = 0;
  std::string canonical_name;
  SockAddr address;
};

struct NameInfo {
  std::string host;
  std::string service;
};

// A host as the look-ups of the gethostbyname kind tell it.
struct HostEntry {
  std::string name;
  std::vector<std::string> aliases;
  // Without ports.
  std::vector<SockAddr> addresses;
};

class NameCalls {
 public:
  virtual ~NameCalls() = default;

  // Gives up after `timeout`, which may be infinite. No entry has an address
  // of another kind than its `family` says.
  // Not named getaddrinfo's way: <ws2tcpip.h> makes a macro of that name.
  virtual LookupResult<std::vector<AddrInfoEntry>> FindAddresses(
      const AddrInfoQuery& query, absl::Duration timeout);

  // getnameinfo(3); `flags` are NI_*.
  virtual LookupResult<NameInfo> FindName(const SockAddr& address, int flags,
                                          absl::Duration timeout);

  // gethostbyname(3), IPv4 alone, and gethostbyaddr(3), IPv4 and IPv6. Their
  // errors are of the domain kHostLookup.
  virtual LookupResult<HostEntry> FindHostByName(absl::string_view name,
                                                 absl::Duration timeout);
  virtual LookupResult<HostEntry> FindHostByAddress(const SockAddr& address,
                                                    absl::Duration timeout);

  // What this machine is called.
  virtual SysResult<std::string> GetHostName();
  virtual SysResult<void> SetHostName(absl::string_view name);
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_NAME_CALLS_H_
