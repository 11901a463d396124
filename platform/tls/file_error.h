// Why a file could not be opened or read.

#ifndef MORTISE_PLATFORM_TLS_FILE_ERROR_H_
#define MORTISE_PLATFORM_TLS_FILE_ERROR_H_

#include <string>

#include "mortise/platform/error_code.h"

namespace mortise {
namespace tls {

struct FileError {
  // What the system said about it. kUnmapped if the system did not say
  // anything, or if it is not the system that refuses the file.
  ErrorCode code = ErrorCode::kUnmapped;
  // In words, for the case that there is no code.
  std::string text;
};

// Returns what `error` means, a value of errno that the C library has set. 0
// means that it has not set any.
FileError FileErrorOf(int error);

}  // namespace tls
}  // namespace mortise

#endif  // MORTISE_PLATFORM_TLS_FILE_ERROR_H_
