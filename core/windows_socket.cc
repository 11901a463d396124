#include "mortise/core/windows_socket.h"

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
#include "mortise/core/buffer.h"
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

// Returns `duration` in milliseconds, in which Windows counts the times of
// keep-alives.
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

absl::StatusOr<std::string> Share(const Socket& socket,
                                  std::uint32_t process_id) {
  if (!socket.is_open()) return ClosedError(Operation::kShare);
  SysResult<std::string> info =
      socket.platform()->sockets().Share(socket.native_handle(), process_id);
  if (!info.ok())
    return OsError(*socket.platform(), Operation::kShare, info.error);
  return std::move(info.value);
}

absl::StatusOr<Socket> FromShare(absl::string_view info, Platform* platform) {
  Platform& os = OrDefault(platform);
  const SysResult<NativeHandle> shared = os.sockets().FromShare(info);
  if (!shared.ok()) return OsError(os, Operation::kFromShare, shared.error);
  absl::StatusOr<Socket> socket = Socket::Adopt(shared.value, platform);
  if (!socket.ok()) os.sockets().Close(shared.value);
  return socket;
}

absl::StatusOr<std::size_t> Ioctl(Socket& socket, std::uint32_t request,
                                  ConstBuffer in, MutableBuffer out) {
  if (!socket.is_open()) return ClosedError(Operation::kIoctl);
  const SysResult<std::size_t> filled = socket.platform()->sockets().Ioctl(
      socket.native_handle(), request, in, out);
  if (!filled.ok())
    return OsError(*socket.platform(), Operation::kIoctl, filled.error);
  return std::min(filled.value, out.size());
}

absl::Status Ioctl(Socket& socket, std::uint32_t request, std::uint32_t value) {
  return Ioctl(socket, request, BytesOf(value), MutableBuffer()).status();
}

absl::Status Ioctl(Socket& socket, std::uint32_t request,
                   const KeepaliveValues& values) {
  if (!socket.is_open()) return ClosedError(Operation::kIoctl);
  const absl::StatusOr<std::uint32_t> time = Milliseconds("time", values.time);
  if (!time.ok()) return time.status();
  const absl::StatusOr<std::uint32_t> interval =
      Milliseconds("interval", values.interval);
  if (!interval.ok()) return interval.status();
  // Microsoft's struct tcp_keepalive.
  const std::uint32_t argument[] = {values.on ? 1U : 0U, *time, *interval};
  return Ioctl(socket, request, BytesOf(argument), MutableBuffer()).status();
}

}  // namespace mortise
