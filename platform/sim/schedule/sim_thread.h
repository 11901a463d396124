// A thread of a run, as the scheduler sees it.

#ifndef MORTISE_PLATFORM_SIM_SCHEDULE_SIM_THREAD_H_
#define MORTISE_PLATFORM_SIM_SCHEDULE_SIM_THREAD_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "mortise/platform/sim/schedule/event_queue.h"
#include "mortise/platform/sim/schedule/os_thread.h"
#include "mortise/platform/sim/schedule/seat.h"
#include "mortise/platform/sim/schedule/thread_group.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {

class Scheduler;

// Says more about a wait than the name of its call, for the report of a
// deadlock.
class WaitDetails {
 public:
  virtual ~WaitDetails() = default;
  // For example "handle 3, 10.0.0.1:1024 to 10.0.0.3:80". Called while the
  // thread is parked, in another thread. It must not call the scheduler.
  virtual std::string ToString() const = 0;
};

// What a parked thread waits for.
struct WaitFor {
  // The name of the call, such as "recv". It is a constant.
  const char* call = "";
  const WaitDetails* details = nullptr;
  // When the wait times out, as `clock` counts. Virtual time if it is nullptr.
  Time deadline = kNever;
  const LocalClock* clock = nullptr;
  // Whether the wait can end with ECANCELED. The waits of Abseil's locks cannot
  // return before they have what they wait for, or have timed out.
  bool can_be_cancelled = true;
  // Whether it is cancelled only when nothing else can be done.
  bool is_cancelled_last = false;
  // Whether a thread that is not simulated may end the wait.
  bool strangers_may_end_it = false;
  // When that is, in virtual time.
  Time TrueDeadline() const {
    return clock == nullptr ? deadline : clock->TrueTime(deadline);
  }
  // Whether nobody tells when the wait is over. The thread then looks again
  // each time when other threads have run and nothing is left to do at this
  // time.
  bool looks_again = false;
  // Whether the thread has done nothing but look since its last wait. Others
  // who look again then have no reason to do so because of it.
  bool only_looked = false;
};

// How a wait ended.
enum class WaitEnd {
  // The thread was made ready, perhaps for nothing.
  kReady,
  // The deadline has passed. What was waited for may have come since.
  kTimedOut,
  // The run is ending: the call fails with ECANCELED.
  kCancelled,
};

// Owned by its scheduler, by its handles, and by the thread itself, so that it
// is there for as long as the thread may use it. Everything but the name, the
// number and the group belongs to the scheduler.
class SimThread : public std::enable_shared_from_this<SimThread> {
 public:
  SimThread(std::shared_ptr<Scheduler> scheduler, std::uint64_t number,
            const std::string& name, std::shared_ptr<ThreadGroup> group)
      : scheduler_(std::move(scheduler)),
        number_(number),
        label_(absl::StrCat(name, "/", number)),
        group_(std::move(group)) {}

  // "web/2": the name that it was given, and its number.
  const std::string& label() const { return label_; }
  // Threads are numbered from 1 in the order of creation.
  std::uint64_t number() const { return number_; }
  // Those with whom it stops, or nullptr.
  const std::shared_ptr<ThreadGroup>& group() const { return group_; }
  // What it takes for the time, or nullptr if that is the virtual time.
  const LocalClock* clock() const {
    return group_ == nullptr ? nullptr : group_->clock();
  }
  const std::shared_ptr<Scheduler>& scheduler() const { return scheduler_; }

 private:
  friend class Inside;
  friend class Monitor;
  friend class Scheduler;

  enum class State {
    kReady,
    kRunning,    // It holds the token.
    kParked,     // See `wait_`.
    kOutside,    // It is asleep in the OS, or on its way back from there.
    kRealWorld,  // It is in a region RealWorld.
    kEnded,
    kFrozen,
  };

  bool is_outside() const {
    return state_ == State::kOutside || state_ == State::kRealWorld;
  }

  const std::shared_ptr<Scheduler> scheduler_;
  const std::uint64_t number_;
  const std::string label_;
  const std::shared_ptr<ThreadGroup> group_;

  // --- Under the scheduler's mutex -------------------------------------------
  State state_ = State::kReady;
  // While parked: what for, since when, and the event that ends the wait.
  const WaitFor* wait_ = nullptr;
  Time since_ = 0;
  EventId timer_;
  WaitEnd end_ = WaitEnd::kReady;
  // Someone made it ready before it parked. The next wait ends at once.
  bool wake_is_pending_ = false;
  // As far as is known it only looks again. See Scheduler::useful_turns_.
  bool looking_ = false;
  // It is between two looks, of which the first one is over.
  bool slept_between_looks_ = false;
  std::uint64_t turns_seen_ = 0;
  // Its turn has begun while a thread that had just left the simulation was
  // still running.
  bool settles_first_ = false;
  // It never has another turn after this one, or after its return from outside.
  bool is_to_freeze_ = false;
  // For reports: why it is frozen, or will be, and in which call. Empty and
  // nullptr if there is nothing to say.
  std::string frozen_because_;
  const char* frozen_in_ = nullptr;
  bool adopted_ = false;
  // An adopted thread owns itself, because the scheduler does not start it.
  std::shared_ptr<SimThread> self_;
  // How many calls have ended with ECANCELED.
  int cancelled_calls_ = 0;
  std::vector<SimThread*> joining_;
  // How many decisions about its turns there have been.
  std::uint64_t decisions_ = 0;

  // --- Of the thread itself --------------------------------------------------
  // The calls at one virtual time, rule 3 of the scheduler.
  Time instant_ = -1;
  std::int64_t calls_at_instant_ = 0;
  // The time that reading the clock has taken and that the run has not seen
  // yet.
  Time debt_ = 0;
  // For RealWorld regions within others.
  int real_world_depth_ = 0;

  // --- For the monitor -------------------------------------------------------
  // More than 0 while the thread is in a call of the simulation. It may have to
  // wait there for a short while in the OS, and does not lose the token.
  std::atomic<int> inside_{0};
  // True from before it waits at its seat until its turn has begun.
  std::atomic<bool> at_seat_{true};
  // Set before the first turn begins.
  std::unique_ptr<const OsThread> os_thread_;
  Seat seat_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_SCHEDULE_SIM_THREAD_H_
