// Windows' own headers, in the one order in which they work, and what this
// folder wants to know of them. Nothing outside of it includes them.

#ifndef MORTISE_PLATFORM_WINSOCK_OS_HEADERS_H_
#define MORTISE_PLATFORM_WINSOCK_OS_HEADERS_H_

// Windows 10: what the headers offer, not what a program then needs.
#ifndef _WIN32_WINNT
#define _WIN32_WINNT 0x0A00
#endif
// Without it <windows.h> brings the first Winsock, which does not go along with
// the second.
#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
// `min` and `max` are functions.
#ifndef NOMINMAX
#define NOMINMAX
#endif
// gethostbyname and its kin have no successor that tells aliases.
#ifndef _WINSOCK_DEPRECATED_NO_WARNINGS
#define _WINSOCK_DEPRECATED_NO_WARNINGS
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
// clang-format on

// Names of this library's too. The wide call is said by its own name.
#undef GetAddrInfo
#undef GetNameInfo

// Since Windows 8; MinGW-w64's <mswsock.h> has the one and lacks the other.
#ifndef SIO_UDP_CONNRESET
#define SIO_UDP_CONNRESET _WSAIOW(IOC_VENDOR, 12)
#endif
#ifndef SIO_UDP_NETRESET
#define SIO_UDP_NETRESET _WSAIOW(IOC_VENDOR, 15)
#endif

// Since Windows 10; MinGW-w64's <winsock2.h> lacks it.
#ifndef AF_HYPERV
#define AF_HYPERV 34
#endif

#endif  // MORTISE_PLATFORM_WINSOCK_OS_HEADERS_H_
