// For macOS, whose kernel copies as much as fits.

#include "mortise/platform/posix/get_option.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>

#include "absl/types/span.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {

SysResult<std::size_t> GetOption(int fd, int level, int name,
                                 absl::Span<char> buffer) {
  auto size = static_cast<socklen_t>(buffer.size());
  if (getsockopt(fd, level, name, buffer.data(), &size) == -1) {
    return {0, errno};
  }
  return {std::min<std::size_t>(size, buffer.size()), 0};
}

}  // namespace posix
}  // namespace mortise
