// The inner vocabulary of this folder: how a system call's answer becomes a
// SysResult.

#ifndef MORTISE_PLATFORM_POSIX_SYSTEM_CALL_H_
#define MORTISE_PLATFORM_POSIX_SYSTEM_CALL_H_

#include <cerrno>
#include <cstddef>

#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {

inline int Fd(NativeHandle handle) { return static_cast<int>(handle.value()); }

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
