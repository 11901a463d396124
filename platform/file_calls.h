// The vtable, files that are sent. mortise/platform/backend.h has its
// rules.

#ifndef MORTISE_PLATFORM_FILE_CALLS_H_
#define MORTISE_PLATFORM_FILE_CALLS_H_

#include <cstddef>
#include <cstdint>
#include <cstdio>

#include "absl/types/span.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"

namespace mortise {

// A file is a descriptor on POSIX, a HANDLE on Windows; either fits a
// NativeHandle. None of these moves the place from which the file is read next.
class FileCalls {
 public:
  virtual ~FileCalls() = default;

  // The file of a stream, whose it stays.
  virtual SysResult<NativeHandle> HandleOf(std::FILE* stream) = 0;

  // Sends at most `count` bytes of a file from `offset` on, without taking them
  // through the process: sendfile(2), TransmitFile. 0 bytes are the end of the
  // file. kNotSupportedError iff that cannot be done with such a file or such a
  // socket; nothing has been sent then.
  virtual SysResult<std::size_t> SendFile(NativeHandle socket,
                                          NativeHandle file,
                                          std::uint64_t offset,
                                          std::size_t count) = 0;

  // Reads what stands in a file from `offset` on; 0 bytes are its end.
  virtual SysResult<std::size_t> ReadAt(NativeHandle file, std::uint64_t offset,
                                        absl::Span<char> buffer) = 0;
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_FILE_CALLS_H_
