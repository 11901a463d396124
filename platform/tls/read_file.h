// The certificates and keys that are named by their files.

#ifndef MORTISE_PLATFORM_TLS_READ_FILE_H_
#define MORTISE_PLATFORM_TLS_READ_FILE_H_

#include <string>

namespace mortise {
namespace tls {

// The bytes of the file `path` (UTF-8). False, with the system's words on why,
// which may be none, iff they cannot be read.
bool ReadFile(const std::string& path, std::string* bytes, std::string* why);

}  // namespace tls
}  // namespace mortise

#endif  // MORTISE_PLATFORM_TLS_READ_FILE_H_
