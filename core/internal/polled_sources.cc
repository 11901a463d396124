// The part of PollerState that is about registrations with a source.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/poll_registration.h"
#include "mortise/core/internal/poller_state.h"
#include "mortise/core/internal/source_observer.h"
#include "mortise/core/poll_result.h"
#include "mortise/core/poll_source.h"
#include "mortise/platform/poll_events.h"

namespace mortise {
namespace internal {

bool PollerState::AskAgain(PollRegistration& registration) {
  if (!registration.observer->NoteToBeAsked()) return false;
  to_be_asked_.push_back(&registration);
  some_are_to_be_asked_.store(true, std::memory_order_release);
  return true;
}

void PollerState::AskSoon(PollRegistration& registration) {
  if (AskAgain(registration)) set_->Wake();
}

absl::Status PollerState::AskSources(PollResult* result) {
  // The other half is for what the system finds.
  const std::size_t most = (result->capacity_ + 1) / 2;
  {
    const absl::MutexLock lock(&mutex_);
    asked_.swap(to_be_asked_);
    some_are_to_be_asked_.store(false, std::memory_order_relaxed);
  }
  absl::Status status;
  std::size_t next = 0;
  while (next < asked_.size() && result->size_ < most) {
    PollRegistration& registration = *asked_[next++];
    {
      const absl::MutexLock lock(&mutex_);
      registration.observer->NoteAsked();
    }
    status.Update(AskSource(registration, PollEvents::kNone, result));
  }
  if (next == asked_.size()) {
    asked_.clear();
    return status;
  }
  // What is left over comes first the next time.
  const absl::MutexLock lock(&mutex_);
  to_be_asked_.insert(to_be_asked_.begin(), asked_.begin() + next,
                      asked_.end());
  asked_.clear();
  some_are_to_be_asked_.store(true, std::memory_order_release);
  return status;
}

absl::Status PollerState::AskSource(PollRegistration& registration,
                                    PollEvents reported, PollResult* result) {
  if (registration.has_left.load(std::memory_order_acquire)) {
    return absl::OkStatus();
  }
  const PollEvents wanted = registration.wanted.load(std::memory_order_acquire);
  const PollSource::Answer answer = registration.source->Ask(wanted, reported);

  const absl::MutexLock lock(&mutex_);
  if (registration.has_left.load(std::memory_order_acquire)) {
    return absl::OkStatus();
  }
  // Not what a change that came meanwhile no longer wants.
  const PollEvents ready = answer.ready & wanted & registration.wanted.load();
  if (ready != PollEvents::kNone) {
    Report(registration, ready, result);
    // A one-shot registration is paused, but what was taken is still sent.
    if (registration.mode == PollMode::kOneShot) {
      registration.wanted.store(PollEvents::kNone, std::memory_order_release);
    }
  }
  // As long as it is ready it is reported by every wait.
  if (ready != PollEvents::kNone || answer.ask_again) AskAgain(registration);
  if (answer.wait == registration.in_set) return absl::OkStatus();
  absl::Status status = Apply(registration, answer.wait, Operation::kSelect);
  // Otherwise nobody would ever ask it again.
  if (!status.ok()) AskAgain(registration);
  return status;
}

}  // namespace internal
}  // namespace mortise
