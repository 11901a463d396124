// A file to which several threads and processes append lines. One file per OS:
// posix/ and winsock/.

#ifndef MORTISE_PLATFORM_TLS_KEY_LOG_FILE_H_
#define MORTISE_PLATFORM_TLS_KEY_LOG_FILE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "mortise/platform/tls/file_error.h"

namespace mortise {
namespace tls {

// Thread-safe. The destructor closes the file. Neither locks anything, so a
// child that is forked meanwhile can use its copy.
class KeyLogFile {
 public:
  // Opens the file `path` (UTF-8) for appending, and makes it if it does not
  // exist. Links are followed. Child processes do not inherit the file. Returns
  // nullptr, with the reason in `*why`, if the file cannot be opened, or if it
  // is neither a file nor a character device: a pipe could block, or end the
  // process with SIGPIPE.
  //
  // POSIX: open(2) with O_APPEND and the mode 0600, which a file that exists
  // already does not get. Windows: CreateFile with FILE_APPEND_DATA. A new file
  // has the access rights that its folder gives to new files.
  static std::unique_ptr<KeyLogFile> Open(const std::string& path,
                                          FileError* why);

  ~KeyLogFile();
  KeyLogFile(const KeyLogFile&) = delete;
  KeyLogFile& operator=(const KeyLogFile&) = delete;

  // Appends `line` and a line feed, both with the same system call, so that the
  // lines of several writers do not mix. What the file system has no room for
  // is lost.
  void Append(absl::string_view line);

 private:
  explicit KeyLogFile(std::intptr_t handle) : handle_(handle) {}

  // A descriptor or a HANDLE.
  const std::intptr_t handle_;
};

}  // namespace tls
}  // namespace mortise

#endif  // MORTISE_PLATFORM_TLS_KEY_LOG_FILE_H_
