// The look-ups of a platform with faults.

#ifndef MORTISE_PLATFORM_FAULT_NAME_CALLS_H_
#define MORTISE_PLATFORM_FAULT_NAME_CALLS_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/call_limit.h"
#include "mortise/platform/fault/faulty_call.h"
#include "mortise/platform/forwarding.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace fault {

class FaultyNameCalls final : public ForwardingNameCalls {
 public:
  FaultyNameCalls(NameCalls& next, const FaultyCall& faults)
      : ForwardingNameCalls(next), faults_(faults) {}

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

 private:
  const FaultyCall& faults_;
};

}  // namespace fault
}  // namespace mortise

#endif  // MORTISE_PLATFORM_FAULT_NAME_CALLS_H_
