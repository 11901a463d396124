#include "mortise/platform/sim/schedule/current.h"

#include "mortise/platform/sim/schedule/os_thread.h"

namespace mortise {
namespace sim {
namespace {

// Plain values, which have no destructors.
thread_local SimThread* current_thread = nullptr;
thread_local const Scheduler* event_of = nullptr;
thread_local bool is_fork = false;

// The other threads of the run do not exist in a child, so its only thread
// leaves the simulation without asking.
void InChild() {
  if (current_thread == nullptr) return;
  current_thread = nullptr;
  event_of = nullptr;
  is_fork = true;
}

}  // namespace

SimThread* CurrentThread() { return current_thread; }

void SetCurrentThread(SimThread* thread) {
  static const bool registered = (AtOsFork(&InChild), true);
  static_cast<void>(registered);
  current_thread = thread;
}

bool IsForkOfSimulated() { return is_fork; }

const Scheduler* EventOf() { return event_of; }

EventScope::EventScope(const Scheduler* scheduler) : before_(event_of) {
  event_of = scheduler;
}

EventScope::~EventScope() { event_of = before_; }

}  // namespace sim
}  // namespace mortise
