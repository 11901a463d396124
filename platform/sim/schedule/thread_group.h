// Threads that stop together, such as those of a host.

#ifndef MORTISE_PLATFORM_SIM_SCHEDULE_THREAD_GROUP_H_
#define MORTISE_PLATFORM_SIM_SCHEDULE_THREAD_GROUP_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "mortise/platform/sim/schedule/local_clock.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {

class SimThread;

// Shared by its owner and its threads. Everything but the name and the clock
// belongs to the scheduler: see Scheduler::FreezeThreads and PauseThreads.
class ThreadGroup {
 public:
  // `clock` is nullptr if the threads see the virtual time.
  explicit ThreadGroup(std::string name,
                       std::shared_ptr<const LocalClock> clock = nullptr)
      : name_(std::move(name)), clock_(std::move(clock)) {}
  ThreadGroup(const ThreadGroup&) = delete;
  ThreadGroup& operator=(const ThreadGroup&) = delete;

  const std::string& name() const { return name_; }
  // What the threads take for the time, or nullptr.
  const LocalClock* clock() const { return clock_.get(); }

 private:
  friend class Scheduler;

  const std::string name_;
  const std::shared_ptr<const LocalClock> clock_;

  // Under the scheduler's mutex.
  bool is_paused_ = false;
  Time paused_until_ = 0;
  // The threads that would be ready if there was no pause, in the order in
  // which they became so.
  std::vector<SimThread*> held_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_SCHEDULE_THREAD_GROUP_H_
