#include "mortise/platform/winsock/utf8.h"

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "absl/strings/string_view.h"
#include "mortise/platform/winsock/os_headers.h"

namespace mortise {
namespace winsock {

std::optional<std::wstring> Widen(absl::string_view text) {
  // Windows reports an error for an empty text.
  if (text.empty()) return std::wstring();
  if (text.size() > std::numeric_limits<int>::max()) return std::nullopt;
  const int size = static_cast<int>(text.size());
  const int wide_size = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS,
                                            text.data(), size, nullptr, 0);
  if (wide_size == 0) return std::nullopt;
  std::wstring wide(static_cast<std::size_t>(wide_size), L'\0');
  MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text.data(), size,
                      &wide[0], wide_size);
  return wide;
}

std::string Narrow(std::wstring_view text) {
  const int units = static_cast<int>(text.size());
  const int bytes = WideCharToMultiByte(CP_UTF8, 0, text.data(), units, nullptr,
                                        0, nullptr, nullptr);
  std::string narrow(static_cast<std::size_t>(bytes), '\0');
  WideCharToMultiByte(CP_UTF8, 0, text.data(), units, &narrow[0], bytes,
                      nullptr, nullptr);
  return narrow;
}

std::string NarrowFromCodePage(const char* text) {
  // The text includes its terminator, so it is never empty. Windows reports an
  // error for an empty text.
  const int units = MultiByteToWideChar(CP_ACP, 0, text, -1, nullptr, 0);
  if (units == 0) return std::string();
  std::wstring wide(static_cast<std::size_t>(units), L'\0');
  MultiByteToWideChar(CP_ACP, 0, text, -1, &wide[0], units);
  wide.pop_back();
  return Narrow(wide);
}

}  // namespace winsock
}  // namespace mortise
