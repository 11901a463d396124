// Marks that a thread is in the scheduler.

#ifndef MORTISE_PLATFORM_SIM_SCHEDULE_INSIDE_H_
#define MORTISE_PLATFORM_SIM_SCHEDULE_INSIDE_H_

#include "mortise/platform/sim/schedule/sim_thread.h"

namespace mortise {
namespace sim {

// While it lives, its thread may wait for the scheduler's mutex, or another one
// that nobody holds for long, without being taken for one that has gone
// outside. To be created before the mutex is locked.
class Inside {
 public:
  explicit Inside(SimThread& me) : Inside(&me) {}
  // Without effect if `me` is nullptr.
  explicit Inside(SimThread* me) : me_(me) {
    if (me_ != nullptr) ++me_->inside_;
  }
  ~Inside() {
    if (me_ != nullptr) --me_->inside_;
  }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;

 private:
  SimThread* const me_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_SCHEDULE_INSIDE_H_
