// What a platform says that it has sent or received is believed up to what it
// was given: a caller goes on from there in its own memory.

#ifndef MORTISE_CORE_INTERNAL_BELIEVED_SIZE_H_
#define MORTISE_CORE_INTERNAL_BELIEVED_SIZE_H_

#include <algorithm>
#include <cstddef>

#include "absl/base/optimization.h"
#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace internal {

// The bytes of all `buffers`, which are spans or string views.
template <typename Buffer>
std::size_t TotalSize(absl::Span<const Buffer> buffers) {
  std::size_t size = 0;
  for (const Buffer& buffer : buffers) size += buffer.size();
  return size;
}

// `size` of what was sent out of `given` bytes, the rest of which is sent until
// there is none. Nothing at all, without an error, would be tried again for
// ever: no connection takes so little.
inline SysResult<std::size_t> BelievedProgress(const Platform& platform,
                                               SysResult<std::size_t> size,
                                               std::size_t given) {
  if (ABSL_PREDICT_FALSE(size.value == 0) && size.ok() && given != 0) {
    size.error = platform.facts().errors.Native(ErrorCode::kEpipe);
  }
  size.value = std::min(size.value, given);
  return size;
}

// `size` of what was received into `room` bytes. MSG_TRUNC asks how long the
// datagram was, whatever there was room for.
inline std::size_t BelievedReceived(std::size_t size, std::size_t room,
                                    int flags) {
  return (flags & kMsgTrunc) != 0 ? size : std::min(size, room);
}

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_BELIEVED_SIZE_H_
