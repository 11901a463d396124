// Name look-ups of a simulated host.

#ifndef MORTISE_PLATFORM_SIM_HOST_NAMES_H_
#define MORTISE_PLATFORM_SIM_HOST_NAMES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "mortise/platform/call_limit.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/name_calls.h"
#include "mortise/platform/sim/host/host.h"
#include "mortise/platform/sim/host/services.h"
#include "mortise/platform/sim/host/waiting.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/net/fabric.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace sim {

// The numbers of the build's AI_* and NI_* flags. A flag that the headers lack
// is 0. A value type.
struct LookupFlags {
  LookupFlags();

  int passive;
  int canonical_name;
  int numeric_host;
  int numeric_service;
  int mapped;
  int all;
  int configured;
  int name_required;
  int name_numeric_host;
  int name_numeric_service;
  int name_datagram;
};

// Knows numbers, "localhost", the name of the host itself, and those of the
// other hosts that `hosts` has, which may be nullptr. There are no name
// servers, so nothing waits. `host`, `services` and `hosts` must outlive it.
// Thread-safe.
class Names final : public NameCalls {
 public:
  Names(const HostRef& host, Services& services, absl::string_view own_name,
        const Fabric* hosts)
      : host_(host), services_(services), hosts_(hosts), own_name_(own_name) {}

  FoundAddresses FindAddresses(const AddrInfoQuery& query,
                               const CallLimit& limit) override;
  LookupResult<NameInfo> FindName(const SockAddr& address, int flags,
                                  const CallLimit& limit) override;
  LookupResult<HostEntry> FindHostByName(absl::string_view name,
                                         const CallLimit& limit) override;
  LookupResult<HostEntry> FindHostByAddress(const SockAddr& address,
                                            const CallLimit& limit) override;
  SysResult<std::string> GetHostName() override;
  SysResult<void> SetHostName(absl::string_view name) override;

 private:
  // Makes a look-up, whose errors are of `domain`. `body` returns a Result.
  template <typename Body>
  auto LookUp(const CallInfo& info, ErrorDomain domain, Body body);

  Result<std::vector<AddrInfoEntry>> FindEntries(const Call& call,
                                                 const AddrInfoQuery& query);
  // The addresses of a host that is named, without ports; none for an unknown
  // name.
  std::vector<SockAddr> AddressesOf(const Call& call, absl::string_view name);
  // Reads a number, with the scope of an IPv6 address behind it.
  std::optional<SockAddr> ReadNumber(const Call& call, absl::string_view text);
  // The text of the number, with its scope.
  std::string NumberOf(const Call& call, const SockAddr& address);
  // The name of the host that has the address, or "".
  std::string NameOf(const Call& call, const SockAddr& address);
  // The addresses for a query, or the error to report.
  ErrorCode FindHost(const Call& call, const AddrInfoQuery& query,
                     std::vector<SockAddr>* addresses);
  ErrorCode FindPort(const AddrInfoQuery& query, absl::string_view protocol,
                     std::uint16_t* port);
  int Native(ErrorCode code) const { return host_.kernel.NativeError(code); }

  const HostRef host_;
  Services& services_;
  const Fabric* const hosts_;
  const LookupFlags flags_;
  // Guarded by the lock of the simulation.
  std::string own_name_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOST_NAMES_H_
