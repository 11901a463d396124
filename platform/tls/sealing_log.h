// Which process has sealed last; by OS, as only POSIX has fork(2).

#ifndef MORTISE_PLATFORM_TLS_SEALING_LOG_H_
#define MORTISE_PLATFORM_TLS_SEALING_LOG_H_

#if defined(_WIN32)
#include "mortise/platform/tls/winsock/sealing_log.h"  // IWYU pragma: export
#else
#include "mortise/platform/tls/posix/sealing_log.h"  // IWYU pragma: export
#endif

#endif  // MORTISE_PLATFORM_TLS_SEALING_LOG_H_
