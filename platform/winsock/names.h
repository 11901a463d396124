// Name look-ups: GetAddrInfoW, GetNameInfoW, gethostbyname and gethostbyaddr.

#ifndef MORTISE_PLATFORM_WINSOCK_NAMES_H_
#define MORTISE_PLATFORM_WINSOCK_NAMES_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace winsock {

class Names final : public NameCalls {
 public:
  FoundAddresses FindAddresses(const AddrInfoQuery& query,
                               const CallLimit& limit) override;
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
};

}  // namespace winsock
}  // namespace mortise

#endif  // MORTISE_PLATFORM_WINSOCK_NAMES_H_
