// A poll set of a platform with faults.

#ifndef MORTISE_PLATFORM_FAULT_POLL_SET_H_
#define MORTISE_PLATFORM_FAULT_POLL_SET_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/fault/faulty_call.h"
#include "mortise/platform/forwarding.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/process_mark.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace fault {

// Remembers the wishes, so that it can report one falsely and can take a change
// back. Wake and handle() are passed on.
class FaultyPollSet final : public ForwardingPollSet {
 public:
  FaultyPollSet(std::unique_ptr<PollSet> next, ReadinessCalls& readiness,
                const FaultyCall& faults);

  SysResult<void> Add(const PollWish& wish) override;
  SysResult<void> Change(const PollWish& wish) override;
  SysResult<void> Remove(NativeHandle handle) override;
  SysResult<std::size_t> Wait(absl::Span<PollReady> ready,
                              absl::Duration timeout) override;

 private:
  // A set does nothing in a forked child. The child must not wait for the lock,
  // which a thread of its parent may have held.
  bool IsOfThisProcess() const { return maker_.IsOfThisProcess(); }

  // What a change has replaced.
  struct Before {
    std::optional<PollWish> wish;
    bool was_spent = false;
  };

  // Make changes without faults. Taking a change back must not cross another
  // thread's change, so `changing_` is held while the set behind changes, which
  // takes no time. It is not held if threads take turns.
  SysResult<void> DoAdd(const PollWish& wish) ABSL_LOCKS_EXCLUDED(mutex_);
  // `*before` becomes what there was, unless the handle is not in the set.
  SysResult<void> DoChange(const PollWish& wish, Before* before)
      ABSL_LOCKS_EXCLUDED(mutex_);
  SysResult<void> DoRemove(NativeHandle handle) ABSL_LOCKS_EXCLUDED(mutex_);
  void UndoChange(const Before& before) ABSL_LOCKS_EXCLUDED(mutex_);

  bool IsSpent(void* cookie) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Returns whether it was spent.
  bool TakeSpent(void* cookie) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  std::vector<WaitTarget> Targets() const ABSL_LOCKS_EXCLUDED(mutex_);
  // Reports a handle that nobody has looked at: `handle`, or the first one if
  // it is invalid. Returns the number of entries.
  std::size_t ReportFalsely(NativeHandle handle, absl::Span<PollReady> ready)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // Removes the reports of wishes that are spent, and notes the one-shot wishes
  // among the rest. Returns how many are left.
  std::size_t WithoutSpent(absl::Span<PollReady> reported)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // Returns the one-shot wishes among those that were reported. They are not
  // spent any more.
  std::vector<PollWish> TakeOneShots(absl::Span<const PollReady> reported)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // Sees to it that what a Wait has reported comes again.
  void ReportAgain(absl::Span<const PollReady> reported)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // What such a change locks, or nullptr.
  absl::Mutex* ForChange() {
    return faults_.site().threads_take_turns() ? nullptr : &changing_;
  }

  ReadinessCalls& readiness_;
  const ProcessMark maker_;
  const FaultyCall& faults_;
  absl::Mutex changing_ ABSL_ACQUIRED_BEFORE(mutex_);
  // Not held while the set behind is called.
  mutable absl::Mutex mutex_;
  // By the number of the handle, so that the first one is the same every time.
  std::map<std::int64_t, PollWish> wishes_ ABSL_GUARDED_BY(mutex_);
  // The cookies of the one-shot wishes that were reported, and not set again.
  // The set behind may still report those that were reported falsely.
  std::vector<void*> spent_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace fault
}  // namespace mortise

#endif  // MORTISE_PLATFORM_FAULT_POLL_SET_H_
