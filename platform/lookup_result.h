// What look-ups of names find, and a look-up of addresses that is under way.

#ifndef MORTISE_PLATFORM_LOOKUP_RESULT_H_
#define MORTISE_PLATFORM_LOOKUP_RESULT_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mortise/platform/error_code.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {

// The result of a look-up. `value` counts only if `error` is 0, and `timed_out`
// and `cancelled` are false.
//
// An error number of a look-up is of the domain that `domain` names. If
// getaddrinfo(3) fails with EAI_SYSTEM, the backend returns errno instead, in
// the domain kOs.
template <typename T>
struct LookupResult {
  T value{};
  ErrorDomain domain = ErrorDomain::kGetAddrInfo;
  int error = 0;
  // The timeout has passed, or the look-up was given up before. `error` is 0
  // then.
  bool timed_out = false;
  bool cancelled = false;
  // The OS did not start a thread for the look-up. `error` says why, in the
  // domain kOs.
  bool no_thread = false;

  // Returns the result of a look-up that failed with `error`, a number of the
  // domain kOs.
  static LookupResult OsError(int error) {
    LookupResult result;
    result.domain = ErrorDomain::kOs;
    result.error = error;
    return result;
  }
  // Returns the result of a look-up for which the OS has started no thread, for
  // the reason `error`.
  static LookupResult NoThread(int error) {
    LookupResult result = OsError(error);
    result.no_thread = true;
    return result;
  }
};

// The arguments of getaddrinfo(3). nullopt is its null pointer. In the numbers,
// 0 means "any".
struct AddrInfoQuery {
  std::optional<std::string> host;  // UTF-8 on Windows
  std::optional<std::string> service;
  int family = 0;
  int type = 0;
  int protocol = 0;
  int flags = 0;
};

// One of the addresses that getaddrinfo(3) returns. `canonical_name` is empty
// unless AI_CANONNAME asked for it.
struct AddrInfoEntry {
  int family = 0;
  int type = 0;
  int protocol = 0;
  std::string canonical_name;
  SockAddr address;
};

// What a look-up of addresses found.
using FoundAddresses = LookupResult<std::vector<AddrInfoEntry>>;

// A look-up of addresses that is under way. Its destruction gives the look-up
// up and does not wait for it.
//
// Thread safety: one thread uses it.
class PendingLookup {
 public:
  // Returns a look-up that has been answered with `answer`.
  static std::unique_ptr<PendingLookup> Answered(FoundAddresses answer);

  virtual ~PendingLookup() = default;
  PendingLookup(const PendingLookup&) = delete;
  PendingLookup& operator=(const PendingLookup&) = delete;

  // Returns the answer. For one call, after `done` of BeginFindAddresses has
  // been called.
  virtual FoundAddresses Take() = 0;

 protected:
  PendingLookup() = default;
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_LOOKUP_RESULT_H_
