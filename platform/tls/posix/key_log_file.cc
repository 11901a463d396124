#include "mortise/platform/tls/key_log_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "mortise/platform/tls/file_error.h"

namespace mortise {
namespace tls {

std::unique_ptr<KeyLogFile> KeyLogFile::Open(const std::string& path,
                                             FileError* why) {
  int file = -1;
  do {
    // Without O_NONBLOCK, opening a named pipe waits for a reader.
    file =
        open(path.c_str(),
             O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
             S_IRUSR | S_IWUSR);
  } while (file < 0 && errno == EINTR);
  if (file < 0) {
    *why = FileErrorOf(errno);
    return nullptr;
  }
  std::unique_ptr<KeyLogFile> log(new KeyLogFile(file));
  struct stat status;
  if (fstat(file, &status) != 0) {
    *why = FileErrorOf(errno);
    return nullptr;
  }
  if (!S_ISREG(status.st_mode) && !S_ISCHR(status.st_mode)) {
    why->text = "it is not a file";
    return nullptr;
  }
  return log;
}

KeyLogFile::~KeyLogFile() { close(static_cast<int>(handle_)); }

void KeyLogFile::Append(absl::string_view line) {
  iovec parts[2];
  parts[0].iov_base = const_cast<char*>(line.data());
  parts[0].iov_len = line.size();
  parts[1].iov_base = const_cast<char*>("\n");
  parts[1].iov_len = 1;
  ssize_t written = 0;
  do {
    written = writev(static_cast<int>(handle_), parts, 2);
  } while (written < 0 && errno == EINTR);
}

}  // namespace tls
}  // namespace mortise
