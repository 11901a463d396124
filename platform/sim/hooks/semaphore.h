// The semaphores that Abseil's locks wait with, one per thread.

#ifndef MORTISE_PLATFORM_SIM_HOOKS_SEMAPHORE_H_
#define MORTISE_PLATFORM_SIM_HOOKS_SEMAPHORE_H_

#include <condition_variable>
#include <mutex>
#include <optional>

#include "absl/time/time.h"
#include "mortise/platform/sim/schedule/sim_thread.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {

// Counts. A simulated thread waits in virtual time, any other in real time, and
// both may post to both. The count does not belong to the run, so a thread may
// become simulated and cease to be while someone posts to it.
//
// Post is for any thread. The waits are for one thread at a time, and block.
class Semaphore {
 public:
  // Returns the one that belongs to `identity`, which is never destroyed.
  // Abseil reuses its identities, so there are only as many of them as there
  // have been threads at one time. Takes no lock, and works in a child that
  // was forked at any time.
  static Semaphore& Of(const void* identity);

  Semaphore() = default;
  Semaphore(const Semaphore&) = delete;
  Semaphore& operator=(const Semaphore&) = delete;

  void Post();

  // Waits until the count is more than 0, and decreases it. Returns false if it
  // was 0 until the deadline, a moment of the real wall clock. No deadline:
  // nullopt.
  bool WaitForReal(std::optional<absl::Time> deadline);
  // The same for a simulated thread and a moment of its monotonic clock.
  // Returns nullopt if the thread's run is over and the count is 0.
  std::optional<bool> WaitSimulated(Time deadline);

 private:
  bool TryTake();

  std::mutex mutex_;
  std::condition_variable posted_;
  int count_ = 0;
  // The simulated thread that waits, or nullptr.
  SimThread* waiter_ = nullptr;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOOKS_SEMAPHORE_H_
