// Converts to and from network byte order (big-endian), without an OS header.
// Pure functions.

#ifndef MORTISE_CORE_BYTE_ORDER_H_
#define MORTISE_CORE_BYTE_ORDER_H_

#include <cstdint>

#include "absl/base/config.h"

namespace mortise {

// Python: socket.htons, socket.ntohs. Returns a 16-bit number in the other byte
// order. On a big-endian machine, returns it unchanged.
constexpr std::uint16_t Htons(std::uint16_t x) {
#ifdef ABSL_IS_LITTLE_ENDIAN
  return static_cast<std::uint16_t>((x << 8) | (x >> 8));
#else
  return x;
#endif
}
constexpr std::uint16_t Ntohs(std::uint16_t x) { return Htons(x); }

// Python: socket.htonl, socket.ntohl. The same for 32 bits.
constexpr std::uint32_t Htonl(std::uint32_t x) {
#ifdef ABSL_IS_LITTLE_ENDIAN
  return (x << 24) | ((x & 0xff00u) << 8) | ((x >> 8) & 0xff00u) | (x >> 24);
#else
  return x;
#endif
}
constexpr std::uint32_t Ntohl(std::uint32_t x) { return Htonl(x); }

}  // namespace mortise

#endif  // MORTISE_CORE_BYTE_ORDER_H_
