// Starts a thread that nobody waits for.

#ifndef MORTISE_PLATFORM_WINSOCK_DETACHED_THREAD_H_
#define MORTISE_PLATFORM_WINSOCK_DETACHED_THREAD_H_

#include <functional>

namespace mortise {
namespace winsock {

// Runs `work` in a detached thread. Returns 0, or the error of CreateThread.
// Thread-safe; does not block.
int RunDetached(std::function<void()> work);

}  // namespace winsock
}  // namespace mortise

#endif  // MORTISE_PLATFORM_WINSOCK_DETACHED_THREAD_H_
