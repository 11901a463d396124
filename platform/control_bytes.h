// Moves the OS's structures into and out of ancillary data, whose bytes need
// not be aligned for such a structure. For the backends.
//
// All functions here are thread-safe and do not block.

#ifndef MORTISE_PLATFORM_CONTROL_BYTES_H_
#define MORTISE_PLATFORM_CONTROL_BYTES_H_

#include <cstring>
#include <string>

#include "absl/types/span.h"
#include "mortise/platform/control_value.h"

namespace mortise {
namespace internal {

// Copies the beginning of `data` into `*structure`. Returns false, and changes
// nothing, if `data` has fewer bytes than the structure.
template <typename Structure>
bool ReadControl(absl::Span<const char> data, Structure* structure) {
  if (data.size() < sizeof(*structure)) return false;
  std::memcpy(structure, data.data(), sizeof(*structure));
  return true;
}

// Returns a control message whose data is the bytes of `structure`.
template <typename Structure>
EncodedControl WrittenControl(int level, int type, const Structure& structure) {
  return {level, type,
          std::string(reinterpret_cast<const char*>(&structure),
                      sizeof(structure))};
}

// Returns the IP address of a received datagram as `core/` gets it: without a
// port. `address` is an in_addr or an in6_addr, and its size is the size of the
// result. `family` is AF_INET or AF_INET6.
template <typename Address>
SockAddr ControlAddress(int family, const Address& address) {
  SockAddr decoded;
  decoded.family = static_cast<decltype(decoded.family)>(family);
  decoded.size = sizeof(address);
  std::memcpy(decoded.bytes, &address, sizeof(address));
  return decoded;
}

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_PLATFORM_CONTROL_BYTES_H_
