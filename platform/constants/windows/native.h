// The constants of the OS that is compiled for: here, Windows.

#ifndef MORTISE_PLATFORM_CONSTANTS_NATIVE_H_
#define MORTISE_PLATFORM_CONSTANTS_NATIVE_H_

#include "mortise/platform/constants/windows/values.h"

namespace mortise {
using namespace os_windows;  // NOLINT: so that kSoReuseaddr is the OS's own.
}  // namespace mortise

#endif  // MORTISE_PLATFORM_CONSTANTS_NATIVE_H_
