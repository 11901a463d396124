#include "mortise/platform/winsock/clock.h"

#include <chrono>

#include "absl/time/time.h"

namespace mortise {
namespace winsock {

absl::Duration Clock::Now() {
  // Every standard library for Windows reads this clock by
  // QueryPerformanceCounter.
  return absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace winsock
}  // namespace mortise
