// What a socket's descriptor is to this process and to others.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
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

using internal::ArgumentError;
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

// As Windows counts the time of keep-alives.
absl::StatusOr<std::uint32_t> Milliseconds(absl::string_view argument,
                                           absl::Duration duration) {
  constexpr std::int64_t kMost = std::numeric_limits<std::uint32_t>::max();
  const std::int64_t milliseconds = absl::ToInt64Milliseconds(duration);
  if (duration < absl::ZeroDuration() || milliseconds > kMost) {
    return ArgumentError(absl::StatusCode::kOutOfRange, Operation::kIoctl,
                         argument,
                         absl::StrCat(absl::FormatDuration(duration),
                                      " is not in 0 to ", kMost, "ms"));
  }
  return static_cast<std::uint32_t>(milliseconds);
}

template <typename Argument>
absl::string_view BytesOf(const Argument& argument) {
  return absl::string_view(reinterpret_cast<const char*>(&argument),
                           sizeof(argument));
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

absl::StatusOr<Socket> Socket::FromShare(absl::string_view info,
                                         Platform* platform) {
  Platform& os = OrDefault(platform);
  const SysResult<NativeHandle> shared = os.sockets().FromShare(info);
  if (!shared.ok()) return OsError(os, Operation::kFromShare, shared.error);
  absl::StatusOr<Socket> socket = Adopt(shared.value, platform);
  if (!socket.ok()) os.sockets().CloseWithoutWaiting(shared.value);
  return socket;
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

absl::StatusOr<std::string> Socket::Share(std::uint32_t process_id) const {
  if (!is_open()) return ClosedError(Operation::kShare);
  SysResult<std::string> info = platform_->sockets().Share(handle_, process_id);
  if (!info.ok()) return OsError(*platform_, Operation::kShare, info.error);
  return std::move(info.value);
}

absl::StatusOr<std::size_t> Socket::Ioctl(std::uint32_t request,
                                          absl::string_view in,
                                          absl::Span<char> out) {
  if (!is_open()) return ClosedError(Operation::kIoctl);
  const SysResult<std::size_t> filled =
      platform_->sockets().Ioctl(handle_, request, in, out);
  if (!filled.ok()) return OsError(*platform_, Operation::kIoctl, filled.error);
  return std::min(filled.value, out.size());
}

absl::Status Socket::Ioctl(std::uint32_t request, std::uint32_t value) {
  return Ioctl(request, BytesOf(value), absl::Span<char>()).status();
}

absl::Status Socket::Ioctl(std::uint32_t request,
                           const KeepaliveValues& values) {
  if (!is_open()) return ClosedError(Operation::kIoctl);
  const absl::StatusOr<std::uint32_t> time = Milliseconds("time", values.time);
  if (!time.ok()) return time.status();
  const absl::StatusOr<std::uint32_t> interval =
      Milliseconds("interval", values.interval);
  if (!interval.ok()) return interval.status();
  // Microsoft's struct tcp_keepalive.
  const std::uint32_t argument[] = {values.on ? 1U : 0U, *time, *interval};
  return Ioctl(request, BytesOf(argument), absl::Span<char>()).status();
}

}  // namespace mortise
