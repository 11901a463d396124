// The calls of a Platform: names of hosts. The rules that hold for every method
// are in mortise/platform/backend.h.

#ifndef MORTISE_PLATFORM_NAME_CALLS_H_
#define MORTISE_PLATFORM_NAME_CALLS_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "mortise/platform/call_limit.h"
#include "mortise/platform/lookup_result.h"  // IWYU pragma: export
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"

namespace mortise {

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
  virtual FoundAddresses FindAddresses(const AddrInfoQuery& query,
                                       const CallLimit& limit);

  // Begins the same look-up, and does not wait for it. Calls `done` once when
  // there is an answer: from any thread, possibly before this method returns,
  // and possibly after the look-up has been given up. So `done` must own what
  // it uses. It must not block, and must not call this object. Never returns
  // nullptr: a look-up that could not begin has been answered with the error.
  //
  // The caller ends the look-up when the time of `limit` has passed or it is
  // given up. The backend may do so too.
  //
  // By default it calls FindAddresses, and so waits for the answer. A backend
  // whose FindAddresses may wait for long overrides this method. Used by
  // `AddressLookup` and by CreateConnection with an `attempt_delay`.
  virtual std::unique_ptr<PendingLookup> BeginFindAddresses(
      const AddrInfoQuery& query, const CallLimit& limit,
      std::function<void()> done);

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
