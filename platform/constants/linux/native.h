// The constants of the OS that is compiled for: here, Linux.

#ifndef MORTISE_PLATFORM_CONSTANTS_NATIVE_H_
#define MORTISE_PLATFORM_CONSTANTS_NATIVE_H_

#include "mortise/platform/constants/linux/values.h"

namespace mortise {
using namespace os_linux;  // NOLINT: so that kSoReuseaddr is the OS's own.
}  // namespace mortise

#endif  // MORTISE_PLATFORM_CONSTANTS_NATIVE_H_
