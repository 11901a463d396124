// The tables as they were generated: those of every OS, on every OS.
//
// The table of the OS that is compiled for has the values for the processor and
// the C library that are compiled for. The table of another OS has the values
// of its first variant. A table also has the names that the compiler's headers
// lack; mortise/core/constants.h leaves these out.

#ifndef MORTISE_PLATFORM_CONSTANTS_TABLES_H_
#define MORTISE_PLATFORM_CONSTANTS_TABLES_H_

#include "absl/types/span.h"
#include "mortise/platform/constants/constant.h"

namespace mortise {

// Table returns an OS's constants, sorted by name. Thread-safe; does not block.
namespace os_linux {
absl::Span<const Constant> Table();
}  // namespace os_linux
namespace os_macos {
absl::Span<const Constant> Table();
}  // namespace os_macos
namespace os_windows {
absl::Span<const Constant> Table();
}  // namespace os_windows

namespace constants_internal {

// The table of `os`.
inline absl::Span<const Constant> TableOf(Os os) {
  switch (os) {
    case Os::kLinux:
      return os_linux::Table();
    case Os::kMacos:
      return os_macos::Table();
    case Os::kWindows:
      return os_windows::Table();
  }
  return {};
}

}  // namespace constants_internal
}  // namespace mortise

#endif  // MORTISE_PLATFORM_CONSTANTS_TABLES_H_
