// Includes <windows.h> without the parts that would break other code. Only
// files whose names end in _windows include this header.

#ifndef MORTISE_TOOLS_MORTISE_WINDOWS_HEADERS_H_
#define MORTISE_TOOLS_MORTISE_WINDOWS_HEADERS_H_

// Leaves out the first version of Winsock.
#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
// Keeps `min` and `max` from being macros.
#ifndef NOMINMAX
#define NOMINMAX
#endif

// clang-format off
#include <windows.h>
#include <shellapi.h>
// clang-format on

#endif  // MORTISE_TOOLS_MORTISE_WINDOWS_HEADERS_H_
