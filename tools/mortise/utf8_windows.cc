#include "tools/mortise/utf8_windows.h"

#include <cstddef>
#include <string>
#include <string_view>

#include "tools/mortise/windows_headers.h"

namespace mortise::program {

std::string ToUtf8(std::wstring_view wide) {
  const int units = static_cast<int>(wide.size());
  const int bytes = WideCharToMultiByte(CP_UTF8, 0, wide.data(), units, nullptr,
                                        0, nullptr, nullptr);
  std::string text(static_cast<std::size_t>(bytes), '\0');
  WideCharToMultiByte(CP_UTF8, 0, wide.data(), units, &text[0], bytes, nullptr,
                      nullptr);
  return text;
}

}  // namespace mortise::program
