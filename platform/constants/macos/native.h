// The constants of the OS that is compiled for: here, macOS.

#ifndef MORTISE_PLATFORM_CONSTANTS_NATIVE_H_
#define MORTISE_PLATFORM_CONSTANTS_NATIVE_H_

#include "mortise/platform/constants/macos/values.h"

namespace mortise {
using namespace os_macos;  // NOLINT: so that kSoReuseaddr is the OS's own.
}  // namespace mortise

#endif  // MORTISE_PLATFORM_CONSTANTS_NATIVE_H_
