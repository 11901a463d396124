// Text is UTF-8 outside and UTF-16 in Windows' wide calls. The calls without
// width depend on the machine's code page, and are used where there is no
// other.

#ifndef MORTISE_PLATFORM_WINSOCK_UTF8_H_
#define MORTISE_PLATFORM_WINSOCK_UTF8_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/strings/string_view.h"

namespace mortise {
namespace winsock {

// nullopt iff `text` is not UTF-8, or is longer than Windows can convert.
std::optional<std::wstring> Widen(absl::string_view text);

// A half of a pair without its other half becomes U+FFFD.
std::string Narrow(std::wstring_view text);

// UTF-8 of what a call without width wrote, up to its terminator.
std::string NarrowFromCodePage(const char* text);

}  // namespace winsock
}  // namespace mortise

#endif  // MORTISE_PLATFORM_WINSOCK_UTF8_H_
