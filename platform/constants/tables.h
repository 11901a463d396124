// The tables as they were generated, of every OS, on every OS.
//
// On the OS that is compiled for, they have the values of the processor and C
// library compiled for; another OS's table has those of its first variant. To
// leave out what the compiler's headers lack, use mortise/core/constants.h.

#ifndef MORTISE_PLATFORM_CONSTANTS_TABLES_H_
#define MORTISE_PLATFORM_CONSTANTS_TABLES_H_

#include "absl/types/span.h"
#include "mortise/platform/constants/constant.h"

namespace mortise {

// Table returns an OS's constants, sorted by name.
namespace os_linux {
absl::Span<const Constant> Table();
}  // namespace os_linux
namespace os_macos {
absl::Span<const Constant> Table();
}  // namespace os_macos
namespace os_windows {
absl::Span<const Constant> Table();
}  // namespace os_windows

}  // namespace mortise

#endif  // MORTISE_PLATFORM_CONSTANTS_TABLES_H_
