// Groups of threads that are frozen or paused.

#include <algorithm>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/platform/sim/schedule/current.h"
#include "mortise/platform/sim/schedule/event_queue.h"
#include "mortise/platform/sim/schedule/inside.h"
#include "mortise/platform/sim/schedule/scheduler.h"
#include "mortise/platform/sim/schedule/sim_thread.h"
#include "mortise/platform/sim/schedule/thread_group.h"
#include "mortise/platform/sim/schedule/trace.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {

bool Scheduler::HasFirstThread(const ThreadGroup& group) const {
  const Inside inside(CurrentThread());
  const std::lock_guard<std::mutex> lock(mutex_);
  const bool is_under_way =
      phase_ == Phase::kRunning || phase_ == Phase::kEnding;
  return is_under_way && first_->group_.get() == &group;
}

void Scheduler::FreezeThreads(ThreadGroup& group, absl::string_view why) {
  const Inside inside(CurrentThread());
  const Lock lock(mutex_);
  if (phase_ == Phase::kOver) return;
  if (group.is_paused_) EndPause(group);
  for (const std::shared_ptr<SimThread>& thread : threads_) {
    if (thread->group_.get() != &group) continue;
    thread->frozen_because_ = std::string(why);
    switch (thread->state_) {
      case SimThread::State::kParked:
        thread->frozen_in_ = thread->wait_->call;
        LeaveWait(*thread);
        MarkFrozen(*thread);
        break;
      case SimThread::State::kReady:
        TakeReady(static_cast<std::size_t>(
            std::find(ready_.begin(), ready_.end(), thread.get()) -
            ready_.begin()));
        MarkFrozen(*thread);
        break;
      case SimThread::State::kRunning:
      case SimThread::State::kOutside:
      case SimThread::State::kRealWorld:
        thread->is_to_freeze_ = true;
        break;
      case SimThread::State::kEnded:
      case SimThread::State::kFrozen:
        break;
    }
  }
}

void Scheduler::PauseThreads(const std::shared_ptr<ThreadGroup>& group,
                             Time until) {
  SimThread& me = *CurrentThread();
  {
    const Inside inside(me);
    Lock lock(mutex_);
    if (!Enter(lock, me)) return;
    if (phase_ == Phase::kRunning && until > Now() &&
        until > group->paused_until_) {
      BeginPause(group, until);
      if (me.group_ == group) {
        me.state_ = SimThread::State::kReady;
        PushReady(me);
        HandAndWait(lock, me, Choose(lock, me, Patience::kLeft));
      }
    }
  }
  Point();
}

// A pause that is under way becomes longer.
void Scheduler::BeginPause(const std::shared_ptr<ThreadGroup>& group,
                           Time until) {
  trace_.Add(Now(), group->name(),
             absl::StrCat("is paused until ", TimeText(until)));
  group->paused_until_ = until;
  if (!group->is_paused_) {
    group->is_paused_ = true;
    paused_.push_back(group);
    // The others stay in their order.
    const std::vector<SimThread*> ready = std::move(ready_);
    ready_.clear();
    ready_numbers_.clear();
    for (SimThread* const thread : ready) PushReady(*thread);
  }
  EventQueue::Event end;
  end.time = until;
  end.call = [this, group] { EndPauseIfOver(*group); };
  events_.Add(std::move(end));
}

void Scheduler::EndPauseIfOver(ThreadGroup& group) {
  const Lock lock(mutex_);
  // It may have become longer, or has been ended by a crash.
  if (!group.is_paused_ || Now() < group.paused_until_) return;
  trace_.Add(Now(), group.name(), "goes on");
  EndPause(group);
}

void Scheduler::EndPause(ThreadGroup& group) {
  group.is_paused_ = false;
  group.paused_until_ = 0;
  const std::vector<SimThread*> held = std::move(group.held_);
  group.held_.clear();
  for (SimThread* const thread : held) PushReady(*thread);
  paused_.erase(
      std::find_if(paused_.begin(), paused_.end(),
                   [&group](const std::shared_ptr<ThreadGroup>& paused) {
                     return paused.get() == &group;
                   }));
}

void Scheduler::EndPauses() {
  while (!paused_.empty()) EndPause(*paused_.back());
}

}  // namespace sim
}  // namespace mortise
