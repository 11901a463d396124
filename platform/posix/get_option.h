// getsockopt(2). In POSIX it counts in bytes. Linux has options that count in
// other units, so linux/ and darwin/ each implement this.

#ifndef MORTISE_PLATFORM_POSIX_GET_OPTION_H_
#define MORTISE_PLATFORM_POSIX_GET_OPTION_H_

#include <cstddef>

#include "absl/types/span.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {

// Implements SocketCalls::GetSockOpt. Writes nothing beyond `buffer`.
SysResult<std::size_t> GetOption(int fd, int level, int name,
                                 absl::Span<char> buffer);

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_GET_OPTION_H_
