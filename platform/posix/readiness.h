// Waiting for descriptors: poll(2). select(2) will not do, because it cannot
// take a descriptor beyond FD_SETSIZE.

#ifndef MORTISE_PLATFORM_POSIX_READINESS_H_
#define MORTISE_PLATFORM_POSIX_READINESS_H_

#include <cstddef>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {

class Readiness final : public ReadinessCalls {
 public:
  SysResult<bool> Wait(NativeHandle handle, WaitEvent event,
                       absl::Duration timeout) override;
  SysResult<std::size_t> WaitAny(absl::Span<const NativeHandle> handles,
                                 WaitEvent event,
                                 absl::Duration timeout) override;
  void Sleep(absl::Duration duration) override;
};

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_READINESS_H_
