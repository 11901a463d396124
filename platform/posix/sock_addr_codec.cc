#include "mortise/platform/posix/sock_addr_codec.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "mortise/platform/ip_codec.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {
namespace posix {
namespace {

void SetHeader(int family, std::size_t length, NativeAddress* native) {
  native->base.sa_family = static_cast<sa_family_t>(family);
  native->SetLength(length);
}

void SetBytes(const void* bytes, std::size_t size, SockAddr* address) {
  address->size =
      static_cast<std::uint8_t>(std::min(size, SockAddr::kCapacity));
  std::memcpy(address->bytes, bytes, address->size);
}

constexpr std::size_t kPathOffset = offsetof(sockaddr_un, sun_path);
constexpr std::size_t kDataOffset = offsetof(sockaddr, sa_data);

int EncodeUnix(const SockAddr& address, NativeAddress* native) {
  if (address.size > sizeof(sockaddr_un::sun_path)) return ENAMETOOLONG;
  native->un = {};
  std::memcpy(native->un.sun_path, address.bytes, address.size);
  // The length of a path includes its terminator. An abstract name has none:
  // every byte that is counted is part of the name. Source: unix(7), section
  // "Address format".
  const bool is_path = address.size > 0 && address.bytes[0] != 0 &&
                       address.size < sizeof(sockaddr_un::sun_path);
  SetHeader(AF_UNIX, kPathOffset + address.size + (is_path ? 1 : 0), native);
  return 0;
}

void DecodeUnix(const NativeAddress& native, SockAddr* address) {
  const char* const path =
      reinterpret_cast<const char*>(&native.storage) + kPathOffset;
  const std::size_t room =
      std::min<std::size_t>(native.length, sizeof(native.storage));
  std::size_t size = room > kPathOffset ? room - kPathOffset : 0;
#ifdef __linux__
  const bool is_abstract = size > 0 && path[0] == '\0';
#else
  const bool is_abstract = false;  // other systems fill unnamed ones with NULs
#endif
  if (!is_abstract) size = strnlen(path, size);
  SetBytes(path, size, address);
}

}  // namespace

const std::size_t kMaxUnixPath = sizeof(sockaddr_un::sun_path) - 1;

int EncodeSockAddr(const SockAddr& address, NativeAddress* native) {
  if (internal::EncodeIp(address, native)) return 0;
  if (address.family == AF_UNIX) return EncodeUnix(address, native);
  if (address.size > SockAddr::kCapacity ||
      internal::IsIpFamily<NativeAddress>(address.family)) {
    return EINVAL;
  }
  std::memcpy(reinterpret_cast<char*>(&native->storage) + kDataOffset,
              address.bytes, address.size);
  SetHeader(address.family, kDataOffset + address.size, native);
  return 0;
}

void DecodeSockAddr(const NativeAddress& native, SockAddr* address) {
  if (internal::DecodeIp(native, address)) return;
  *address = SockAddr();
  const std::size_t length =
      std::min<std::size_t>(native.length, sizeof(native.storage));
  // A structure that is shorter than its family's lacks bytes of the address.
  if (length < kDataOffset ||
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

}  // namespace posix
}  // namespace mortise
