// Between SockAddr and the OS's structures for families beyond IP and AF_UNIX:
// what every backend needs to write its own.
//
// A structure begins with the family (behind the length, on the BSDs), in two
// bytes; SockAddr has what follows them.

#ifndef MORTISE_PLATFORM_ADDRESS_CODEC_H_
#define MORTISE_PLATFORM_ADDRESS_CODEC_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "mortise/platform/sock_addr.h"

namespace mortise {
namespace internal {

inline constexpr std::size_t kFamilySize = 2;

// The address whose structure `native` is, `length` bytes of it.
template <typename Native>
SockAddr Pack(int family, const Native& native,
              std::size_t length = sizeof(Native)) {
  static_assert(std::is_trivially_copyable_v<Native>, "a structure of C");
  static_assert(sizeof(Native) <= SockAddr::kCapacity + kFamilySize,
                "more than any OS takes");
  SockAddr address;
  address.family = static_cast<std::uint16_t>(family);
  address.size = static_cast<std::uint8_t>(length - kFamilySize);
  std::memcpy(address.bytes,
              reinterpret_cast<const char*>(&native) + kFamilySize,
              address.size);
  return address;
}

// The other way; zeros stand for what is missing at the end, and what is too
// much is left out. False, and `*native` is unspecified, iff the address is of
// another family or shorter than `least` bytes, the family included.
template <typename Native>
bool Unpack(const SockAddr& address, int family, std::size_t least,
            Native* native) {
  static_assert(std::is_trivially_copyable_v<Native>, "a structure of C");
  if (address.family != family || address.size + kFamilySize < least) {
    return false;
  }
  std::memset(static_cast<void*>(native), 0, sizeof(*native));
  std::memcpy(
      reinterpret_cast<char*>(native) + kFamilySize, address.bytes,
      std::min<std::size_t>(address.size, sizeof(*native) - kFamilySize));
  return true;
}

// Up to and with a member of a structure: the `least` of Unpack.
#define MORTISE_SIZE_WITH(type, member) \
  (offsetof(type, member) + sizeof(static_cast<type*>(nullptr)->member))

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_PLATFORM_ADDRESS_CODEC_H_
