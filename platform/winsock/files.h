// Files that are sent: TransmitFile and ReadFile.

#ifndef MORTISE_PLATFORM_WINSOCK_FILES_H_
#define MORTISE_PLATFORM_WINSOCK_FILES_H_

#include <cstddef>
#include <cstdint>
#include <cstdio>

#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace winsock {

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

}  // namespace winsock
}  // namespace mortise

#endif  // MORTISE_PLATFORM_WINSOCK_FILES_H_
