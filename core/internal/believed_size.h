// A platform says how many bytes it has sent or received. It is believed up to
// the size that it was given, because the caller goes on from there in its own
// memory.

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

// Returns `size`, the result of a send of `given` bytes, for a caller that goes
// on until all of them are sent. Zero without an error becomes EPIPE, because
// the caller would try again for ever. No connection sends nothing and reports
// no error.
inline SysResult<std::size_t> BelievedProgress(const Platform& platform,
                                               SysResult<std::size_t> size,
                                               std::size_t given) {
  if (ABSL_PREDICT_FALSE(size.value == 0) && size.ok() && given != 0) {
    size.error = platform.facts().errors.Native(ErrorCode::kEpipe);
  }
  size.value = std::min(size.value, given);
  return size;
}

// Returns `size`, the result of a receive into `room` bytes. With MSG_TRUNC it
// may be more than `room`, because the flag asks how long the datagram was.
inline std::size_t BelievedReceived(std::size_t size, std::size_t room,
                                    int flags) {
  return (flags & kMsgTrunc) != 0 ? size : std::min(size, room);
}

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_BELIEVED_SIZE_H_
