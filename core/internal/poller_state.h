// What a Poller is made of. Its sockets and results hold it, too, so that they
// may outlive the poller.

#ifndef MORTISE_CORE_INTERNAL_POLLER_STATE_H_
#define MORTISE_CORE_INTERNAL_POLLER_STATE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/poll_registration.h"
#include "mortise/core/poll_result.h"
#include "mortise/core/poll_source.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_events.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/process_mark.h"

namespace mortise {
namespace internal {

class Deadline;

// What a caller wants to know, and how it is reported.
struct PollWishes {
  PollEvents events = PollEvents::kNone;
  std::uint64_t key = 0;
  PollMode mode = PollMode::kLevel;
  bool is_sockets = false;
};

// Thread safety: as for Poller. The mutex is never held during a wait, nor
// while a source is called.
class PollerState : public std::enable_shared_from_this<PollerState> {
 public:
  PollerState(const Platform& platform, std::unique_ptr<PollSet> set);
  ~PollerState();
  PollerState(const PollerState&) = delete;
  PollerState& operator=(const PollerState&) = delete;

  const Platform& platform() const { return platform_; }
  const ProcessMark& maker() const { return maker_; }
  // The error of a call in a forked child.
  absl::Status NotOfThisProcess(Operation operation) const;

  absl::Status Add(NativeHandle handle, const PollWishes& wish,
                   std::shared_ptr<PollSource> source = nullptr);
  // `is_sockets` has to be what Add was told.
  absl::Status Change(NativeHandle handle, PollEvents events, bool is_sockets);
  absl::Status Remove(NativeHandle handle, bool is_sockets);
  // Remove for a handle that is about to be closed. It may not be there.
  void Forget(NativeHandle handle);

  absl::Status Wait(absl::Duration timeout, PollResult* result);
  void Wake();

  std::size_t size() const;
  NativeHandle native_handle() const;

  // Gives everything back to the system. Nobody may be in Wait.
  void End();
  bool has_ended() const { return has_ended_.load(std::memory_order_acquire); }

 private:
  friend class SourceObserver;

  // Makes the system's set wait for `events`.
  absl::Status Apply(PollRegistration& registration, PollEvents events,
                     Operation operation) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  using Registrations =
      absl::flat_hash_map<std::int64_t, std::unique_ptr<PollRegistration>>;
  // Takes out the registration at `found`.
  void Leave(Registrations::iterator found)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // Begins a round, and forgets what has left before.
  void BeginRound(PollResult* result);
  void ForgetThoseWhoLeft();
  // Waits once for the set. Returns whether the set may have more. `*failure`
  // stays OK if nothing was found.
  bool LookAtSet(absl::Duration timeout, PollResult* result,
                 absl::Status* failure);
  // The error of a wait of the set. A signal is none.
  absl::Status SetFailure(int native) const;
  // The same for sources and the set.
  bool WaitOnce(absl::Duration timeout, PollResult* result,
                absl::Status* failure);
  // Goes on with a wait that has found nothing, until the deadline.
  // `is_full` is what WaitOnce has returned.
  absl::Status WaitForMore(const Deadline& deadline, bool is_full,
                           PollResult* result);
  static bool HasFound(const PollResult& result);
  // Makes the next `count` entries of the room of `result`, which the set has
  // filled, events of this round.
  void Sort(std::size_t count, PollResult* result, absl::Status* failure);
  // Reports `events`, which are wanted: adds an entry, or joins them with the
  // one of this round. The caller holds the mutex if the registration is a
  // one-shot registration.
  static void Report(PollRegistration& registration, PollEvents events,
                     PollResult* result);
  // The same with what the set has found.
  static void ReportFound(PollRegistration& registration, PollEvents found,
                          PollResult* result);

  // --- Registrations with a source ---

  // Lets the next wait ask the source, and ends the one that is under way.
  void AskSoon(PollRegistration& registration)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The same for the thread in Wait, which needs no wake-up. Returns whether
  // that is new.
  bool AskAgain(PollRegistration& registration)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Asks the sources that are to be asked, and reports what is ready.
  absl::Status AskSources(PollResult* result);
  // Asks one, of whose handle the system has said `reported`.
  absl::Status AskSource(PollRegistration& registration, PollEvents reported,
                         PollResult* result);

  const Platform& platform_;
  const ProcessMark maker_;
  std::atomic<bool> has_ended_{false};
  std::atomic<bool> is_waiting_{false};
  // Whether Wake was called: the set is also woken for other reasons.
  std::atomic<bool> is_woken_{false};
  // Whether somebody waits for the set in another loop.
  mutable std::atomic<bool> is_watched_{false};
  // The number of the last Wait that has begun. Results look at it.
  const std::shared_ptr<std::atomic<std::uint64_t>> round_;
  // Whether `left_` has something, and `to_be_asked_`.
  std::atomic<bool> some_have_left_{false};
  std::atomic<bool> some_are_to_be_asked_{false};

  mutable absl::Mutex mutex_;
  std::unique_ptr<PollSet> set_;
  Registrations registrations_ ABSL_GUARDED_BY(mutex_);
  // Registrations that have left the poller. They stay until the next Wait
  // begins, because the one that is under way may still be given them.
  std::vector<std::unique_ptr<PollRegistration>> left_ ABSL_GUARDED_BY(mutex_);
  // Those whose handle was closed too early, while a duplicate lived. The
  // system cannot take it out any more, and may report it for ever.
  std::vector<std::unique_ptr<PollRegistration>> stuck_ ABSL_GUARDED_BY(mutex_);
  std::vector<PollRegistration*> to_be_asked_ ABSL_GUARDED_BY(mutex_);

  // Of the thread in Wait: those that are being asked, and those that are being
  // forgotten.
  std::vector<PollRegistration*> asked_;
  std::vector<std::unique_ptr<PollRegistration>> forgotten_;

  // What a forked child has of its parent is kept where leak checkers find it.
  std::shared_ptr<PollerState> self_;
  PollerState* next_kept_ = nullptr;
};

inline void PollerState::Report(PollRegistration& registration,
                                PollEvents events, PollResult* result) {
  if (registration.round == result->round_) {
    result->events_[registration.index].events |= events;
    return;
  }
  // A one-shot registration is reported by one Wait.
  if (registration.mode == PollMode::kOneShot &&
      !std::exchange(registration.is_armed, false)) {
    return;
  }
  registration.round = result->round_;
  registration.index = result->size_;
  result->events_[result->size_++] = {&registration, events};
}

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_POLLER_STATE_H_
