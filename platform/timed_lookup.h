// Looking names up with a timeout, where the OS's own look-up has none.

#ifndef MORTISE_PLATFORM_TIMED_LOOKUP_H_
#define MORTISE_PLATFORM_TIMED_LOOKUP_H_

#include <functional>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/timed_call.h"

namespace mortise {

// How a backend says that it cannot look up now, and may be asked again:
// EAI_AGAIN of getaddrinfo(3), TRY_AGAIN of gethostbyname(3).
struct TryAgainError {
  ErrorDomain domain;
  int error;
};

// What `look_up` finds, for at most `timeout`: in this thread if that is
// infinite, else in one of `calls`. `try_again` is the answer iff too many
// look-ups have been given up and go on.
template <typename T>
LookupResult<T> LookUpInTime(DetachedCalls& calls,
                             std::function<LookupResult<T>()> look_up,
                             absl::Duration timeout, TryAgainError try_again) {
  if (timeout == absl::InfiniteDuration()) return look_up();
  LookupResult<T> found;
  int error = 0;
  switch (calls.Call(std::move(look_up), timeout, &found, &error)) {
    case TimedCallEnd::kDone:
      break;
    case TimedCallEnd::kTimedOut:
      found.timed_out = true;
      break;
    case TimedCallEnd::kTooMany:
      found.domain = try_again.domain;
      found.error = try_again.error;
      break;
    case TimedCallEnd::kNoThread:
      found.domain = ErrorDomain::kOs;
      found.error = error;
      break;
  }
  return found;
}

using AddressLookup = LookupResult<std::vector<AddrInfoEntry>>;

// What the OS has: getaddrinfo(3) or GetAddrInfoW, what its flag AI_NUMERICHOST
// is, and how it says EAI_AGAIN.
struct BlockingLookup {
  AddressLookup (*look_up)(const AddrInfoQuery& query);
  int numeric_host_flag;
  int try_again;
};

// As NameCalls::FindAddresses promises it.
AddressLookup FindAddressesInTime(DetachedCalls& calls,
                                  const BlockingLookup& os,
                                  const AddrInfoQuery& query,
                                  absl::Duration timeout);

}  // namespace mortise

#endif  // MORTISE_PLATFORM_TIMED_LOOKUP_H_
