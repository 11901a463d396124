// Tells a poller that the source of a registration may answer otherwise.

#ifndef MORTISE_CORE_INTERNAL_SOURCE_OBSERVER_H_
#define MORTISE_CORE_INTERNAL_SOURCE_OBSERVER_H_

#include <atomic>
#include <memory>
#include <utility>

#include "absl/synchronization/mutex.h"
#include "mortise/core/internal/poll_registration.h"
#include "mortise/core/internal/poller_state.h"
#include "mortise/core/poll_source.h"

namespace mortise {
namespace internal {

// Its source may hold it longer than the registration lives, and longer than
// the poller.
class SourceObserver final : public PollObserver {
 public:
  explicit SourceObserver(std::weak_ptr<PollerState> poller)
      : poller_(std::move(poller)) {}

  // Under the mutex of the poller.
  void Attach(PollRegistration& registration) { registration_ = &registration; }
  void Detach() {
    registration_ = nullptr;
    // Nobody has to know any more.
    is_to_be_asked_ = true;
  }

  // Notes that the source is to be asked before the next wait. Returns whether
  // that is new.
  bool NoteToBeAsked() { return !is_to_be_asked_.exchange(true); }
  // To be called before the source is asked: a change from now on is a new one.
  void NoteAsked() {
    if (registration_ != nullptr) is_to_be_asked_ = false;
  }

  // Locks only if the poller does not know yet.
  void Changed() override {
    if (is_to_be_asked_) return;
    const std::shared_ptr<PollerState> poller = poller_.lock();
    if (poller == nullptr || !poller->maker().IsOfThisProcess()) return;
    const absl::MutexLock lock(&poller->mutex_);
    if (registration_ != nullptr) poller->AskSoon(*registration_);
  }

 private:
  const std::weak_ptr<PollerState> poller_;
  std::atomic<bool> is_to_be_asked_{false};
  // Under the mutex of the poller. nullptr once it has left.
  PollRegistration* registration_ = nullptr;
};

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_SOURCE_OBSERVER_H_
