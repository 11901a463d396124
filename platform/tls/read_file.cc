#include "mortise/platform/tls/read_file.h"

#include <cerrno>
#include <cstddef>
#include <fstream>
#include <string>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/tls/path.h"

namespace mortise {
namespace tls {

namespace {

// The C library has these errors on every system, also where the numbers of
// sockets are others.
ErrorCode CodeOf(int error) {
  switch (error) {
    case EACCES:
      return ErrorCode::kEacces;
    case EIO:
      return ErrorCode::kEio;
    case EISDIR:
      return ErrorCode::kEisdir;
    case ELOOP:
      return ErrorCode::kEloop;
    case EMFILE:
      return ErrorCode::kEmfile;
    case ENAMETOOLONG:
      return ErrorCode::kEnametoolong;
    case ENFILE:
      return ErrorCode::kEnfile;
    case ENODEV:
      return ErrorCode::kEnodev;
    case ENOENT:
      return ErrorCode::kEnoent;
    case ENOMEM:
      return ErrorCode::kEnomem;
    case ENOTDIR:
      return ErrorCode::kEnotdir;
    case ENXIO:
      return ErrorCode::kEnxio;
    case EPERM:
      return ErrorCode::kEperm;
    default:
      return ErrorCode::kUnmapped;
  }
}

}  // namespace

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
  const int error = errno;
  *why = {CodeOf(error), error == 0 ? "the system does not say why"
                                    : std::generic_category().message(error)};
  return false;
}

}  // namespace tls
}  // namespace mortise
