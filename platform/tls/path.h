// Paths in UTF-8, whichever encoding the system's own have.

#ifndef MORTISE_PLATFORM_TLS_PATH_H_
#define MORTISE_PLATFORM_TLS_PATH_H_

#include <filesystem>
#include <string>

namespace mortise {
namespace tls {

inline std::filesystem::path PathOf(const std::string& utf8) {
#ifdef __cpp_lib_char8_t
  return std::filesystem::path(std::u8string(utf8.begin(), utf8.end()));
#else
  // Deprecated by C++20, which has the type of character above.
  return std::filesystem::u8path(utf8);
#endif
}

inline std::string Utf8Of(const std::filesystem::path& path) {
  // A std::u8string from C++20 on.
  const auto utf8 = path.u8string();
  return std::string(utf8.begin(), utf8.end());
}

}  // namespace tls
}  // namespace mortise

#endif  // MORTISE_PLATFORM_TLS_PATH_H_
