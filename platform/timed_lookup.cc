#include "mortise/platform/timed_lookup.h"

#include <vector>

#include "absl/time/time.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/timed_call.h"

namespace mortise {

AddressLookup FindAddressesInTime(DetachedCalls& calls,
                                  const BlockingLookup& os,
                                  const AddrInfoQuery& query,
                                  absl::Duration timeout) {
  if (timeout == absl::InfiniteDuration() || !query.host.has_value()) {
    return os.look_up(query);
  }
  // An address needs nobody to be asked, so it needs no thread.
  AddrInfoQuery numeric = query;
  numeric.flags |= os.numeric_host_flag;
  AddressLookup found = os.look_up(numeric);
  if (found.error == 0 || (query.flags & os.numeric_host_flag) != 0) {
    return found;
  }
  return LookUpInTime<std::vector<AddrInfoEntry>>(
      calls, [look_up = os.look_up, query] { return look_up(query); }, timeout,
      {ErrorDomain::kGetAddrInfo, os.try_again});
}

}  // namespace mortise
