// Files that are sent: sendfile(2) and pread(2).

#ifndef MORTISE_PLATFORM_POSIX_FILES_H_
#define MORTISE_PLATFORM_POSIX_FILES_H_

#include <cstddef>
#include <cstdint>
#include <cstdio>

#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {

class Files final : public FileCalls {
 public:
  bool IsHandle(NativeHandle file) const override;
  SysResult<std::size_t> SendFile(NativeHandle socket, bool blocking,
                                  NativeHandle file, std::uint64_t offset,
                                  std::size_t count) override;
  SysResult<std::size_t> ReadAt(NativeHandle file, std::uint64_t offset,
                                absl::Span<char> buffer) override;
  SysResult<std::size_t> ReadNext(NativeHandle file,
                                  absl::Span<char> buffer) override;
};

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_FILES_H_
