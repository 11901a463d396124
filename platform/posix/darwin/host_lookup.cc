#include "mortise/platform/posix/host_lookup.h"

#include <netdb.h>
#include <sys/socket.h>

#include <memory>
#include <string>

#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/host_entry_codec.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {
namespace posix {
namespace {

// gethostbyname(3) will not do, because its error is one variable of the whole
// program. The functions used here return their error, and an answer that the
// caller owns. Source: RFC 2553, section 6.
LookupResult<HostEntry> Take(hostent* answer, int error) {
  const std::unique_ptr<hostent, void (*)(hostent*)> owned(answer,
                                                           &freehostent);
  LookupResult<HostEntry> found;
  found.domain = ErrorDomain::kHostLookup;
  if (answer == nullptr) {
    found.error = error > 0 ? error : NO_RECOVERY;
    return found;
  }
  found.value = internal::DecodeHostEntry(
      *answer, [](const char* text) { return std::string(text); });
  return found;
}

}  // namespace

LookupResult<HostEntry> HostByName(const std::string& name) {
  int error = 0;
  hostent* const answer = getipnodebyname(name.c_str(), AF_INET, 0, &error);
  return Take(answer, error);
}

LookupResult<HostEntry> HostByAddress(const SockAddr& address) {
  int error = 0;
  hostent* const answer =
      getipnodebyaddr(address.bytes, address.size, address.family, &error);
  return Take(answer, error);
}

}  // namespace posix
}  // namespace mortise
