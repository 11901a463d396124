#include "mortise/platform/sim/kernel/timers.h"

#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {

void Timer::Arm(Time at) {
  Disarm();
  if (at == kNever) return;
  at_ = at;
  order_ = ++timers_.orders_;
  timers_.armed_.insert(this);
}

void Timer::Disarm() {
  if (!is_armed()) return;
  timers_.armed_.erase(this);
  at_ = kNever;
}

bool Timers::RunOne(Time now) {
  if (next() > now) return false;
  Timer* const timer = *armed_.begin();
  timer->Disarm();
  timer->action_();
  return true;
}

}  // namespace sim
}  // namespace mortise
