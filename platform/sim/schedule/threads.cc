// How threads become part of a run, and how they end.

#include <algorithm>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/platform/sim/schedule/current.h"
#include "mortise/platform/sim/schedule/fatal.h"
#include "mortise/platform/sim/schedule/inside.h"
#include "mortise/platform/sim/schedule/os_thread.h"
#include "mortise/platform/sim/schedule/scheduler.h"
#include "mortise/platform/sim/schedule/sim_thread.h"
#include "mortise/platform/sim/schedule/thread_group.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {
namespace {

class JoinDetails : public WaitDetails {
 public:
  explicit JoinDetails(const SimThread& thread) : thread_(thread) {}
  std::string ToString() const override { return thread_.label(); }

 private:
  const SimThread& thread_;
};

}  // namespace

// What a new thread of the OS is given.
struct Scheduler::Starting {
  std::shared_ptr<SimThread> thread;
  std::function<void()> body;
};

SimThread* Scheduler::This() { return CurrentThread(); }

Scheduler* Scheduler::Current() {
  const SimThread* const me = CurrentThread();
  return me == nullptr ? nullptr : me->scheduler_.get();
}

Scheduler& Scheduler::Require(const char* call) {
  Scheduler* const scheduler = Current();
  if (scheduler != nullptr) return *scheduler;
  if (IsForkOfSimulated()) {
    Fatal(absl::StrCat("The simulated call \"", call, "\" comes from a child ",
                       "process that a simulated thread has made with fork. ",
                       "Nothing is simulated in such a child."));
  }
  Fatal(absl::StrCat(
      "The simulated call \"", call, "\" comes from the thread \"",
      OsThreadName(), "\", which is not part of a run. To make it a part, ",
      "start it with sim::Thread instead of std::thread. If other code starts ",
      "it, create a sim::Adopt at the top of its function; then the run "
      "cannot ",
      "be replayed."));
}

// Returns a thread that is part of the run from now on. Under the mutex.
std::shared_ptr<SimThread> Scheduler::NewThread(
    absl::string_view name, std::shared_ptr<ThreadGroup> group) {
  auto thread = std::make_shared<SimThread>(
      shared_from_this(), ++threads_made_, std::string(name), std::move(group));
  threads_.push_back(thread);
  return thread;
}

absl::StatusOr<std::shared_ptr<SimThread>> Scheduler::Start(
    absl::string_view name, std::function<void()> body,
    std::shared_ptr<ThreadGroup> group) {
  SimThread& me = *CurrentThread();
  std::shared_ptr<SimThread> thread;
  {
    const Inside inside(me);
    Lock lock(mutex_);
    if (!Enter(lock, me)) return absl::CancelledError("the run is over");
    thread = NewThread(name, std::move(group));
    auto starting =
        std::make_unique<Starting>(Starting{thread, std::move(body)});
    const int error =
        StartOsThread(options_.stack_bytes, &RunThread, starting.get());
    if (error != 0) {
      threads_.pop_back();
      thread->state_ = SimThread::State::kEnded;
      return absl::ResourceExhaustedError(absl::StrCat(
          "the operating system starts no further thread: error ", error));
    }
    starting.release();  // The new thread owns it.
    trace_.Add(Now(), me.label_, absl::StrCat("starts ", thread->label_));
    PushReady(*thread);
  }
  // If the run is ending, the next call says so.
  Point();
  return thread;
}

void Scheduler::RunThread(void* argument) {
  const std::unique_ptr<Starting> starting(static_cast<Starting*>(argument));
  SimThread& me = *starting->thread;
  NameOsThread(me.label_);
  me.os_thread_ = OsThread::This();
  SetCurrentThread(&me);
  {
    const Inside inside(me);
    Lock lock(me.scheduler_->mutex_, std::defer_lock);
    me.scheduler_->AwaitTurn(lock, me);
  }
  starting->body();
  // What the body has captured is destroyed while the thread has its turn.
  starting->body = nullptr;
  AtOsThreadEnd(&EndThread,
                new std::shared_ptr<SimThread>(std::move(starting->thread)));
}

void Scheduler::EndThread(void* argument) {
  const std::unique_ptr<std::shared_ptr<SimThread>> thread(
      static_cast<std::shared_ptr<SimThread>*>(argument));
  SimThread& me = **thread;
  // The scheduler must last until this returns.
  const std::shared_ptr<Scheduler> scheduler = me.scheduler_;
  {
    const Inside inside(me);
    Lock lock(scheduler->mutex_);
    scheduler->MakeEnded(lock, me);
  }
  SetCurrentThread(nullptr);
}

// Ends `me`, whose OS thread goes on without being part of the run. Releases
// the lock.
void Scheduler::MakeEnded(Lock& lock, SimThread& me) {
  if (!Enter(lock, me)) {
    me.state_ = SimThread::State::kEnded;
    lock.unlock();
    return;
  }
  me.state_ = SimThread::State::kEnded;
  trace_.Add(Now(), me.label_, "ends");
  for (SimThread* const joining : me.joining_) {
    WakeLocked(*joining, WaitEnd::kReady);
  }
  threads_.erase(std::find_if(
      threads_.begin(), threads_.end(),
      [&me](const std::shared_ptr<SimThread>& t) { return t.get() == &me; }));
  Hand(lock, Choose(lock, me, Patience::kLeft));
}

bool Scheduler::Join(SimThread& thread, Time deadline) {
  SimThread* const me = CurrentThread();
  if (me == nullptr || me->scheduler_.get() != this) {
    const Lock lock(mutex_);
    return thread.state_ == SimThread::State::kEnded;
  }
  Point();
  const Inside inside(me);
  const JoinDetails details(thread);
  WaitFor what;
  what.call = "join";
  what.details = &details;
  what.deadline = deadline;
  // A thread may use what is on the stack of the one that joins it. So this
  // waits for its end even if the run is ending.
  what.is_cancelled_last = true;
  for (;;) {
    {
      Lock lock(mutex_);
      if (!Enter(lock, *me) || thread.state_ == SimThread::State::kFrozen) {
        return thread.state_ == SimThread::State::kEnded;
      }
      if (thread.state_ == SimThread::State::kEnded) return true;
      thread.joining_.push_back(me);
    }
    const WaitEnd end = Park(what);
    {
      const Lock lock(mutex_);
      auto& joining = thread.joining_;
      joining.erase(std::find(joining.begin(), joining.end(), me));
      if (end == WaitEnd::kReady) continue;
      return thread.state_ == SimThread::State::kEnded;
    }
  }
}

absl::Status Scheduler::Adopt(absl::string_view name) {
  if (CurrentThread() != nullptr) {
    return absl::FailedPreconditionError("the thread is part of a run already");
  }
  Lock lock(mutex_);
  if (phase_ != Phase::kRunning) {
    return absl::FailedPreconditionError("the run is not under way");
  }
  const std::shared_ptr<SimThread> thread = NewThread(name, nullptr);
  SimThread& me = *thread;
  me.adopted_ = true;
  me.self_ = thread;
  me.os_thread_ = OsThread::This();
  LeftToChanceLocked(absl::StrCat(me.label_, " was adopted"));
  SetCurrentThread(&me);
  const Inside inside(me);
  // It comes from outside, as far as the others can see.
  me.state_ = SimThread::State::kOutside;
  outside_.push_back(&me);
  Arrive(lock, me);
  trace_.Add(Now(), me.label_, "is adopted");
  return absl::OkStatus();
}

void Scheduler::Leave() {
  SimThread& me = *CurrentThread();
  // Both last until this returns.
  const std::shared_ptr<Scheduler> scheduler = me.scheduler_;
  const std::shared_ptr<SimThread> owner = std::move(me.self_);
  {
    const Inside inside(me);
    Lock lock(scheduler->mutex_);
    scheduler->MakeEnded(lock, me);
  }
  SetCurrentThread(nullptr);
}

}  // namespace sim
}  // namespace mortise
