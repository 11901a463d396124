#include "mortise/platform/posix/files.h"

#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "absl/types/span.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/posix/send_file.h"
#include "mortise/platform/posix/system_call.h"
#include "mortise/platform/posix/without_sigpipe.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {
namespace {

// copts.bzl chooses this on systems that let a program choose.
static_assert(sizeof(off_t) == 8,
              "files are to be compiled with 64-bit offsets");
constexpr std::uint64_t kMaxOffset = std::numeric_limits<off_t>::max();
// Linux sends a little less than 2 GiB per call, and fails if the count is more
// than off_t can hold.
constexpr std::uint64_t kMaxSent = std::uint64_t{1} << 30;

// The errors with which systems refuse files and sockets that sendfile(2) does
// not support. Some of these errors have other meanings too. In that case the
// read or the send that follows fails again and reports the error.
bool CannotSendFile(int error) {
  return error == EINVAL || error == ENOSYS || error == ESPIPE ||
         error == EOPNOTSUPP || error == ENOTSUP;
}

}  // namespace

bool Files::IsHandle(NativeHandle file) const { return IsDescriptor(file); }

SysResult<std::size_t> Files::SendFile(NativeHandle socket, bool,
                                       NativeHandle file, std::uint64_t offset,
                                       std::size_t count) {
  if (offset > kMaxOffset) return {0, EOVERFLOW};
  const auto size = static_cast<std::size_t>(
      std::min({std::uint64_t{count}, kMaxSent, kMaxOffset - offset}));
  if (size == 0) return {0, 0};  // on macOS 0 means the whole file
  const WithoutSigpipe without_sigpipe;
  SysResult<std::size_t> sent =
      SendFileThrough(Fd(socket), Fd(file), static_cast<off_t>(offset), size);
  if (sent.value == 0 && CannotSendFile(sent.error)) {
    sent.error = kNotSupportedError;
  }
  return sent;
}

SysResult<std::size_t> Files::ReadAt(NativeHandle file, std::uint64_t offset,
                                     absl::Span<char> buffer) {
  if (offset > kMaxOffset) return {0, EOVERFLOW};
  const SysResult<std::size_t> size = SizeOrErrno(pread(
      Fd(file), buffer.data(), buffer.size(), static_cast<off_t>(offset)));
  if (size.error == ESPIPE) return {0, kNotSupportedError};
  return size;
}

SysResult<std::size_t> Files::ReadNext(NativeHandle file,
                                       absl::Span<char> buffer) {
  return SizeOrErrno(read(Fd(file), buffer.data(), buffer.size()));
}

}  // namespace posix
}  // namespace mortise
