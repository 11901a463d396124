// For Linux, and for the BSDs, which have none of the special options.
//
// Most options write at most as many bytes as there is room for, and return how
// many. According to the kernel's sources (net/, every getsockopt), these
// options differ:
//   - SO_GET_FILTER takes and returns a number of instructions of 8 bytes.
//   - NETLINK_LIST_MEMBERSHIPS writes whole words only, and returns its full
//     length. Other options that do not fit return an error. AddressSanitizer
//     takes the numbers of these two options for the bytes that they have
//     written, and ends the program. They are therefore asked with enough room
//     for that.
//   - Options of Bluetooth, NFC, Phonet and IUCV write an int even into less
//     room.
//   - IP_MSFILTER and MCAST_MSFILTER write as many addresses as the buffer
//     names before the call. It holds zeros, so they write none.

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

// Calls getsockopt(2). `size` and the result are in the unit of the option.
SysResult<std::size_t> Ask(int fd, int level, int name, char* room,
                           std::size_t size) {
  auto length = static_cast<socklen_t>(size);
  if (getsockopt(fd, level, name, room, &length) == -1) return {0, errno};
  return {length, 0};
}

// Copies what Ask has written into `scratch` to `buffer`, as far as it fits.
SysResult<std::size_t> Moved(SysResult<std::size_t> size, const char* scratch,
                             absl::Span<char> buffer) {
  if (!size.ok()) return size;
  size.value = std::min(size.value, buffer.size());
  if (size.value != 0) std::memcpy(buffer.data(), scratch, size.value);
  return size;
}

// The largest room, in bytes, for an option that returns its full length.
constexpr std::size_t kMost = 64 * 1024;

// Handles an option of which the kernel writes only a part but returns the full
// length `size`. POSIX promises as much of the option as there is room for. The
// kernel may leave out even that, if the room ends within a word.
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
// Fails if there is too little room, as the kernel does, so that a part is not
// mistaken for the whole.
ABSL_ATTRIBUTE_NOINLINE SysResult<std::size_t> GetFilter(
    int fd, absl::Span<char> buffer) {
  constexpr std::size_t kInstruction = 8;  // sizeof(sock_filter)
  const std::size_t room = buffer.size() / kInstruction;
  // Without any room the kernel returns how many instructions there are, and
  // writes nothing.
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
