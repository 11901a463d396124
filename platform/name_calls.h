// The calls of a Platform: names of hosts. The rules that hold for every method
// are in mortise/platform/backend.h.

#ifndef MORTISE_PLATFORM_NAME_CALLS_H_
#define MORTISE_PLATFORM_NAME_CALLS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "mortise/platform/call_limit.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"

namespace mortise {

// The result of a look-up. `value` counts only if `error` is 0, and `timed_out`
// and `cancelled` are false.
//
// An error number of a look-up is of the domain that `domain` names. If
// getaddrinfo(3) fails with EAI_SYSTEM, the backend returns errno instead, in
// the domain kOs.
template <typename T>
struct LookupResult {
  T value{};
  ErrorDomain domain = ErrorDomain::kGetAddrInfo;
  int error = 0;
  // The timeout has passed, or the look-up was given up before. `error` is 0
  // then.
  bool timed_out = false;
  bool cancelled = false;
  // The OS did not start a thread for the look-up. `error` says why, in the
  // domain kOs.
  bool no_thread = false;

  // Returns the result of a look-up that failed with `error`, a number of the
  // domain kOs.
  static LookupResult OsError(int error) {
    LookupResult result;
    result.domain = ErrorDomain::kOs;
    result.error = error;
    return result;
  }
};

// The arguments of getaddrinfo(3). nullopt is its null pointer. In the numbers,
// 0 means "any".
struct AddrInfoQuery {
  std::optional<std::string> host;  // UTF-8 on Windows
  std::optional<std::string> service;
  int family = 0;
  int type = 0;
  int protocol = 0;
  int flags = 0;
};

// One of the addresses that getaddrinfo(3) returns. `canonical_name` is empty
// unless AI_CANONNAME asked for it.
struct AddrInfoEntry {
  int family = 0;
  int type = 0;
  int protocol = 0;
  std::string canonical_name;
  SockAddr address;
};

// What getnameinfo(3) returns.
struct NameInfo {
  std::string host;
  std::string service;
};

// A host, as gethostbyname(3) and gethostbyaddr(3) return it. The addresses
// have no ports.
struct HostEntry {
  std::string name;
  std::vector<std::string> aliases;
  std::vector<SockAddr> addresses;
};

// Look-ups of names. Texts are UTF-8 on Windows, and bytes elsewhere.
//
// A look-up waits until it has an answer, `limit.timeout` has passed, or
// `limit.given_up` is set. Then it returns `timed_out` or `cancelled`, while
// the call of the system may go on in a thread
// (mortise/platform/timed_lookup.h). A look-up that does not have to wait is
// not given up. A backend may ignore `given_up` if it never waits for long. The
// default of a look-up fails with kNotSupportedError in the domain kOs.
class NameCalls {
 public:
  virtual ~NameCalls() = default;

  // Returns the addresses of `query`. The address of every entry is of the
  // entry's `family`. Errors are EAI_* numbers, in the domain kGetAddrInfo.
  // Used by `GetAddrInfo`, and wherever `core/` resolves the name of a host
  // (Connect, Bind, SendTo, CreateConnection). Python: socket.getaddrinfo.
  // Source: getaddrinfo(3), GetAddrInfoW.
  //
  // The method is not named GetAddrInfo because <ws2tcpip.h> defines a macro of
  // that name.
  virtual LookupResult<std::vector<AddrInfoEntry>> FindAddresses(
      const AddrInfoQuery& query, const CallLimit& limit);

  // Returns the names of the host and the service of `address`. `flags` are
  // NI_*. Errors are EAI_* numbers, in the domain kGetAddrInfo. Used by
  // `GetNameInfo`. Python: socket.getnameinfo. Source: getnameinfo(3),
  // GetNameInfoW.
  virtual LookupResult<NameInfo> FindName(const SockAddr& address, int flags,
                                          const CallLimit& limit);

  // Returns the host with the name `name`, with its IPv4 addresses only. Errors
  // are h_errno numbers, in the domain kHostLookup, or the OS's, in the domain
  // kOs. Used by `GetHostByName` and `GetHostByNameEx`. Python:
  // socket.gethostbyname, socket.gethostbyname_ex. Source: gethostbyname(3).
  virtual LookupResult<HostEntry> FindHostByName(absl::string_view name,
                                                 const CallLimit& limit);
  // Returns the host that has `address`, an IPv4 or IPv6 address. Errors are
  // those of FindHostByName. Used by `GetHostByAddr`. Python:
  // socket.gethostbyaddr. Source: gethostbyaddr(3).
  virtual LookupResult<HostEntry> FindHostByAddress(const SockAddr& address,
                                                    const CallLimit& limit);

  // Returns the name of this machine. Used by `GetHostName` and `GetFqdn`. Does
  // not wait for the network. Python: socket.gethostname. Source:
  // gethostname(2), GetComputerNameExW.
  virtual SysResult<std::string> GetHostName();
  // Gives this machine the name `name`. On Windows the name takes effect when
  // the machine starts next. Used by `SetHostName`. Python: socket.sethostname.
  // Source: sethostname(2), SetComputerNameExW.
  virtual SysResult<void> SetHostName(absl::string_view name);
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_NAME_CALLS_H_
