// The calls about a socket as a descriptor of this process.

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/posix/sock_addr_codec.h"
#include "mortise/platform/posix/sockets.h"
#include "mortise/platform/posix/system_call.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {

SysResult<SocketDescription> Sockets::Describe(NativeHandle handle) {
  const int fd = Fd(handle);
  SocketDescription description;
  const auto read = [fd](int option, int* value) {
    socklen_t size = sizeof(*value);
    return getsockopt(fd, SOL_SOCKET, option, value, &size) == 0;
  };
  if (!read(SO_TYPE, &description.type)) return {description, errno};
#ifdef SO_DOMAIN
  if (!read(SO_DOMAIN, &description.family)) return {description, errno};
#else
  // getsockname also tells the family of a socket that is not bound.
  NativeAddress name;
  if (getsockname(fd, name.get(), &name.length) == -1) {
    return {description, errno};
  }
  description.family = name.family();
#endif
#ifdef SO_PROTOCOL
  if (!read(SO_PROTOCOL, &description.protocol)) return {description, errno};
#endif
  return {description, 0};
}

SysResult<bool> Sockets::GetInheritable(NativeHandle handle) {
  const int flags = fcntl(Fd(handle), F_GETFD);
  if (flags == -1) return {false, errno};
  return {(flags & FD_CLOEXEC) == 0, 0};
}

SysResult<void> Sockets::SetInheritable(NativeHandle handle, bool inheritable) {
  // This is one call, whereas fcntl(2) needs two.
  return DoneOrErrno(
      ioctl(Fd(handle), inheritable ? FIONCLEX : FIOCLEX, nullptr));
}

// ioctl(2) knows no lengths, so a request with a wrong argument could write
// anywhere.
SysResult<std::size_t> Sockets::Ioctl(NativeHandle, std::uint32_t,
                                      absl::Span<const char>,
                                      absl::Span<char>) {
  return {0, kNotSupportedError};
}

// Descriptors are passed to other processes over AF_UNIX instead.

SysResult<std::string> Sockets::Share(NativeHandle, std::uint32_t) {
  return {std::string(), kNotSupportedError};
}

SysResult<NativeHandle> Sockets::FromShare(absl::string_view) {
  return {NativeHandle(), kNotSupportedError};
}

}  // namespace posix
}  // namespace mortise
