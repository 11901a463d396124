// Watches a run in real time.

#ifndef MORTISE_PLATFORM_SIM_SCHEDULE_MONITOR_H_
#define MORTISE_PLATFORM_SIM_SCHEDULE_MONITOR_H_

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "absl/time/time.h"
#include "mortise/platform/sim/schedule/os_thread.h"
#include "mortise/platform/sim/schedule/scheduler.h"
#include "mortise/platform/sim/schedule/sim_thread.h"

namespace mortise {
namespace sim {

// A thread of its own that looks at a run every 2 ms of real time.
//
// If the thread that holds the token is asleep in the OS in two looks in a row,
// and has done nothing between them, it waits for something that is not
// simulated: a std::mutex, or the end of a std::thread. Another simulated
// thread may have to run first, so the monitor takes the token away. From then
// on the thread is outside, and waits for its turn when it comes to the next
// scheduling point. What it does until then it does beside the thread with the
// token, so the run is marked as left to chance.
//
// The monitor also declares a deadlock if nobody comes back from outside, and
// ends the process if a thread does not come to a scheduling point at all.
class Monitor {
 public:
  // `run` must outlive the monitor. The caller is not bound to one CPU.
  static std::unique_ptr<Monitor> Start(Scheduler& run);
  // Waits until the thread has ended.
  ~Monitor();
  Monitor(const Monitor&) = delete;
  Monitor& operator=(const Monitor&) = delete;

 private:
  explicit Monitor(Scheduler& run);

  void Watch();
  void LookOnce();
  void LookAtHolder(Scheduler::Lock& lock);
  void LookAtIdleRun(Scheduler::Lock& lock);

  Scheduler& run_;

  // What it has seen before. Used by its own thread only.
  std::uint64_t progress_ = 0;
  absl::Duration last_time_;
  absl::Duration silence_ = absl::ZeroDuration();
  std::optional<OsThread::Look> last_look_;

  std::mutex mutex_;
  std::condition_variable ending_;
  bool ends_ = false;
  std::thread thread_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_SCHEDULE_MONITOR_H_
