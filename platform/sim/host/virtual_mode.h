// Virtual mode: the threads of a run call simulated hosts one at a time, and
// virtual time moves when all of them wait. What happens depends on the seed
// only.

#ifndef MORTISE_PLATFORM_SIM_HOST_VIRTUAL_MODE_H_
#define MORTISE_PLATFORM_SIM_HOST_VIRTUAL_MODE_H_

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "mortise/platform/sim/host/waiting.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/outbox.h"
#include "mortise/platform/sim/net/entrance.h"
#include "mortise/platform/sim/net/fabric.h"
#include "mortise/platform/sim/schedule/event_queue.h"
#include "mortise/platform/sim/schedule/scheduler.h"
#include "mortise/platform/sim/schedule/thread_group.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {

// The lock of the simulation is the scheduler's token, so it costs nothing.
// The fabric carries the packets. One event of the run is for the packet that
// arrives next: after each call it is there, and not too late.
//
// Thread safety: threads of the run may call everything. A call of a program in
// another thread ends the process with a message that says how to make the
// thread a part of the run. Three things are for all threads: a destructor's
// call while the run is not under way, which does nothing; Enter and Leave
// while it is not; and LookAtInterrupts. The latter takes the scheduler's lock,
// so it is not for signal handlers.
class VirtualMode final : public Waiting, public Entrance {
 public:
  // `fabric` must outlive it.
  VirtualMode(std::shared_ptr<Scheduler> scheduler, Fabric& fabric);
  ~VirtualMode() override;

  bool Begin(const CallInfo& call) override;
  void End(Kernel& kernel) override;
  bool Wait(Kernel& kernel, const CallInfo& call, Waiter& waiter,
            Time deadline) override;
  void Trace(const Kernel& kernel, const CallInfo& call,
             const CallOutcome& outcome) override;
  std::string Caller() const override;
  Time Now() override { return scheduler_->Now(); }
  Time ReadClock() override { return scheduler_->ReadClock(); }
  void LookAtInterrupts() override;
  Outbox& outbox() override { return fabric_; }
  void AddKernel(Kernel& kernel) override;
  void RemoveKernel(Kernel& kernel) override;
  // `kernel`, which has been added, is of the host with these threads. The
  // trace says so if a thread uses another host than its own. `threads` must
  // outlive the kernel. Needs the lock, or that there is no run yet.
  void NameHost(const Kernel& kernel, const ThreadGroup& threads);

  // Sees to it that there are events for what `kernel` wants to be done, after
  // it has been called by others than a Call. Needs the lock.
  void Arm(Kernel& kernel);
  // The waits of the group's threads, which are frozen, never end. Interrupts
  // that they wait for may be destroyed. Needs the lock.
  void ForgetWaits(const ThreadGroup& group);

  // Interrupts the calls that wait on `kernel`, as a signal does. Returns how
  // many there are. Needs the lock, or to be called by an event.
  int InterruptWaits(const Kernel& kernel);

  // Of Entrance. They are no scheduling points, since destructors of rules are
  // among those who call them.
  Time Enter() override;
  void Leave() override;

 private:
  class ListedWait;
  // A kernel, and the event that runs its timers.
  struct Station {
    explicit Station(Kernel& kernel) : kernel(kernel) {}

    Kernel& kernel;
    EventId event;
    // When the event is, or kNever if there is none.
    Time at = kNever;
    // See NameHost.
    const ThreadGroup* threads = nullptr;
  };

  // Whether the calling thread is one of the run.
  bool IsOfThisRun() const;
  // Takes a wait out of `waits_`. The caller has the mutex.
  void TakeOut(const Waiter& waiter);
  void WakeThread(Waiter& waiter) override;
  // Sees to it that there is an event when the next timer of `kernel` is due.
  void ArmTimers(Kernel& kernel);
  void RunTimers(Station& station);
  // Sees to it that there is an event when the next packet arrives.
  void ArmFabric();
  void RunFabric();

  const std::shared_ptr<Scheduler> scheduler_;
  Fabric& fabric_;
  // The event that delivers packets, and when it is, or kNever if there is
  // none.
  EventId arrival_;
  Time arrival_at_ = kNever;
  // From Enter to Leave. In the run the token is enough, but what is left of
  // its threads afterwards has none.
  std::mutex entrance_mutex_;
  // Whether the thread that has entered holds the token.
  bool entered_run_ = false;
  // Events that are left when a kernel is removed find its station gone. Never
  // iterated, since addresses differ from run to run.
  std::map<const Kernel*, std::shared_ptr<Station>> stations_;

  // Threads that are not part of the run may set interrupts.
  std::mutex waits_mutex_;
  // The waits that are under way, under the mutex.
  std::vector<Waiter*> waits_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOST_VIRTUAL_MODE_H_
