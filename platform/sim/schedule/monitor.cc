#include "mortise/platform/sim/schedule/monitor.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "mortise/platform/sim/schedule/os_thread.h"
#include "mortise/platform/sim/schedule/scheduler.h"
#include "mortise/platform/sim/schedule/sim_thread.h"

namespace mortise {
namespace sim {
namespace {

constexpr std::chrono::milliseconds kBetweenLooks(2);

// More time than this between two looks is not the run's: a debugger has
// stopped the process, or the machine was suspended.
constexpr absl::Duration kMostBetweenLooks = absl::Milliseconds(100);

// The standard library's clock: the monitor is not simulated, so it is real.
absl::Duration RealTime() {
  return absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace

std::unique_ptr<Monitor> Monitor::Start(Scheduler& run) {
  return std::unique_ptr<Monitor>(new Monitor(run));
}

Monitor::Monitor(Scheduler& run)
    : run_(run), last_time_(RealTime()), thread_([this] { Watch(); }) {}

Monitor::~Monitor() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ends_ = true;
  }
  ending_.notify_one();
  thread_.join();
}

void Monitor::Watch() {
  NameOsThread("sim monitor");
  std::unique_lock<std::mutex> lock(mutex_);
  while (!ending_.wait_for(lock, kBetweenLooks, [this] { return ends_; })) {
    lock.unlock();
    LookOnce();
    lock.lock();
  }
}

void Monitor::LookOnce() {
  Scheduler::Lock lock(run_.mutex_);
  if (run_.phase_ == Scheduler::Phase::kOver) return;
  const absl::Duration time = RealTime();
  silence_ += std::min(time - last_time_, kMostBetweenLooks);
  last_time_ = time;
  if (run_.progress_ != progress_) {
    progress_ = run_.progress_;
    silence_ = absl::ZeroDuration();
    last_look_.reset();
    return;
  }
  const bool too_long = silence_ > run_.options_.most_real_silence;
  switch (run_.token_) {
    case Scheduler::Token::kHeld:
      if (too_long && run_.in_real_world_ == 0) {
        run_.Die(absl::StrCat(
            run_.holder_->label_, " has come to no scheduling point for ",
            absl::FormatDuration(run_.options_.most_real_silence),
            " of real time. Does it loop without end?"));
      }
      LookAtHolder(lock);
      break;
    case Scheduler::Token::kChoosing:
      if (too_long && run_.in_real_world_ == 0) {
        run_.Die(absl::StrCat(
            "A thread outside of the simulation has neither come back nor ",
            "slept for ", absl::FormatDuration(run_.options_.most_real_silence),
            " of real time."));
      }
      break;
    case Scheduler::Token::kFree:
      LookAtIdleRun(lock);
      break;
  }
}

void Monitor::LookAtHolder(Scheduler::Lock& lock) {
  SimThread& holder = *run_.holder_;
  // It is in the scheduler, or has not been woken yet.
  if (holder.inside_ > 0 || holder.at_seat_) {
    last_look_.reset();
    return;
  }
  // The thread cannot end meanwhile, since it would need the mutex.
  const std::optional<OsThread::Look> look = holder.os_thread_->LookAt();
  if (!look.has_value() || !look->asleep || !last_look_.has_value() ||
      last_look_->cpu_time != look->cpu_time) {
    last_look_ = look.has_value() && look->asleep ? look : std::nullopt;
    return;
  }
  last_look_.reset();
  run_.LeftToChanceLocked(absl::StrCat(
      holder.label_, " waited in the operating system for something that is ",
      "not simulated"));
  run_.trace_.Add(run_.Now(), holder.label_, "is outside");
  holder.state_ = SimThread::State::kOutside;
  run_.outside_.push_back(&holder);
  run_.Hand(lock, run_.Choose(lock, holder, Scheduler::Patience::kLeft));
}

// Nobody can run. Either a thread that is not part of the run helps, or one
// that is outside comes back, or it is a deadlock.
void Monitor::LookAtIdleRun(Scheduler::Lock& lock) {
  // What is real may take as long as it likes.
  if (run_.in_real_world_ > 0) return;
  const absl::Duration patience = run_.outside_.empty()
                                      ? run_.options_.patience
                                      : run_.options_.most_real_silence;
  if (silence_ <= patience) return;
  run_.Hand(lock, run_.Choose(lock, *run_.first_, Scheduler::Patience::kGone));
}

}  // namespace sim
}  // namespace mortise
