// The socket addresses of macOS and the BSDs begin with their own length, in
// front of a family of one byte. Linux's do not.

#ifndef MORTISE_PLATFORM_POSIX_OWN_LENGTH_H_
#define MORTISE_PLATFORM_POSIX_OWN_LENGTH_H_

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace mortise {
namespace posix {

template <typename SockAddrBase, typename = void>
struct HasOwnLength : std::false_type {};
template <typename SockAddrBase>
struct HasOwnLength<SockAddrBase, std::void_t<decltype(SockAddrBase::sa_len)>>
    : std::true_type {};

// Writes `size` into `*address`, a `sockaddr`, if there is a place for it. A
// template, so that the place can be tested where `sockaddr` has none.
template <typename SockAddrBase>
void SetOwnLength(std::size_t size, SockAddrBase* address) {
  if constexpr (HasOwnLength<SockAddrBase>::value) {
    address->sa_len = static_cast<std::uint8_t>(size);
  }
}

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_OWN_LENGTH_H_
