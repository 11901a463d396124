// What a thread knows about itself.

#ifndef MORTISE_PLATFORM_SIM_SCHEDULE_CURRENT_H_
#define MORTISE_PLATFORM_SIM_SCHEDULE_CURRENT_H_

namespace mortise {
namespace sim {

class Scheduler;
class SimThread;

// The thread of a run that the calling thread is, or nullptr. It can be asked
// until the thread's very end.
SimThread* CurrentThread();
void SetCurrentThread(SimThread* thread);

// Whether the calling thread is a child's that a simulated thread has made with
// fork. Nothing is simulated in such a child.
bool IsForkOfSimulated();

// The run one of whose events the calling thread runs, or nullptr.
const Scheduler* EventOf();

// While it lives, the calling thread runs an event.
class EventScope {
 public:
  explicit EventScope(const Scheduler* scheduler);
  ~EventScope();
  EventScope(const EventScope&) = delete;
  EventScope& operator=(const EventScope&) = delete;

 private:
  const Scheduler* const before_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_SCHEDULE_CURRENT_H_
