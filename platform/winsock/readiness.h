// Waiting for sockets: WSAPoll for readiness to send and receive, select for
// the end of a connection attempt. Before Windows 10 version 2004, WSAPoll does
// not report the failure of such an attempt.

#ifndef MORTISE_PLATFORM_WINSOCK_READINESS_H_
#define MORTISE_PLATFORM_WINSOCK_READINESS_H_

#include <cstddef>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace winsock {

class Readiness final : public ReadinessCalls {
 public:
  SysResult<bool> Wait(NativeHandle handle, WaitEvent event,
                       absl::Duration timeout) override;
  SysResult<std::size_t> WaitAny(absl::Span<const NativeHandle> handles,
                                 WaitEvent event,
                                 absl::Duration timeout) override;
  void Sleep(absl::Duration duration) override;
};

}  // namespace winsock
}  // namespace mortise

#endif  // MORTISE_PLATFORM_WINSOCK_READINESS_H_
