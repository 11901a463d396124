// Starts a thread that nobody waits for.

#ifndef MORTISE_PLATFORM_POSIX_DETACHED_THREAD_H_
#define MORTISE_PLATFORM_POSIX_DETACHED_THREAD_H_

#include <functional>

namespace mortise {
namespace posix {

// Runs `work` in a detached thread in which all signals are blocked. Returns 0,
// or the error of pthread_create(3). Thread-safe; does not block.
int RunDetached(std::function<void()> work);

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_DETACHED_THREAD_H_
