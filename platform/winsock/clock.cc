#include "mortise/platform/winsock/clock.h"

#include <chrono>

#include "absl/time/time.h"

namespace mortise {
namespace winsock {

absl::Duration Clock::Now() {
  // What every standard library for Windows reads it with.
  return absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace winsock
}  // namespace mortise
