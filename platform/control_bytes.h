// The OS's structures in and out of ancillary data, whose bytes need not lie
// where such a structure may. For the backends.

#ifndef MORTISE_PLATFORM_CONTROL_BYTES_H_
#define MORTISE_PLATFORM_CONTROL_BYTES_H_

#include <cstring>
#include <string>

#include "absl/types/span.h"
#include "mortise/platform/control_value.h"

namespace mortise {
namespace internal {

// False, and nothing is changed, iff there are fewer bytes.
template <typename Structure>
bool ReadControl(absl::Span<const char> data, Structure* structure) {
  if (data.size() < sizeof(*structure)) return false;
  std::memcpy(structure, data.data(), sizeof(*structure));
  return true;
}

template <typename Structure>
EncodedControl WrittenControl(int level, int type, const Structure& structure) {
  return {level, type,
          std::string(reinterpret_cast<const char*>(&structure),
                      sizeof(structure))};
}

// As an IP address of a received datagram is given on: without a port.
// `address` is an in_addr or an in6_addr, whose size tells which.
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
