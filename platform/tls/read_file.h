// The certificates and keys that are named by their files.

#ifndef MORTISE_PLATFORM_TLS_READ_FILE_H_
#define MORTISE_PLATFORM_TLS_READ_FILE_H_

#include <cstddef>
#include <string>

#include "mortise/platform/tls/file_error.h"

namespace mortise {
namespace tls {

// No bundle of certificates is nearly as large. A device has no end.
inline constexpr std::size_t kLargestFile = std::size_t{16} << 20;

// Reads the file `path` (UTF-8) into `*bytes`. Returns false, with the reason
// in `*why`, if the file cannot be read or has more than kLargestFile bytes.
bool ReadFile(const std::string& path, std::string* bytes, FileError* why);

}  // namespace tls
}  // namespace mortise

#endif  // MORTISE_PLATFORM_TLS_READ_FILE_H_
