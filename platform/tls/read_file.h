// The certificates and keys that are named by their files.

#ifndef MORTISE_PLATFORM_TLS_READ_FILE_H_
#define MORTISE_PLATFORM_TLS_READ_FILE_H_

#include <cstddef>
#include <string>

namespace mortise {
namespace tls {

// What no bundle of certificates comes near; a device has no end.
inline constexpr std::size_t kLargestFile = std::size_t{16} << 20;

// The bytes of the file `path` (UTF-8). False, with the system's words on why,
// which may be none, iff they cannot be read or are more than kLargestFile.
bool ReadFile(const std::string& path, std::string* bytes, std::string* why);

}  // namespace tls
}  // namespace mortise

#endif  // MORTISE_PLATFORM_TLS_READ_FILE_H_
