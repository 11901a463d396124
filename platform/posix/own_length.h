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

// Writes `size` into `*address`, a `sockaddr`, if it has a field for its
// length. This is a template so that it can be tested with such a structure on
// systems whose `sockaddr` has no such field.
template <typename SockAddrBase>
void SetOwnLength(std::size_t size, SockAddrBase* address) {
  if constexpr (HasOwnLength<SockAddrBase>::value) {
    address->sa_len = static_cast<std::uint8_t>(size);
  }
}

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_OWN_LENGTH_H_
