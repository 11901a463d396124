// The constants of the OS that is compiled for: kSoReuseaddr and all others.
// Programs include mortise/core/constants.h. Python: the attributes of the
// module, such as socket.SO_REUSEADDR.

#ifndef MORTISE_PLATFORM_CONSTANTS_NATIVE_H_
#define MORTISE_PLATFORM_CONSTANTS_NATIVE_H_

#if defined(_WIN32)
#include "mortise/platform/constants/windows/values.h"
#elif defined(__APPLE__)
#include "mortise/platform/constants/macos/values.h"
#elif defined(__linux__)
#include "mortise/platform/constants/linux/values.h"
#else
#error "There is no table of constants for this OS: docs/adding-constants.md"
#endif

namespace mortise {
#if defined(_WIN32)
using namespace os_windows;  // NOLINT: so that kSoReuseaddr is the OS's own.
#elif defined(__APPLE__)
using namespace os_macos;  // NOLINT
#else
using namespace os_linux;  // NOLINT
#endif
}  // namespace mortise

#endif  // MORTISE_PLATFORM_CONSTANTS_NATIVE_H_
