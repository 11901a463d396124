// <windows.h>, without what would break other code. For the files whose names
// end in _windows.

#ifndef MORTISE_TOOLS_MORTISE_WINDOWS_HEADERS_H_
#define MORTISE_TOOLS_MORTISE_WINDOWS_HEADERS_H_

// No first Winsock.
#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
// `min` and `max` are functions.
#ifndef NOMINMAX
#define NOMINMAX
#endif

// clang-format off
#include <windows.h>
#include <shellapi.h>
// clang-format on

#endif  // MORTISE_TOOLS_MORTISE_WINDOWS_HEADERS_H_
