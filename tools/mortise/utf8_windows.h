// Text is UTF-8 in the program and UTF-16 in Windows' wide calls.

#ifndef MORTISE_TOOLS_MORTISE_UTF8_WINDOWS_H_
#define MORTISE_TOOLS_MORTISE_UTF8_WINDOWS_H_

#include <string>
#include <string_view>

namespace mortise::program {

// A half of a pair without its other half becomes U+FFFD.
std::string ToUtf8(std::wstring_view wide);

}  // namespace mortise::program

#endif  // MORTISE_TOOLS_MORTISE_UTF8_WINDOWS_H_
