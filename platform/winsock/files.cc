#include "mortise/platform/winsock/files.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>

#include "absl/types/span.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace winsock {

SysResult<NativeHandle> Files::HandleOf(std::FILE*) {
  return {NativeHandle(), kNotSupportedError};
}

SysResult<std::size_t> Files::SendFile(NativeHandle, NativeHandle,
                                       std::uint64_t, std::size_t) {
  return {0, kNotSupportedError};
}

SysResult<std::size_t> Files::ReadAt(NativeHandle, std::uint64_t,
                                     absl::Span<char>) {
  return {0, kNotSupportedError};
}

}  // namespace winsock
}  // namespace mortise
