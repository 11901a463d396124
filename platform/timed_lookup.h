// Looking names up with a timeout, where the OS's own look-up has none.

#ifndef MORTISE_PLATFORM_TIMED_LOOKUP_H_
#define MORTISE_PLATFORM_TIMED_LOOKUP_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/thread_calls.h"
#include "mortise/platform/timed_call.h"

namespace mortise {

// The look-ups of one backend. Those of this machine have places of their own,
// which look-ups that hang for want of a name server cannot take: the system
// commonly answers them from a file (/etc/hosts), which it is asked for all the
// same. `localhost` and 127.0.0.1 share with no other, because a file that has
// them may lack `www.localhost` or ::1, and then the system may well ask a name
// server, although RFC 6761, section 6.3, says that it should not.
struct TimedLookups {
  // A resolver commonly gives up by itself after some ten seconds. That is
  // twelve failures a second before a caller waits for a place.
  static constexpr int kMost = 128;
  static constexpr int kMostLocal = 16;

  constexpr explicit TimedLookups(ThreadCalls& threads)
      : others(threads, kMost),
        loopback(threads, kMostLocal),
        localhost(threads, kMostLocal) {}

  // The calls that a look-up of a host belongs to, by its name and by its
  // address.
  DetachedCalls& For(absl::string_view host);
  DetachedCalls& For(const SockAddr& address);

  DetachedCalls others;
  DetachedCalls loopback;
  DetachedCalls localhost;
};

// What `look_up` finds, for at most `timeout`: in this thread if that is
// infinite, else in one of `calls`.
template <typename T>
LookupResult<T> LookUpInTime(DetachedCalls& calls,
                             std::function<LookupResult<T>()> look_up,
                             absl::Duration timeout) {
  if (timeout == absl::InfiniteDuration()) return look_up();
  LookupResult<T> found;
  int error = 0;
  switch (calls.Call(std::move(look_up), timeout, &found, &error)) {
    case TimedCallEnd::kDone:
      break;
    case TimedCallEnd::kTimedOut:
      found.timed_out = true;
      break;
    case TimedCallEnd::kNoThread:
      found = LookupResult<T>::OsError(error);
      found.no_thread = true;
      break;
  }
  return found;
}

using AddressLookup = LookupResult<std::vector<AddrInfoEntry>>;

// What the OS has: getaddrinfo(3) or GetAddrInfoW, what its flag AI_NUMERICHOST
// is, and gethostbyname(3).
struct BlockingLookups {
  AddressLookup (*find_addresses)(const AddrInfoQuery& query);
  int numeric_host_flag;
  LookupResult<HostEntry> (*find_host)(const std::string& name);
};

// As NameCalls::FindAddresses promises it.
AddressLookup FindAddressesInTime(TimedLookups& lookups,
                                  const BlockingLookups& os,
                                  const AddrInfoQuery& query,
                                  absl::Duration timeout);

// As NameCalls::FindHostByName promises it.
LookupResult<HostEntry> FindHostInTime(TimedLookups& lookups,
                                       const BlockingLookups& os,
                                       absl::string_view name,
                                       absl::Duration timeout);

}  // namespace mortise

#endif  // MORTISE_PLATFORM_TIMED_LOOKUP_H_
