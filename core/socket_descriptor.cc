// What a socket's descriptor is to this process and to others.

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mortise/core/internal/check_handle.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/or_default.h"
#include "mortise/core/socket.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace {

using internal::ClosedError;
using internal::Operation;
using internal::OrDefault;
using internal::OsError;

absl::StatusOr<SocketDescription> Describe(Operation operation, NativeHandle fd,
                                           const Platform& platform) {
  absl::Status valid =
      internal::CheckHandle(platform.sockets(), operation, "fd", fd);
  if (!valid.ok()) return valid;
  const SysResult<SocketDescription> description =
      platform.sockets().Describe(fd);
  if (!description.ok()) {
    return OsError(platform, operation, description.error);
  }
  return description.value;
}

}  // namespace

absl::StatusOr<Socket> Socket::FromFd(NativeHandle fd, Platform* platform) {
  const absl::StatusOr<SocketDescription> is =
      Describe(Operation::kDup, fd, OrDefault(platform));
  if (!is.ok()) return is.status();
  return FromFd(fd, is->family, is->type, is->protocol, platform);
}

absl::StatusOr<Socket> Socket::Adopt(NativeHandle fd, Platform* platform) {
  const absl::StatusOr<SocketDescription> is =
      Describe(Operation::kSocket, fd, OrDefault(platform));
  if (!is.ok()) return is.status();
  return Adopt(fd, is->family, is->type, is->protocol, platform);
}

absl::StatusOr<bool> Socket::GetInheritable() const {
  if (!is_open()) return ClosedError(Operation::kGetInheritable);
  const SysResult<bool> inheritable =
      platform_->sockets().GetInheritable(handle_);
  if (!inheritable.ok()) {
    return OsError(*platform_, Operation::kGetInheritable, inheritable.error);
  }
  return inheritable.value;
}

absl::Status Socket::SetInheritable(bool inheritable) {
  if (!is_open()) return ClosedError(Operation::kSetInheritable);
  const SysResult<void> set =
      platform_->sockets().SetInheritable(handle_, inheritable);
  if (!set.ok()) {
    return OsError(*platform_, Operation::kSetInheritable, set.error);
  }
  return absl::OkStatus();
}

}  // namespace mortise
