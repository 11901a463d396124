// Looking names up with a timeout, where the OS's own look-up has none.

#ifndef MORTISE_PLATFORM_TIMED_LOOKUP_H_
#define MORTISE_PLATFORM_TIMED_LOOKUP_H_

#include <vector>

#include "absl/time/time.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/timed_call.h"

namespace mortise {

using AddressLookup = LookupResult<std::vector<AddrInfoEntry>>;

// What the OS has: getaddrinfo(3) or GetAddrInfoW, what its flag AI_NUMERICHOST
// is, and how it makes a thread.
struct BlockingLookup {
  AddressLookup (*look_up)(const AddrInfoQuery& query);
  int numeric_host_flag;
  RunDetachedFunction run_detached;
};

// As NameCalls::FindAddresses promises it.
AddressLookup FindAddressesInTime(const BlockingLookup& os,
                                  const AddrInfoQuery& query,
                                  absl::Duration timeout);

}  // namespace mortise

#endif  // MORTISE_PLATFORM_TIMED_LOOKUP_H_
