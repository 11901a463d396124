#include "mortise/platform/posix/host_lookup.h"

#include <netdb.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstddef>
#include <string>

#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/host_entry_codec.h"
#include "mortise/platform/posix/growing_room.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {
namespace posix {
namespace {

// Returns the answer of `call`, one of the functions with _r.
template <typename Call>
LookupResult<HostEntry> LookUp(Call call) {
  LookupResult<HostEntry> found;
  found.domain = ErrorDomain::kHostLookup;
  bool has_answer = false;
  int host_error = 0;
  int os_error = 0;
  InGrowingRoom([&](char* room, std::size_t size) {
    hostent entry = {};
    hostent* result = nullptr;
    host_error = 0;
    errno = 0;
    const int error = call(&entry, room, size, &result, &host_error);
    os_error = error != 0 ? error : errno;
    if (result == nullptr) return error;
    found.value = internal::DecodeHostEntry(
        *result, [](const char* text) { return std::string(text); });
    has_answer = true;
    return 0;
  });
  if (has_answer) return found;
  if (host_error == NETDB_INTERNAL && os_error != 0) {
    return LookupResult<HostEntry>::OsError(os_error);
  }
  // For an unknown name musl returns no answer and no reason.
  found.error = host_error > 0 ? host_error : HOST_NOT_FOUND;
  return found;
}

}  // namespace

LookupResult<HostEntry> HostByName(const std::string& name) {
  return LookUp([&name](hostent* entry, char* room, std::size_t size,
                        hostent** result, int* host_error) {
    return gethostbyname_r(name.c_str(), entry, room, size, result, host_error);
  });
}

LookupResult<HostEntry> HostByAddress(const SockAddr& address) {
  return LookUp([&address](hostent* entry, char* room, std::size_t size,
                           hostent** result, int* host_error) {
    return gethostbyaddr_r(address.bytes, address.size, address.family, entry,
                           room, size, result, host_error);
  });
}

}  // namespace posix
}  // namespace mortise
