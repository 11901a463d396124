#include "mortise/platform/fault/site.h"

#include "mortise/platform/backend.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace fault {

bool FaultSite::MovesMessages(NativeHandle handle) {
  const SysResult<SocketDescription> described =
      behind_.sockets().Describe(handle);
  return !described.ok() || described.value.type != kSockStream;
}

}  // namespace fault
}  // namespace mortise
