// Text is UTF-8 in this library and UTF-16 in Windows' wide calls. Windows'
// narrow calls depend on the code page of the machine. They are used only where
// there is no wide call.
//
// All functions here are thread-safe and do not block.

#ifndef MORTISE_PLATFORM_WINSOCK_UTF8_H_
#define MORTISE_PLATFORM_WINSOCK_UTF8_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/strings/string_view.h"

namespace mortise {
namespace winsock {

// Converts UTF-8 to UTF-16. Returns nullopt if `text` is not UTF-8, or is
// longer than Windows can convert.
std::optional<std::wstring> Widen(absl::string_view text);

// Converts UTF-16 to UTF-8. Half of a surrogate pair without its other half
// becomes U+FFFD.
std::string Narrow(std::wstring_view text);

// Converts what a narrow call has written, up to its terminator, to UTF-8.
std::string NarrowFromCodePage(const char* text);

}  // namespace winsock
}  // namespace mortise

#endif  // MORTISE_PLATFORM_WINSOCK_UTF8_H_
