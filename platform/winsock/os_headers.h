// Windows' own headers, in the only order in which they work, with the macros
// that this folder needs. Files of the library include this header instead of
// Windows' headers, except for the generated checks in
// platform/constants/windows.

#ifndef MORTISE_PLATFORM_WINSOCK_OS_HEADERS_H_
#define MORTISE_PLATFORM_WINSOCK_OS_HEADERS_H_

// Makes the headers offer what Windows 10 has. A program does not need Windows
// 10 because of that.
#ifndef _WIN32_WINNT
#define _WIN32_WINNT 0x0A00
#endif
// Without this macro <windows.h> includes the first Winsock, which conflicts
// with the second.
#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
// Keeps `min` and `max` from becoming macros.
#ifndef NOMINMAX
#define NOMINMAX
#endif
// gethostbyname and gethostbyaddr have no successor that tells aliases.
#ifndef _WINSOCK_DEPRECATED_NO_WARNINGS
#define _WINSOCK_DEPRECATED_NO_WARNINGS
#endif

// How many sockets an fd_set has room for: those of a wait, and its interrupts.
#ifndef FD_SETSIZE
#define FD_SETSIZE 128
#endif

// clang-format off
#include <winsock2.h>
#include <ws2tcpip.h>
#include <afunix.h>
#include <mstcpip.h>
#include <mswsock.h>
#include <ws2bth.h>
#include <windows.h>
#include <iphlpapi.h>
#include <winternl.h>
// clang-format on

// This library has functions with these names. Calls of the wide functions use
// their full names.
#undef GetAddrInfo
#undef GetNameInfo

// Windows 8 and later have both. MinGW-w64's <mswsock.h> has the first and
// lacks the second.
#ifndef SIO_UDP_CONNRESET
#define SIO_UDP_CONNRESET _WSAIOW(IOC_VENDOR, 12)
#endif
#ifndef SIO_UDP_NETRESET
#define SIO_UDP_NETRESET _WSAIOW(IOC_VENDOR, 15)
#endif

// Windows 10 and later have this family. MinGW-w64's <winsock2.h> lacks it.
#ifndef AF_HYPERV
#define AF_HYPERV 34
#endif

// How AFD, the driver beneath Winsock, is asked whether sockets are ready. No
// header of Windows has it.
#ifndef IOCTL_AFD_POLL
#define IOCTL_AFD_POLL 0x00012024
#endif

#endif  // MORTISE_PLATFORM_WINSOCK_OS_HEADERS_H_
