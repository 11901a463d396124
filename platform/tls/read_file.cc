#include "mortise/platform/tls/read_file.h"

#include <cerrno>
#include <cstddef>
#include <fstream>
#include <string>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "mortise/platform/tls/path.h"

namespace mortise {
namespace tls {

bool ReadFile(const std::string& path, std::string* bytes, std::string* why) {
  errno = 0;
  std::ifstream file(PathOf(path), std::ios::binary);
  bytes->clear();
  // Not by the buffer's iterators, which throw if it is a folder.
  char some[4096];
  do {
    file.read(some, sizeof(some));
    bytes->append(some, static_cast<std::size_t>(file.gcount()));
    if (bytes->size() > kLargestFile) {
      *why = absl::StrCat("it has more than ", kLargestFile, " bytes");
      return false;
    }
  } while (file);
  if (file.eof() && !file.bad()) return true;
  const int error = errno;
  *why = error == 0 ? "" : std::generic_category().message(error);
  return false;
}

}  // namespace tls
}  // namespace mortise
