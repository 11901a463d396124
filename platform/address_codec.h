// Converts between SockAddr and the OS's structures for families other than IP
// and AF_UNIX. Every backend needs these functions to write its own.
//
// A structure begins with the family, in two bytes; on the BSDs the first of
// them is the length. SockAddr has the bytes that follow.
//
// All functions here are thread-safe and do not block.

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

// Returns the address that the first `length` bytes of `native` hold.
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

// Copies `address` into `*native`. Bytes that the address lacks at its end
// become zeros. Bytes that `*native` has no room for are left out. Returns
// false, and leaves `*native` unspecified, if the address is of another family
// or shorter than `least` bytes, which include the family.
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

// The size of a structure up to the end of `member`: the `least` of Unpack.
#define MORTISE_SIZE_WITH(type, member) \
  (offsetof(type, member) + sizeof(static_cast<type*>(nullptr)->member))

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_PLATFORM_ADDRESS_CODEC_H_
