// Look-ups of names with a timeout, and beside other work, where the OS's own
// look-up only waits.

#ifndef MORTISE_PLATFORM_TIMED_LOOKUP_H_
#define MORTISE_PLATFORM_TIMED_LOOKUP_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/call_limit.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/thread_calls.h"
#include "mortise/platform/timed_call.h"

namespace mortise {

// The places for the look-ups of one backend. Thread-safe; never destroyed, as
// DetachedCalls requires.
//
// Look-ups of this machine's own names and addresses have places of their own.
// Other look-ups, which may hang because a name server does not answer, cannot
// take these places. The system commonly answers the look-ups of this machine
// from a file (/etc/hosts), but must be asked for them too.
//
// `localhost` and 127.0.0.1 share their places with no other name. A file that
// has these two may lack `www.localhost` or ::1. The system may then ask a name
// server for those, although RFC 6761, section 6.3, says that it should not.
struct TimedLookups {
  // A resolver commonly gives up by itself after some ten seconds. With 256
  // places, twelve connections per second can fail before a caller waits for a
  // place: each of them may look up IPv6 and IPv4 addresses separately.
  static constexpr int kMost = 256;
  static constexpr int kMostLocal = 32;

  constexpr explicit TimedLookups(ThreadCalls& threads)
      : others(threads, kMost),
        loopback(threads, kMostLocal),
        localhost(threads, kMostLocal) {}

  // Return the places for a look-up of a host, by its name and by its address.
  DetachedCalls& For(absl::string_view host);
  DetachedCalls& For(const SockAddr& address);

  // For every host that is not one of those below.
  DetachedCalls others;
  // For names below localhost (`www.localhost`), and for loopback addresses
  // other than 127.0.0.1.
  DetachedCalls loopback;
  // For `localhost` and 127.0.0.1. Case and a period at the end do not count.
  DetachedCalls localhost;
};

// Returns what `look_up` finds. Without a limit, runs it in this thread.
// Otherwise runs it in one of the threads of `calls`, and waits as long as
// `limit` allows. `look_up` may run on after the return, so it must not refer
// to objects of the caller. If the time ran out, `timed_out` is set in the
// result, and `cancelled` if the look-up was given up before. If no thread
// could be started, `no_thread` is set, and `error` is the OS's.
template <typename T>
LookupResult<T> LookUpInTime(DetachedCalls& calls,
                             std::function<LookupResult<T>()> look_up,
                             const CallLimit& limit) {
  if (limit.is_unlimited()) return look_up();
  LookupResult<T> found;
  int error = 0;
  switch (calls.Call(std::move(look_up), limit, &found, &error)) {
    case TimedCallEnd::kDone:
      break;
    case TimedCallEnd::kTimedOut:
      found.timed_out = true;
      break;
    case TimedCallEnd::kCancelled:
      found.cancelled = true;
      break;
    case TimedCallEnd::kNoThread:
      found = LookupResult<T>::NoThread(error);
      break;
  }
  return found;
}

// What the OS has: getaddrinfo(3) or GetAddrInfoW, the value of its flag
// AI_NUMERICHOST, and gethostbyname(3).
struct BlockingLookups {
  FoundAddresses (*find_addresses)(const AddrInfoQuery& query);
  int numeric_host_flag;
  LookupResult<HostEntry> (*find_host)(const std::string& name);
};

// Implements NameCalls::FindAddresses. An address in digits is not looked up,
// so it needs no thread.
FoundAddresses FindAddressesInTime(TimedLookups& lookups,
                                   const BlockingLookups& os,
                                   const AddrInfoQuery& query,
                                   const CallLimit& limit);

// Implements NameCalls::BeginFindAddresses, likewise. `lookups` must live for
// ever.
std::unique_ptr<PendingLookup> BeginFindAddressesInThread(
    TimedLookups& lookups, const BlockingLookups& os,
    const AddrInfoQuery& query, std::function<void()> done);

// Implements NameCalls::FindHostByName, likewise.
LookupResult<HostEntry> FindHostInTime(TimedLookups& lookups,
                                       const BlockingLookups& os,
                                       absl::string_view name,
                                       const CallLimit& limit);

}  // namespace mortise

#endif  // MORTISE_PLATFORM_TIMED_LOOKUP_H_
