// Runs threads one at a time, in an order that a seed decides, on a clock that
// nobody waits for.
//
//   auto scheduler = Scheduler::Create({});
//   absl::Status status = scheduler->Run("main", [&] { ... });
//
// The threads are real ones. One of them holds the token and runs; the others
// wait at their seats. The token changes hands at scheduling points only:
//
//   - Point, which every call of the simulated system begins with that could
//     block or that others could see;
//   - Yield, Park and its kin Sleep and LookAgain;
//   - the creation of a thread (Start), its end, and waiting for it (Join);
//   - with //platform/sim/hooks, the waits of Abseil's locks that really have
//     to wait, absl::SleepFor, and the yields inside of Abseil's locks.
//
// Reading the clock, At, Cancel, MakeReady and AddToTrace are none. Neither are
// the calls of a simulated system that destructors make.
//
// At a scheduling point the events that are due run first. Virtual time moves
// only if no thread is ready, with one exception: from the 1,000th call of a
// thread at one moment on, reading the clock included, each takes 1 microsecond
// and counts as a Yield, so that loops that wait for something get on.
//
// Another thread may only run beside the one with the token after it has been
// outside: see monitor.h and mortise/platform/sim/real_world.h.

#ifndef MORTISE_PLATFORM_SIM_SCHEDULE_SCHEDULER_H_
#define MORTISE_PLATFORM_SIM_SCHEDULE_SCHEDULER_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/platform/sim/random.h"
#include "mortise/platform/sim/schedule/event_queue.h"
#include "mortise/platform/sim/schedule/local_clock.h"
#include "mortise/platform/sim/schedule/options.h"
#include "mortise/platform/sim/schedule/order.h"
#include "mortise/platform/sim/schedule/sim_thread.h"
#include "mortise/platform/sim/schedule/streams.h"
#include "mortise/platform/sim/schedule/thread_group.h"
#include "mortise/platform/sim/schedule/trace.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {

// What a scheduling point says to the call that it belongs to.
enum class Turn {
  kGoOn,
  // The run is ending: the call fails with ECANCELED.
  kCancelled,
};

// One run. Thread-safe, except that some methods need the token: only the
// thread that holds it may call them, or an event while it runs.
class Scheduler : public std::enable_shared_from_this<Scheduler> {
 public:
  static std::shared_ptr<Scheduler> Create(const SchedulerOptions& options);
  ~Scheduler();

  // Runs `main` in the calling thread, which is the first one of the run.
  // Returns OK if it has returned, nothing deadlocked and no budget was used
  // up. Then every other thread has ended, or never has a turn again. May be
  // called once. Blocks until the run is over.
  absl::Status Run(absl::string_view name, absl::FunctionRef<void()> main,
                   std::shared_ptr<ThreadGroup> group = nullptr);

  // --- The calling thread ----------------------------------------------------

  // Returns the thread of a run that the caller is, or nullptr.
  static SimThread* This();
  // Returns the run that the calling thread is part of, or nullptr.
  static Scheduler* Current();
  // The same for the simulated system's `call`. If the thread is part of no
  // run, ends the process with a message that says how to make it one.
  static Scheduler& Require(const char* call);

  // Returns the only run of the process that is under way, or nullptr if there
  // is none or more than one.
  static std::shared_ptr<Scheduler> OnlyRun();

  // Makes the calling thread part of this run until Leave. The moment is not
  // decided by the seed, so the run cannot be replayed. See also sim::Adopt.
  // Fails if the run is over, or has not begun.
  absl::Status Adopt(absl::string_view name);
  static void Leave();

  // Whether Run has been called, and has not returned.
  bool is_under_way() const;

  // --- Calls of the simulated system -----------------------------------------
  // To be called by threads of this run, and not by events. Between the
  // beginning of a call and its end the thread keeps the token even if it has
  // to wait in the OS for a moment. Every access to what simulated threads
  // share needs that.

  // The beginning of a call that is a scheduling point.
  Turn BeginCall();
  // The beginning of a call that is none, because destructors make it. A thread
  // that was outside first waits for its turn. Says kCancelled only if the run
  // is over. Then other threads run at the same time, and the call must not
  // touch what they share.
  Turn BeginQuietCall();
  void EndCall();

  // --- Scheduling points -----------------------------------------------------
  // To be called by threads of this run, and not by events.

  Turn Point() { return PointOrYield(false); }
  // Gives each thread that is ready the same chance for the next turn. The
  // calling thread is one of them.
  Turn Yield() { return PointOrYield(true); }

  // Waits until MakeReady is called for this thread, or until the deadline.
  // `what` must stay as it is meanwhile. The caller then looks itself whether
  // it has what it wants, even after a timeout, because it may have come before
  // this thread's turn.
  WaitEnd Park(const WaitFor& what);
  // Waits until `deadline`, as `clock` counts. Returns false if the run is
  // ending.
  bool SleepUntil(Time deadline, const LocalClock* clock = nullptr);
  // Waits until other threads have run, for a caller whom nobody wakes. Turns
  // in which they only looked again themselves do not count. `only_looked`:
  // whether the caller has done nothing else since it was here for the last
  // time.
  WaitEnd LookAgain(const char* call, Time deadline, bool only_looked,
                    const LocalClock* clock = nullptr);
  // A short sleep, which may be one between two calls of LookAgain. Then the
  // turn after it does not count either.
  bool SleepBetweenLooks(Time deadline, const LocalClock* clock = nullptr);

  // Starts a thread, which may run at once. Fails only if the OS starts none.
  absl::StatusOr<std::shared_ptr<SimThread>> Start(
      absl::string_view name, std::function<void()> body,
      std::shared_ptr<ThreadGroup> group);
  // Waits until `thread`, of this run, has ended, and returns whether it has.
  // Otherwise it never will, or the deadline has passed. If the caller is not
  // part of the run, it does not wait.
  bool Join(SimThread& thread, Time deadline = kNever);

  // --- Groups of threads -----------------------------------------------------

  // Whether the first thread of the run, which is under way, is in the group.
  bool HasFirstThread(const ThreadGroup& group) const;

  // Sees to it that no thread of the group has a turn any more. Their stacks
  // stay as they are. `why` is for the report of a deadlock, such as "host db
  // has crashed". The caller, and threads that are outside, are frozen at their
  // next scheduling point. The first thread of the run is not in the group. No
  // scheduling point. Needs the token, if the run is under way.
  void FreezeThreads(ThreadGroup& group, absl::string_view why);

  // Sees to it that no thread of the group has a turn until `until`. Events
  // happen, and timeouts that pass are seen afterwards. A pause within a pause
  // ends at the later of the two times. Threads that are outside go on until
  // they come back. To be called by threads of this run. A scheduling point.
  void PauseThreads(const std::shared_ptr<ThreadGroup>& group, Time until);

  // --- Events, wake-ups, decisions -------------------------------------------

  // Makes the thread ready if it is parked. If it is not, its next Park returns
  // at once. Needs no token: a thread outside of the run may call it, but the
  // run can then not be replayed.
  void MakeReady(SimThread& thread);

  // Calls `event` at `time`, or at the next scheduling point if that is not
  // later than now. It runs in any thread, while no other thread runs. It must
  // not call a scheduling point. Needs the token.
  EventId At(Time time, std::function<void()> event);
  // Returns false if the event has happened, or has been cancelled before.
  bool Cancel(EventId event);

  // The time since the start of the run. For the simulated system.
  Time Now() const { return now_.load(std::memory_order_relaxed); }
  // The same for a program that asks for it, which counts as a call.
  Time ReadClock() const;
  // Sees to it that waits for a time of `clock` end when they should now. Needs
  // the token.
  void ClockHasChanged(const LocalClock& clock);
  // The wall clock at the virtual time 0, in nanoseconds since the Unix epoch.
  std::int64_t epoch() const { return epoch_; }

  const Streams& streams() const { return streams_; }

  // --- What one sees ---------------------------------------------------------

  // Adds a line about the calling thread, or about `who`. Needs the token.
  // Without effect after the run.
  void AddToTrace(absl::string_view text);
  void AddToTrace(absl::string_view who, absl::string_view text);
  std::uint64_t digest() const;

  // Notes that something was not decided by the seed. Any thread may call it.
  void LeftToChance(absl::string_view what);
  // What has been noted, each only once.
  std::vector<std::string> left_to_chance() const;

  // One line per thread: its name, what it waits for, and since when.
  std::string ThreadReport() const;
  // The labels of the threads that had not ended when the run was over.
  std::vector<std::string> left_behind() const;
  // The time, the seed, the digest, and how to run it again.
  std::string Identification() const;

  // Sets what the report of a deadlock says beside what each thread waits for.
  // `report` is called in any thread while no other one of the run runs. It
  // must not call the scheduler. To be called before the run.
  void set_report(std::function<std::string()> report) {
    report_ = std::move(report);
  }

  // Whether a thread can run, or more events than `events` are to come, among
  // which are timeouts.
  bool HasMoreThan(std::size_t events) const;
  // How often the token has changed hands, and how many events have run.
  std::int64_t turns() const;
  std::int64_t events() const;

 private:
  friend class Monitor;
  friend class RealWorld;
  using Lock = std::unique_lock<std::mutex>;
  struct Starting;

  enum class Token { kHeld, kChoosing, kFree };
  enum class Phase { kNew, kRunning, kEnding, kOver };
  // Whether to wait, if nothing can run, for threads that are outside of the
  // run or not part of it. At some time the monitor has no patience left.
  enum class Patience { kLeft, kGone };

  explicit Scheduler(const SchedulerOptions& options);

  // scheduler.cc: the scheduling points.
  Turn PointOrYield(bool yield);
  bool Sleep(const WaitFor& what);
  void ArmTimeout(SimThread& thread);
  bool Enter(Lock& lock, SimThread& me, bool only_looked = false);
  bool PayFor(Lock& lock, SimThread& me);
  void ParkAndWait(Lock& lock, SimThread& me);
  void WakeLocked(SimThread& thread, WaitEnd why);
  void LeaveWait(SimThread& thread);

  // token.cc: who has the next turn.
  SimThread* Choose(Lock& lock, SimThread& from, Patience patience);
  SimThread* TakeReady(std::size_t place);
  void PushReady(SimThread& thread);
  void Hand(Lock& lock, SimThread* next);
  void HandAndWait(Lock& lock, SimThread& me, SimThread* next);
  void AwaitTurn(Lock& lock, SimThread& me);
  void Arrive(Lock& lock, SimThread& me);
  void RunDueEvents(Lock& lock);
  void AdvanceTo(Lock& lock, Time time);
  void RunFirstEvent(Lock& lock);
  bool WakeThoseWhoLook();
  void Settle(Lock& lock);
  void NoteRealWorld();
  void LeaveForRealWorld();
  void ReturnFromRealWorld();

  // threads.cc: creation and end of threads.
  static void RunThread(void* starting);
  static void EndThread(void* thread);
  std::shared_ptr<SimThread> NewThread(absl::string_view name,
                                       std::shared_ptr<ThreadGroup> group);
  void MakeEnded(Lock& lock, SimThread& me);

  // groups.cc: groups of threads.
  void BeginPause(const std::shared_ptr<ThreadGroup>& group, Time until);
  void EndPauseIfOver(ThreadGroup& group);
  void EndPause(ThreadGroup& group);
  void EndPauses();

  // ending.cc: how a run ends.
  void Finish(SimThread& me);
  void Fail(absl::Status why);
  void CancelWaits();
  void CountCancelled(Lock& lock, SimThread& me);
  [[noreturn]] void Freeze(Lock& lock, SimThread& me);
  void MarkFrozen(SimThread& thread);
  SimThread* ChooseAtEnd(Patience patience);
  bool StrangersMayHelp() const;
  [[noreturn]] void Die(absl::string_view why) const;
  std::string ThreadReportLocked() const;
  std::string IdentificationLocked() const;
  absl::Status Result() const;
  void LeftToChanceLocked(absl::string_view what);

  // Constant, the last one from the beginning of the run on.
  const SchedulerOptions options_;
  const Streams streams_;
  const std::int64_t epoch_;
  std::function<std::string()> report_;

  // Also read without the mutex, for the clock.
  std::atomic<Time> now_{0};

  mutable std::mutex mutex_;
  // Everything below is under the mutex.
  Token token_ = Token::kHeld;
  Phase phase_ = Phase::kNew;
  // The thread with the token if it is kHeld.
  SimThread* holder_ = nullptr;
  SimThread* first_ = nullptr;
  // Whether the first thread has returned.
  bool first_is_done_ = false;
  std::vector<std::shared_ptr<SimThread>>
      threads_;  // Those that have not ended.
  std::uint64_t threads_made_ = 0;
  // In the order in which they became ready, and their numbers.
  std::vector<SimThread*> ready_;
  std::vector<std::uint64_t> ready_numbers_;
  std::vector<SimThread*> outside_;  // In the real world, too.
  int in_real_world_ = 0;
  std::vector<std::shared_ptr<ThreadGroup>> paused_;
  int looking_ = 0;  // How many parked threads want to look again.
  // Counts turns other than those in which a thread only looked again, and saw
  // nothing new.
  std::uint64_t useful_turns_ = 0;
  // Changes with each turn and each scheduling point.
  std::uint64_t progress_ = 0;
  std::int64_t turns_ = 0;
  std::int64_t events_run_ = 0;
  std::int64_t steps_ = 0;
  EventQueue events_;
  std::unique_ptr<OrderOfTurns> order_;
  Trace trace_;
  absl::Status failure_;
  std::vector<std::string> left_to_chance_;
  std::vector<std::string> left_behind_;
};

// A call that is no scheduling point, for as long as the object lives: see
// Scheduler::BeginQuietCall.
class InCall {
 public:
  // For a thread of `scheduler`'s run.
  explicit InCall(Scheduler& scheduler)
      : scheduler_(scheduler),
        is_over_(scheduler.BeginQuietCall() == Turn::kCancelled) {}
  ~InCall() { scheduler_.EndCall(); }
  InCall(const InCall&) = delete;
  InCall& operator=(const InCall&) = delete;

  // Whether the run is over.
  bool is_over() const { return is_over_; }

 private:
  Scheduler& scheduler_;
  const bool is_over_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_SCHEDULE_SCHEDULER_H_
