#include "mortise/platform/posix/host_lookup.h"

#include <netdb.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstddef>
#include <string>
#include <vector>

#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/host_entry_codec.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {
namespace posix {
namespace {

// The answer of `call`, one of the functions with _r, in a buffer that grows
// until it has room. Where that ends, no honest answer is.
template <typename Call>
LookupResult<HostEntry> LookUp(Call call) {
  constexpr std::size_t kMostRoom = std::size_t{1} << 22;
  LookupResult<HostEntry> found;
  found.domain = ErrorDomain::kHostLookup;
  std::vector<char> room(2048);
  while (true) {
    hostent entry = {};
    hostent* result = nullptr;
    int host_error = 0;
    errno = 0;
    const int error =
        call(&entry, room.data(), room.size(), &result, &host_error);
    if (result != nullptr) {
      found.value = internal::DecodeHostEntry(
          *result, [](const char* text) { return std::string(text); });
      return found;
    }
    if (error == ERANGE && room.size() < kMostRoom) {
      room.resize(2 * room.size());
      continue;
    }
    if (host_error == NETDB_INTERNAL) {
      found.domain = ErrorDomain::kOs;
      found.error = error != 0 ? error : errno;
    } else {
      found.error = host_error;
    }
    // No answer and no reason is what musl says of an unknown name.
    if (found.error == 0) {
      found.domain = ErrorDomain::kHostLookup;
      found.error = HOST_NOT_FOUND;
    }
    return found;
  }
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
