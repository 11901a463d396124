// The calls of a Platform: files that are sent. The rules are in
// mortise/platform/backend.h.

#ifndef MORTISE_PLATFORM_FILE_CALLS_H_
#define MORTISE_PLATFORM_FILE_CALLS_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"

namespace mortise {

// A file is a descriptor on POSIX, a HANDLE on Windows; either fits a
// NativeHandle. None of these but ReadNext moves the place from which the file
// is read next.
class FileCalls {
 public:
  virtual ~FileCalls() = default;

  // Whether `file` is a number that a file of this platform can have. Of any
  // other the calls below say that it is none.
  virtual bool IsHandle(NativeHandle file) const { return file.valid(); }

  // Sends at most `count` bytes of a file from `offset` on, without taking them
  // through the process: sendfile(2), TransmitFile. 0 bytes are the end of the
  // file, if `count` is not 0. If the call fails, `value` is how much it had
  // sent before that. `blocking` is the mode of the socket, which Windows does
  // not tell. kNotSupportedError if it cannot be done with such a file or such
  // a socket, or not without waiting and `blocking` is false; nothing has been
  // sent then, and Read and Send will do. A platform that changes what it sends
  // (TLS) must not hand this on to the one behind it.
  virtual SysResult<std::size_t> SendFile(NativeHandle socket, bool blocking,
                                          NativeHandle file,
                                          std::uint64_t offset,
                                          std::size_t count);

  // Reads what stands in a file from `offset` on; 0 bytes are its end.
  // kNotSupportedError iff the file has no offsets: a pipe, a terminal.
  virtual SysResult<std::size_t> ReadAt(NativeHandle file, std::uint64_t offset,
                                        absl::Span<char> buffer);

  // Reads what comes next out of such a file, and waits for it; 0 bytes are its
  // end. No other file is given to it.
  virtual SysResult<std::size_t> ReadNext(NativeHandle file,
                                          absl::Span<char> buffer);
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_FILE_CALLS_H_
