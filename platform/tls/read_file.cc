#include "mortise/platform/tls/read_file.h"

#include <cerrno>
#include <cstddef>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/tls/file_error.h"
#include "mortise/platform/tls/path.h"

namespace mortise {
namespace tls {

bool ReadFile(const std::string& path, std::string* bytes, FileError* why) {
  errno = 0;
  std::ifstream file(PathOf(path), std::ios::binary);
  bytes->clear();
  // The iterators of the buffer will not do, because they throw if it is a
  // folder.
  char some[4096];
  do {
    file.read(some, sizeof(some));
    bytes->append(some, static_cast<std::size_t>(file.gcount()));
    if (bytes->size() > kLargestFile) {
      *why = {ErrorCode::kUnmapped,
              absl::StrCat("it has more than ", kLargestFile, " bytes")};
      return false;
    }
  } while (file);
  if (file.eof() && !file.bad()) return true;
  *why = FileErrorOf(errno);
  return false;
}

}  // namespace tls
}  // namespace mortise
