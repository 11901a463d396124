// The calls of a Platform: files that are sent. The rules that hold for every
// method are in mortise/platform/backend.h.

#ifndef MORTISE_PLATFORM_FILE_CALLS_H_
#define MORTISE_PLATFORM_FILE_CALLS_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"

namespace mortise {

// `SendFile` of mortise/core/send_file.h uses these calls.
//
// A file is a descriptor on POSIX and a HANDLE on Windows. A NativeHandle holds
// either. The caller owns the file. Only ReadNext moves the position from which
// the file is read next.
class FileCalls {
 public:
  virtual ~FileCalls() = default;

  // Returns whether `file` is a number that a file of this platform can have.
  // For any other number the calls below fail as they do for a file that is not
  // open. By default every valid handle is such a number.
  virtual bool IsHandle(NativeHandle file) const { return file.valid(); }

  // Sends at most `count` bytes of `file`, starting at byte `offset`, without
  // copying them into the process. Source: sendfile(2), TransmitFile. Python:
  // os.sendfile.
  //
  // `blocking` says whether the socket is in blocking mode, because Windows
  // cannot be asked. The call waits for the socket only in that mode.
  //
  // Returns how many bytes were sent. 0 means the end of the file, unless
  // `count` is 0. If the call fails, `value` is how many bytes were sent before
  // the failure. The error is kNotSupportedError, and nothing has been sent, in
  // these cases:
  //   - The platform cannot send such a file, or on such a socket.
  //   - The platform's call always waits, as TransmitFile does, and `blocking`
  //     is false.
  //
  // `core/` then reads the file and sends what it has read.
  //
  // A platform that changes the bytes that it sends (TLS) must not pass this
  // call on to the platform that it wraps.
  virtual SysResult<std::size_t> SendFile(NativeHandle socket, bool blocking,
                                          NativeHandle file,
                                          std::uint64_t offset,
                                          std::size_t count);

  // Reads bytes of `file` into `buffer`, starting at byte `offset`. Returns how
  // many bytes were read, 0 at the end of the file. Source: pread(2), ReadFile.
  // Python: os.pread. Returns:
  //   kNotSupportedError  the file has no offsets, like a pipe or a terminal
  virtual SysResult<std::size_t> ReadAt(NativeHandle file, std::uint64_t offset,
                                        absl::Span<char> buffer);

  // Reads the next bytes of a file without offsets, for which ReadAt returns
  // kNotSupportedError. Waits until there are some. Returns how many bytes were
  // read, 0 at the end. Called only for such files. Source: read(2), ReadFile.
  // Python: os.read.
  virtual SysResult<std::size_t> ReadNext(NativeHandle file,
                                          absl::Span<char> buffer);
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_FILE_CALLS_H_
