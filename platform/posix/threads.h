// Detached threads, and waiting for them: pthread_create(3),
// pthread_cond_timedwait(3).

#ifndef MORTISE_PLATFORM_POSIX_THREADS_H_
#define MORTISE_PLATFORM_POSIX_THREADS_H_

#include <cstdint>
#include <functional>
#include <memory>

#include "absl/time/time.h"
#include "mortise/platform/thread_calls.h"

namespace mortise {
namespace posix {

class Threads final : public ThreadCalls {
 public:
  constexpr Threads() = default;

  std::unique_ptr<Monitor> NewMonitor() override;
  // All signals are blocked in the thread.
  int RunDetached(std::function<void()> work) override;
  absl::Duration Now() override;
  std::uint64_t ProcessNumber() override;
};

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_THREADS_H_
