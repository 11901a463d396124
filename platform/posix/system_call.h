// The vocabulary that the files of this folder share: how a handle becomes a
// descriptor, and how the result of a system call becomes a SysResult.

#ifndef MORTISE_PLATFORM_POSIX_SYSTEM_CALL_H_
#define MORTISE_PLATFORM_POSIX_SYSTEM_CALL_H_

#include <cerrno>
#include <cstddef>

#include "absl/base/optimization.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {

// Returns the descriptor of `handle`. A handle has 64 bits, a descriptor has
// 31. A handle that cannot be a descriptor becomes -1, for which every system
// call but poll(2) returns EBADF. If it were cut to its low bits, it would be
// another descriptor of the process.
inline int Fd(NativeHandle handle) {
  const int fd = static_cast<int>(handle.value());
  return ABSL_PREDICT_TRUE(fd == handle.value()) ? fd : -1;
}

inline bool IsDescriptor(NativeHandle handle) { return Fd(handle) >= 0; }

// For calls that return 0 or -1.
inline SysResult<void> DoneOrErrno(int result) {
  return {result == -1 ? errno : 0};
}

// For calls that return a descriptor or -1.
inline SysResult<NativeHandle> HandleOrErrno(int result) {
  if (result == -1) return {NativeHandle(), errno};
  return {NativeHandle(result), 0};
}

// For calls that return a number of bytes or -1.
template <typename Signed>
SysResult<std::size_t> SizeOrErrno(Signed result) {
  if (result == -1) return {0, errno};
  return {static_cast<std::size_t>(result), 0};
}

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_SYSTEM_CALL_H_
