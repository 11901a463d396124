#include "mortise/platform/sim/real_world.h"

#include "mortise/platform/sim/schedule/scheduler.h"

namespace mortise {
namespace sim {

RealWorld::RealWorld() : simulated_(Scheduler::Current() != nullptr) {
  if (simulated_) Scheduler::Current()->LeaveForRealWorld();
}

RealWorld::~RealWorld() {
  // A child that was forked in the region is not simulated any more.
  if (simulated_ && Scheduler::Current() != nullptr) {
    Scheduler::Current()->ReturnFromRealWorld();
  }
}

}  // namespace sim
}  // namespace mortise
