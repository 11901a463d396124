// Converts the `hostent` of gethostbyname(3), which POSIX and Winsock both
// have.

#ifndef MORTISE_PLATFORM_HOST_ENTRY_CODEC_H_
#define MORTISE_PLATFORM_HOST_ENTRY_CODEC_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "mortise/platform/backend.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {
namespace internal {

// Returns what `host` says. `to_text` converts the OS's `const char*` to a
// std::string. Thread-safe if no other thread changes `host`; does not block.
template <typename Hostent, typename ToText>
HostEntry DecodeHostEntry(const Hostent& host, ToText to_text) {
  HostEntry entry;
  if (host.h_name != nullptr) entry.name = to_text(host.h_name);
  if (host.h_aliases != nullptr) {
    for (char** alias = host.h_aliases; *alias != nullptr; ++alias) {
      entry.aliases.push_back(to_text(*alias));
    }
  }
  if (host.h_addr_list == nullptr) return entry;
  for (char** bytes = host.h_addr_list; *bytes != nullptr; ++bytes) {
    SockAddr address;
    address.family = static_cast<std::uint16_t>(host.h_addrtype);
    address.size = static_cast<std::uint8_t>(std::min<std::size_t>(
        static_cast<std::size_t>(host.h_length), SockAddr::kCapacity));
    std::memcpy(address.bytes, *bytes, address.size);
    entry.addresses.push_back(address);
  }
  return entry;
}

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_PLATFORM_HOST_ENTRY_CODEC_H_
