#include "mortise/platform/tls/file_error.h"

#include <cerrno>
#include <system_error>

#include "mortise/platform/error_code.h"

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
    case ENOSPC:
      return ErrorCode::kEnospc;
    case ENOTDIR:
      return ErrorCode::kEnotdir;
    case ENXIO:
      return ErrorCode::kEnxio;
    case EPERM:
      return ErrorCode::kEperm;
    case EROFS:
      return ErrorCode::kErofs;
    default:
      return ErrorCode::kUnmapped;
  }
}

}  // namespace

FileError FileErrorOf(int error) {
  return {CodeOf(error), error == 0 ? "the system does not say why"
                                    : std::generic_category().message(error)};
}

}  // namespace tls
}  // namespace mortise
