#include "mortise/platform/winsock/sock_addr_codec.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "mortise/platform/ip_codec.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace winsock {
namespace {

void SetBytes(const void* bytes, std::size_t size, SockAddr* address) {
  address->size =
      static_cast<std::uint8_t>(std::min(size, SockAddr::kCapacity));
  std::memcpy(address->bytes, bytes, address->size);
}

constexpr std::size_t kPathOffset = offsetof(sockaddr_un, sun_path);
constexpr std::size_t kDataOffset = offsetof(sockaddr, sa_data);

// The path is UTF-8 here too: AF_UNIX is one of the few places in Windows where
// narrow text does not depend on the code page.
int EncodeUnix(const SockAddr& address, NativeAddress* native) {
  // Only Linux has names without a file: names that the caller chooses, and
  // names that bind chooses for an empty name. Windows accepts an empty name
  // and does nothing.
  if (address.size == 0 || address.bytes[0] == 0) return kNotSupportedError;
  if (address.size >= sizeof(sockaddr_un::sun_path)) return WSAENAMETOOLONG;
  native->un = {};
  native->un.sun_family = AF_UNIX;
  std::memcpy(native->un.sun_path, address.bytes, address.size);
  native->SetLength(sizeof(sockaddr_un));
  return 0;
}

void DecodeUnix(const NativeAddress& native, SockAddr* address) {
  const char* const path = native.un.sun_path;
  const std::size_t room =
      std::min(static_cast<std::size_t>(native.length), sizeof(native.storage));
  const std::size_t size = room > kPathOffset ? room - kPathOffset : 0;
  SetBytes(path, strnlen(path, std::min(size, sizeof(native.un.sun_path))),
           address);
}

}  // namespace

const std::size_t kMaxUnixPath = sizeof(sockaddr_un::sun_path) - 1;

int EncodeSockAddr(const SockAddr& address, NativeAddress* native) {
  if (internal::EncodeIp(address, native)) return 0;
  if (address.family == AF_UNIX) return EncodeUnix(address, native);
  if (address.size > SockAddr::kCapacity ||
      internal::IsIpFamily<NativeAddress>(address.family)) {
    return WSAEINVAL;
  }
  native->base.sa_family = address.family;
  std::memcpy(reinterpret_cast<char*>(&native->storage) + kDataOffset,
              address.bytes, address.size);
  native->SetLength(kDataOffset + address.size);
  return 0;
}

void DecodeSockAddr(const NativeAddress& native, SockAddr* address) {
  if (internal::DecodeIp(native, address)) return;
  *address = SockAddr();
  const std::size_t length =
      std::min(static_cast<std::size_t>(native.length), sizeof(native.storage));
  // A structure that is shorter than its family's lacks bytes of the address.
  if (length < kDataOffset || native.family() == AF_UNSPEC ||
      internal::IsIpFamily<NativeAddress>(native.family())) {
    return;
  }
  address->family = native.base.sa_family;
  if (address->family == AF_UNIX) {
    DecodeUnix(native, address);
  } else {
    SetBytes(reinterpret_cast<const char*>(&native.storage) + kDataOffset,
             length - kDataOffset, address);
  }
}

}  // namespace winsock
}  // namespace mortise
