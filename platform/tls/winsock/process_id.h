// Which process this is. Windows has no fork, so no other process ever has a
// copy of a connection, and one number stands for them all.

#ifndef MORTISE_PLATFORM_TLS_WINSOCK_PROCESS_ID_H_
#define MORTISE_PLATFORM_TLS_WINSOCK_PROCESS_ID_H_

#include <cstdint>

namespace mortise {
namespace tls {

inline std::int64_t ProcessId() { return 0; }

}  // namespace tls
}  // namespace mortise

#endif  // MORTISE_PLATFORM_TLS_WINSOCK_PROCESS_ID_H_
