// Detached threads, and waiting for them: CreateThread,
// SleepConditionVariableSRW.

#ifndef MORTISE_PLATFORM_WINSOCK_THREADS_H_
#define MORTISE_PLATFORM_WINSOCK_THREADS_H_

#include <cstdint>
#include <functional>
#include <memory>

#include "absl/time/time.h"
#include "mortise/platform/thread_calls.h"

namespace mortise {
namespace winsock {

class Threads final : public ThreadCalls {
 public:
  constexpr Threads() = default;

  std::unique_ptr<Monitor> NewMonitor() override;
  int RunDetached(std::function<void()> work) override;
  absl::Duration Now() override;
  // Always the same number, because Windows has no fork.
  std::uint64_t ProcessNumber() override;
};

}  // namespace winsock
}  // namespace mortise

#endif  // MORTISE_PLATFORM_WINSOCK_THREADS_H_
