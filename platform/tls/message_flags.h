// The flags of a message that the layer observes, by their names in the OS.

#ifndef MORTISE_PLATFORM_TLS_MESSAGE_FLAGS_H_
#define MORTISE_PLATFORM_TLS_MESSAGE_FLAGS_H_

#if defined(_WIN32)
#include "mortise/platform/tls/winsock/message_flags.h"  // IWYU pragma: export
#else
#include "mortise/platform/tls/posix/message_flags.h"  // IWYU pragma: export
#endif

#endif  // MORTISE_PLATFORM_TLS_MESSAGE_FLAGS_H_
