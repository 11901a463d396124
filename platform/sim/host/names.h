// Name look-ups of a simulated host.

#ifndef MORTISE_PLATFORM_SIM_HOST_NAMES_H_
#define MORTISE_PLATFORM_SIM_HOST_NAMES_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "mortise/platform/call_limit.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/name_calls.h"
#include "mortise/platform/sim/host/addr_info_kinds.h"
#include "mortise/platform/sim/host/host.h"
#include "mortise/platform/sim/host/resolver.h"
#include "mortise/platform/sim/host/services.h"
#include "mortise/platform/sim/host/waiting.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/net/dns_message.h"
#include "mortise/platform/sim/net/name_server.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace sim {

// Knows numbers, "localhost" and the name of the host itself. For all other
// names and addresses it asks `server`, and waits for the answer. Without a
// server, which is nullptr then, there are no other names.
//
// `host`, `services` and `server` must outlive it. Thread-safe.
class HostNames final : public NameCalls {
 public:
  HostNames(const HostRef& host, Services& services, absl::string_view own_name,
            NameServer* server)
      : host_(host),
        services_(services),
        server_(server),
        own_name_(own_name) {}

  FoundAddresses FindAddresses(const AddrInfoQuery& query,
                               const CallLimit& limit) override;
  // A look-up that has to ask runs in a thread of the simulation.
  std::unique_ptr<PendingLookup> BeginFindAddresses(
      const AddrInfoQuery& query, const CallLimit& limit,
      std::function<void()> done) override;
  LookupResult<NameInfo> FindName(const SockAddr& address, int flags,
                                  const CallLimit& limit) override;
  LookupResult<HostEntry> FindHostByName(absl::string_view name,
                                         const CallLimit& limit) override;
  LookupResult<HostEntry> FindHostByAddress(const SockAddr& address,
                                            const CallLimit& limit) override;
  SysResult<std::string> GetHostName() override;
  SysResult<void> SetHostName(absl::string_view name) override;

 private:
  // A host that was found. The addresses have no ports.
  struct Found {
    // "" unless the name is an alias of it.
    std::string canonical_name;
    std::vector<SockAddr> addresses;
  };

  // Makes a look-up, whose errors are of `domain`. `body` is given the call and
  // a Resolver, and returns a Result.
  template <typename Body>
  auto LookUp(const CallInfo& info, ErrorDomain domain, const CallLimit& limit,
              Body body);

  Result<std::vector<AddrInfoEntry>> FindEntries(Call& call, Resolver& resolver,
                                                 const AddrInfoQuery& query);
  // The addresses for a query.
  Result<Found> FindHost(Call& call, Resolver& resolver,
                         const AddrInfoQuery& query);
  // The addresses of the host that is called `name`. Its own addresses are
  // found whatever `type` is. The errors are those of Resolver.
  Result<Found> FindNamed(Call& call, Resolver& resolver,
                          absl::string_view name, DnsType type);
  // The name of the host that has the address. The errors are those of
  // Resolver.
  Result<std::string> NameOf(Call& call, Resolver& resolver,
                             const SockAddr& address);
  // What getnameinfo(3) and gethostbyname(3) find.
  ErrorCode FindInfo(Call& call, Resolver& resolver, const SockAddr& address,
                     int flags, NameInfo* info);
  Result<HostEntry> FindEntry(Call& call, Resolver& resolver,
                              absl::string_view name);
  // Whether the host of `query` is a name, and there is a server to ask for it.
  bool HasToAsk(const AddrInfoQuery& query) const;
  // Reads a number, with the scope of an IPv6 address behind it.
  std::optional<SockAddr> ReadNumber(const Call& call, absl::string_view text);
  // The text of the number, with its scope.
  std::string NumberOf(const Call& call, const SockAddr& address);
  ErrorCode FindPort(const AddrInfoQuery& query, absl::string_view protocol,
                     std::uint16_t* port);
  int Native(ErrorCode code) const {
    return host_.machine.kernel().NativeError(code);
  }

  const HostRef host_;
  Services& services_;
  NameServer* const server_;
  const LookupFlags flags_;
  // Guarded by the lock of the simulation.
  std::string own_name_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOST_NAMES_H_
