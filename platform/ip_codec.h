// Converts IP addresses between the portable SockAddr and `sockaddr_in` and
// `sockaddr_in6`, whose fields have the same names on every operating system.
//
// A backend has a `NativeAddress` with these members:
//   - `in` and `in6` are those structures.
//   - `kInet` and `kInet6` are the numbers of the families.
//   - `length` is the length that the OS filled in; `SetLength()` sets it.
//   - `family()` is the family that the OS filled in.
//
// The functions are inline, because they run for each datagram and a call would
// cost more than the work. They are thread-safe and do not block.

#ifndef MORTISE_PLATFORM_IP_CODEC_H_
#define MORTISE_PLATFORM_IP_CODEC_H_

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "mortise/platform/sock_addr.h"

namespace mortise {
namespace internal {

// Store and load a number in network byte order on any machine: the highest
// byte first.

template <typename Field>
void StoreBigEndian16(std::uint16_t value, Field* field) {
  static_assert(sizeof(*field) == 2, "a port");
  const unsigned char bytes[] = {static_cast<unsigned char>(value >> 8),
                                 static_cast<unsigned char>(value)};
  std::memcpy(field, bytes, sizeof(bytes));
}

template <typename Field>
std::uint16_t LoadBigEndian16(const Field& field) {
  static_assert(sizeof(field) == 2, "a port");
  unsigned char bytes[2];
  std::memcpy(bytes, &field, sizeof(bytes));
  return static_cast<std::uint16_t>(bytes[0] << 8 | bytes[1]);
}

template <typename Field>
void StoreBigEndian32(std::uint32_t value, Field* field) {
  static_assert(sizeof(*field) == 4, "a flow label");
  const unsigned char bytes[] = {static_cast<unsigned char>(value >> 24),
                                 static_cast<unsigned char>(value >> 16),
                                 static_cast<unsigned char>(value >> 8),
                                 static_cast<unsigned char>(value)};
  std::memcpy(field, bytes, sizeof(bytes));
}

template <typename Field>
std::uint32_t LoadBigEndian32(const Field& field) {
  static_assert(sizeof(field) == 4, "a flow label");
  unsigned char bytes[4];
  std::memcpy(bytes, &field, sizeof(bytes));
  return static_cast<std::uint32_t>(bytes[0]) << 24 |
         static_cast<std::uint32_t>(bytes[1]) << 16 |
         static_cast<std::uint32_t>(bytes[2]) << 8 | bytes[3];
}

// Return whether `address` is an IPv4 or IPv6 address and has all of its bytes.
// If a shorter address were accepted, the missing bytes would be whatever the
// memory held before.
template <typename NativeAddress>
bool IsWholeInet(const SockAddr& address) {
  return address.family == NativeAddress::kInet &&
         address.size == sizeof(NativeAddress::in.sin_addr);
}
template <typename NativeAddress>
bool IsWholeInet6(const SockAddr& address) {
  return address.family == NativeAddress::kInet6 &&
         address.size == sizeof(NativeAddress::in6.sin6_addr);
}

// Returns whether `family` is that of IPv4 or IPv6.
template <typename NativeAddress>
bool IsIpFamily(int family) {
  return family == NativeAddress::kInet || family == NativeAddress::kInet6;
}

// Writes `address` to `*native`. Returns false, and writes nothing, if
// `address` is not an IP address, or does not have as many bytes as such an
// address has.
template <typename NativeAddress>
bool EncodeIp(const SockAddr& address, NativeAddress* native) {
  if (IsWholeInet<NativeAddress>(address)) {
    native->in = {};
    native->in.sin_family = NativeAddress::kInet;
    StoreBigEndian16(address.port, &native->in.sin_port);
    std::memcpy(&native->in.sin_addr, address.bytes,
                sizeof(native->in.sin_addr));
    native->SetLength(sizeof(native->in));
    return true;
  }
  if (IsWholeInet6<NativeAddress>(address)) {
    native->in6 = {};
    native->in6.sin6_family = NativeAddress::kInet6;
    StoreBigEndian16(address.port, &native->in6.sin6_port);
    StoreBigEndian32(address.flowinfo, &native->in6.sin6_flowinfo);
    native->in6.sin6_scope_id = address.scope_id;
    std::memcpy(&native->in6.sin6_addr, address.bytes,
                sizeof(native->in6.sin6_addr));
    native->SetLength(sizeof(native->in6));
    return true;
  }
  return false;
}

// Writes `native` to `*address`. Returns false, and writes nothing, if the
// family or the length of `native` is not that of an IP address.
template <typename NativeAddress>
bool DecodeIp(const NativeAddress& native, SockAddr* address) {
  // The length is checked first, because a shorter structure may lack even the
  // family.
  const auto length = static_cast<std::size_t>(native.length);
  if (length >= sizeof(native.in) && native.family() == NativeAddress::kInet) {
    address->family = NativeAddress::kInet;
    address->size = sizeof(native.in.sin_addr);
    address->port = LoadBigEndian16(native.in.sin_port);
    address->flowinfo = 0;
    address->scope_id = 0;
    std::memcpy(address->bytes, &native.in.sin_addr,
                sizeof(native.in.sin_addr));
    return true;
  }
  if (length >= sizeof(native.in6) &&
      native.family() == NativeAddress::kInet6) {
    address->family = NativeAddress::kInet6;
    address->size = sizeof(native.in6.sin6_addr);
    address->port = LoadBigEndian16(native.in6.sin6_port);
    address->flowinfo = LoadBigEndian32(native.in6.sin6_flowinfo);
    address->scope_id = native.in6.sin6_scope_id;
    std::memcpy(address->bytes, &native.in6.sin6_addr,
                sizeof(native.in6.sin6_addr));
    return true;
  }
  return false;
}

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_PLATFORM_IP_CODEC_H_
