// A run from its start to its end.

#include <algorithm>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "mortise/platform/sim/schedule/current.h"
#include "mortise/platform/sim/schedule/event_queue.h"
#include "mortise/platform/sim/schedule/hook_table.h"
#include "mortise/platform/sim/schedule/inside.h"
#include "mortise/platform/sim/schedule/monitor.h"
#include "mortise/platform/sim/schedule/os_thread.h"
#include "mortise/platform/sim/schedule/scheduler.h"
#include "mortise/platform/sim/schedule/sim_thread.h"
#include "mortise/platform/sim/schedule/thread_group.h"

namespace mortise {
namespace sim {
namespace {

// The runs of this process that are under way.
struct Runs {
  std::mutex mutex;
  std::vector<Scheduler*> runs;
};

// Never destroyed, since threads may still ask when the process ends.
Runs& TheRuns() {
  static Runs* const runs = new Runs;
  return *runs;
}

// While it lives, `run` is in the list. The lock is held for a moment only.
// Still a child that is forked in that moment, by another thread, can begin no
// run.
class Listed {
 public:
  explicit Listed(Scheduler* run) : run_(run) {
    Runs& all = TheRuns();
    const std::lock_guard<std::mutex> lock(all.mutex);
    all.runs.push_back(run_);
  }
  ~Listed() {
    Runs& all = TheRuns();
    const std::lock_guard<std::mutex> lock(all.mutex);
    all.runs.erase(std::find(all.runs.begin(), all.runs.end(), run_));
  }
  Listed(const Listed&) = delete;
  Listed& operator=(const Listed&) = delete;

 private:
  Scheduler* const run_;
};

}  // namespace

std::shared_ptr<Scheduler> Scheduler::OnlyRun() {
  Runs& all = TheRuns();
  const std::lock_guard<std::mutex> lock(all.mutex);
  if (all.runs.size() != 1) return nullptr;
  return all.runs.front()->shared_from_this();
}

bool Scheduler::is_under_way() const {
  const Inside inside(CurrentThread());
  const std::lock_guard<std::mutex> lock(mutex_);
  return phase_ == Phase::kRunning || phase_ == Phase::kEnding;
}

absl::Status Scheduler::Run(absl::string_view name,
                            absl::FunctionRef<void()> main,
                            std::shared_ptr<ThreadGroup> group) {
  if (CurrentThread() != nullptr) {
    return absl::FailedPreconditionError(
        "a simulated thread cannot begin another run");
  }
  if (Hooks() != nullptr) {
    const absl::Status prepared = Hooks()->before_run();
    if (!prepared.ok()) return prepared;
  }
  std::shared_ptr<SimThread> first;
  {
    const Lock lock(mutex_);
    if (phase_ != Phase::kNew) {
      return absl::FailedPreconditionError("the run has begun before");
    }
    phase_ = Phase::kRunning;
    first = NewThread(name, std::move(group));
    first->os_thread_ = OsThread::This();
    first->state_ = SimThread::State::kRunning;
    first->at_seat_ = false;
    first_ = holder_ = first.get();
    trace_.Add(Now(), first->label_, "begins the run");
  }
  const Listed listed(this);
  const std::unique_ptr<Monitor> monitor = Monitor::Start(*this);
  // The monitor must not have to wait for this thread's CPU.
  const std::unique_ptr<OneCpu> binding =
      options_.one_cpu ? OneCpu::Bind() : nullptr;

  SetCurrentThread(first.get());
  absl::Status hooked;
  if (Hooks() != nullptr) hooked = Hooks()->in_run();
  if (hooked.ok()) main();
  Finish(*first);
  SetCurrentThread(nullptr);
  return hooked.ok() ? Result() : hooked;
}

// Lets the other threads end, and ends the run.
void Scheduler::Finish(SimThread& me) {
  std::vector<EventQueue::Event> left;  // Destroyed without the lock.
  std::vector<std::shared_ptr<SimThread>> frozen;
  const Inside inside(me);
  Lock lock(mutex_);
  Enter(lock, me);
  trace_.Add(Now(), me.label_, "ends the run");
  first_is_done_ = true;
  phase_ = Phase::kEnding;
  EndPauses();
  CancelWaits();
  WaitFor what;
  what.call = "the end of the run";
  what.can_be_cancelled = false;
  do {
    me.wait_ = &what;
    ParkAndWait(lock, me);
  } while (!ready_.empty());

  me.wait_ = nullptr;
  phase_ = Phase::kOver;
  for (const std::shared_ptr<SimThread>& thread : threads_) {
    if (thread.get() == &me) continue;
    left_behind_.push_back(thread->label_);
    if (thread->is_outside()) continue;
    if (!thread->adopted_) {
      thread->state_ = SimThread::State::kFrozen;
      continue;
    }
    // Whoever started it may join it, so it goes on.
    thread->wait_ = nullptr;
    thread->end_ = WaitEnd::kCancelled;
    thread->state_ = SimThread::State::kRunning;
    thread->seat_.Post();
  }
  frozen.swap(threads_);
  while (!events_.empty()) left.push_back(events_.TakeFirst());
  lock.unlock();
}

}  // namespace sim
}  // namespace mortise
