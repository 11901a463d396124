// A thread that nobody waits for.

#ifndef MORTISE_PLATFORM_POSIX_DETACHED_THREAD_H_
#define MORTISE_PLATFORM_POSIX_DETACHED_THREAD_H_

#include <functional>

namespace mortise {
namespace posix {

// Runs `work` in a detached thread that takes no signals. 0, or the errno of
// pthread_create(3).
int RunDetached(std::function<void()> work);

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_DETACHED_THREAD_H_
