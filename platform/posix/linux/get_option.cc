// For Linux, and for the BSDs, which have none of the options that are special.
//
// Most options write at most as many bytes as they were given room for, and say
// how many. What the kernel's sources (net/, every getsockopt) do otherwise:
//   - SO_GET_FILTER takes and gives a number of instructions of 8 bytes.
//   - NETLINK_LIST_MEMBERSHIPS writes whole words only, and says how long it is
//     in all. Other options that do not fit say so with an error.
//     AddressSanitizer takes what these two say for what they have written, and
//     ends the program, so they are asked where there is room for that.
//   - Options of Bluetooth, NFC, Phonet and IUCV write an int into less.
//   - IP_MSFILTER and MCAST_MSFILTER write as many addresses as the buffer says
//     when it comes: none, since it holds zeros.

#include "mortise/platform/posix/get_option.h"

#include <sys/socket.h>
#if __has_include(<linux/netlink.h>)
#include <linux/netlink.h>
#endif

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>

#include "absl/base/attributes.h"
#include "absl/base/optimization.h"
#include "absl/types/span.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {
namespace {

// The call itself: `size` and the result are in whatever the option counts in.
SysResult<std::size_t> Ask(int fd, int level, int name, char* room,
                           std::size_t size) {
  auto length = static_cast<socklen_t>(size);
  if (getsockopt(fd, level, name, room, &length) == -1) return {0, errno};
  return {length, 0};
}

// What Ask wrote into `scratch`, as far as it is said to go, is what fits into
// `buffer`.
SysResult<std::size_t> Moved(SysResult<std::size_t> size, const char* scratch,
                             absl::Span<char> buffer) {
  if (!size.ok()) return size;
  size.value = std::min(size.value, buffer.size());
  if (size.value != 0) std::memcpy(buffer.data(), scratch, size.value);
  return size;
}

// The most that is asked for of an option that says how long it is in all.
constexpr std::size_t kMost = 64 * 1024;

// The kernel writes only a part of what it says to be `size` bytes long. As
// much of it as there is room for is what POSIX promises: it may leave that out
// too, if the room ends within a word.
ABSL_ATTRIBUTE_NOINLINE SysResult<std::size_t> GetBeginning(
    int fd, int level, int name, std::size_t size, absl::Span<char> buffer) {
  std::string whole(std::min(size, std::max(kMost, buffer.size())), '\0');
  const SysResult<std::size_t> filled =
      Ask(fd, level, name, &whole[0], whole.size());
  return Moved(filled, whole.data(), buffer);
}

ABSL_ATTRIBUTE_NOINLINE SysResult<std::size_t> GetLessThanAnInt(
    int fd, int level, int name, absl::Span<char> buffer) {
  char scratch[sizeof(int)] = {};
  const SysResult<std::size_t> size =
      Ask(fd, level, name, scratch, buffer.size());
  if (size.ok() && size.value > buffer.size()) {
    return GetBeginning(fd, level, name, size.value, buffer);
  }
  return Moved(size, scratch, buffer);
}

#ifdef SO_GET_FILTER
// As it fails if there is too little room, so that nobody takes a part for the
// whole.
ABSL_ATTRIBUTE_NOINLINE SysResult<std::size_t> GetFilter(
    int fd, absl::Span<char> buffer) {
  constexpr std::size_t kInstruction = 8;  // sizeof(sock_filter)
  const std::size_t room = buffer.size() / kInstruction;
  // With no room at all the kernel says how many there are, and writes nothing.
  const SysResult<std::size_t> count = Ask(
      fd, SOL_SOCKET, SO_GET_FILTER, room == 0 ? nullptr : buffer.data(), room);
  if (!count.ok()) return count;
  if (count.value > room) return {0, EINVAL};
  return {count.value * kInstruction, 0};
}
#endif

}  // namespace

SysResult<std::size_t> GetOption(int fd, int level, int name,
                                 absl::Span<char> buffer) {
#ifdef SO_GET_FILTER
  if (ABSL_PREDICT_FALSE(name == SO_GET_FILTER && level == SOL_SOCKET)) {
    return GetFilter(fd, buffer);
  }
#endif
#ifdef NETLINK_LIST_MEMBERSHIPS
  if (ABSL_PREDICT_FALSE(name == NETLINK_LIST_MEMBERSHIPS &&
                         level == SOL_NETLINK)) {
    return GetBeginning(fd, level, name, kMost, buffer);
  }
#endif
  if (ABSL_PREDICT_FALSE(buffer.size() < sizeof(int))) {
    return GetLessThanAnInt(fd, level, name, buffer);
  }
  const SysResult<std::size_t> size =
      Ask(fd, level, name, buffer.data(), buffer.size());
  if (ABSL_PREDICT_FALSE(size.value > buffer.size())) {
    return GetBeginning(fd, level, name, size.value, buffer);
  }
  return size;
}

}  // namespace posix
}  // namespace mortise
