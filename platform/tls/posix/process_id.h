// Which process this is: a forked child has a copy of every connection.

#ifndef MORTISE_PLATFORM_TLS_POSIX_PROCESS_ID_H_
#define MORTISE_PLATFORM_TLS_POSIX_PROCESS_ID_H_

#include <unistd.h>

#include <cstdint>

namespace mortise {
namespace tls {

// Never negative.
inline std::int64_t ProcessId() { return getpid(); }

}  // namespace tls
}  // namespace mortise

#endif  // MORTISE_PLATFORM_TLS_POSIX_PROCESS_ID_H_
