#include "mortise/core/internal/poller_state.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/base/optimization.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/internal/check_duration.h"
#include "mortise/core/internal/deadline.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/poll_registration.h"
#include "mortise/core/internal/source_observer.h"
#include "mortise/core/poll_result.h"
#include "mortise/core/poll_source.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_events.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace internal {
namespace {

constexpr PollEvents kWishes = PollEvents::kReadable | PollEvents::kWritable;
// How often a wait looks although its time is over.
constexpr int kMostLooks = 16;

constexpr PollEvents kHints = PollEvents::kEnded | PollEvents::kFailed;

absl::Status CheckWishes(Operation operation, PollEvents events) {
  if (Has(kWishes, events)) return absl::OkStatus();
  return ArgumentError(absl::StatusCode::kInvalidArgument, operation, "events",
                       "only kReadable and kWritable can be waited for");
}

absl::Status NotRegistered(Operation operation, NativeHandle handle) {
  return ArgumentError(absl::StatusCode::kNotFound, operation, "handle",
                       absl::StrCat(handle.value(), " is not in the poller"));
}

// For one thread at a time.
class Turn {
 public:
  explicit Turn(std::atomic<bool>& taken)
      : taken_(taken),
        is_mine_(!taken.exchange(true, std::memory_order_acquire)) {}
  ~Turn() {
    if (is_mine_) taken_.store(false, std::memory_order_release);
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  bool is_mine() const { return is_mine_; }

 private:
  std::atomic<bool>& taken_;
  const bool is_mine_;
};

}  // namespace

PollerState::PollerState(const Platform& platform, std::unique_ptr<PollSet> set)
    : platform_(platform),
      maker_(platform.readiness().MarkProcess()),
      round_(std::make_shared<std::atomic<std::uint64_t>>(0)),
      set_(std::move(set)) {}

PollerState::~PollerState() = default;

absl::Status PollerState::NotOfThisProcess(Operation operation) const {
  return ArgumentError(absl::StatusCode::kFailedPrecondition, operation,
                       "poller", "it belongs to the process that made it");
}

absl::Status PollerState::Apply(PollRegistration& registration,
                                PollEvents events, Operation operation) {
  SysResult<void> done = {};
  const PollWish wish = {
      registration.handle, events,
      registration.source == nullptr ? registration.mode : PollMode::kLevel,
      &registration};
  if (events == PollEvents::kNone) {
    // Not even an empty wish, for which some systems report errors.
    if (registration.in_set == PollEvents::kNone) return absl::OkStatus();
    done = set_->Remove(registration.handle);
  } else if (registration.in_set == PollEvents::kNone) {
    done = set_->Add(wish);
  } else {
    done = set_->Change(wish);
  }
  if (!done.ok()) {
    return OsError(platform_, operation, done.error,
                   absl::StrCat(registration.handle.value()));
  }
  registration.in_set = events;
  return absl::OkStatus();
}

absl::Status PollerState::Add(NativeHandle handle, const PollWishes& wish,
                              std::shared_ptr<PollSource> source) {
  absl::Status status = CheckWishes(Operation::kRegister, wish.events);
  if (!status.ok()) return status;
  if (!maker_.IsOfThisProcess()) return NotOfThisProcess(Operation::kRegister);
  auto made = std::make_unique<PollRegistration>();
  PollRegistration& registration = *made;
  registration.handle = handle;
  registration.key = wish.key;
  registration.mode = wish.mode;
  registration.is_sockets = wish.is_sockets;
  registration.wanted.store(wish.events, std::memory_order_relaxed);
  std::shared_ptr<SourceObserver> observer;
  if (source != nullptr) {
    observer = std::make_shared<SourceObserver>(weak_from_this());
    registration.source = source;
    registration.observer = observer;
  }
  // The thread in Wait may get the registration before this thread goes on.
  registration.has_left.store(false, std::memory_order_release);
  {
    const absl::MutexLock lock(&mutex_);
    const auto added = registrations_.try_emplace(handle.value());
    if (!added.second) {
      return ArgumentError(absl::StatusCode::kAlreadyExists,
                           Operation::kRegister, "handle",
                           absl::StrCat(handle.value(), " is in the poller"));
    }
    // What a source names is not known yet, but a handle that the system does
    // not wait for is to be refused here.
    status = Apply(registration,
                   source == nullptr ? wish.events : PollEvents::kReadable,
                   Operation::kRegister);
    if (!status.ok()) {
      registrations_.erase(added.first);
      return status;
    }
    if (observer != nullptr) {
      observer->Attach(registration);
      AskSoon(registration);
    }
    added.first->second = std::move(made);
  }
  if (source == nullptr) return absl::OkStatus();
  source->Observe(observer);
  // The source may have been asked before it had an observer.
  observer->Changed();
  return absl::OkStatus();
}

absl::Status PollerState::Change(NativeHandle handle, PollEvents events,
                                 bool is_sockets) {
  absl::Status status = CheckWishes(Operation::kModify, events);
  if (!status.ok()) return status;
  if (!maker_.IsOfThisProcess()) return NotOfThisProcess(Operation::kModify);
  const absl::MutexLock lock(&mutex_);
  const auto found = registrations_.find(handle.value());
  if (found == registrations_.end() ||
      found->second->is_sockets != is_sockets) {
    return NotRegistered(Operation::kModify, handle);
  }
  PollRegistration& registration = *found->second;
  if (registration.source == nullptr) {
    status = Apply(registration, events, Operation::kModify);
    if (!status.ok()) return status;
  }
  registration.is_armed = true;
  registration.wanted.store(events, std::memory_order_release);
  if (registration.source != nullptr) AskSoon(registration);
  return absl::OkStatus();
}

absl::Status PollerState::Remove(NativeHandle handle, bool is_sockets) {
  if (!maker_.IsOfThisProcess()) {
    return NotOfThisProcess(Operation::kUnregister);
  }
  const absl::MutexLock lock(&mutex_);
  const auto found = registrations_.find(handle.value());
  if (found == registrations_.end() ||
      found->second->is_sockets != is_sockets) {
    return NotRegistered(Operation::kUnregister, handle);
  }
  Leave(found);
  return absl::OkStatus();
}

void PollerState::Leave(Registrations::iterator found) {
  std::unique_ptr<PollRegistration> registration = std::move(found->second);
  registrations_.erase(found);
  registration->has_left.store(true, std::memory_order_release);
  if (registration->observer != nullptr) registration->observer->Detach();
  if (registration->in_set != PollEvents::kNone &&
      !set_->Remove(registration->handle).ok()) {
    stuck_.push_back(std::move(registration));
    return;
  }
  left_.push_back(std::move(registration));
  some_have_left_.store(true, std::memory_order_release);
}

void PollerState::Forget(NativeHandle handle) {
  if (!maker_.IsOfThisProcess()) return;
  const absl::MutexLock lock(&mutex_);
  const auto found = registrations_.find(handle.value());
  if (found != registrations_.end()) Leave(found);
}

inline void PollerState::BeginRound(PollResult* result) {
  // No other thread changes it meanwhile.
  round_->store(round_->load(std::memory_order_relaxed) + 1,
                std::memory_order_release);
  result->Begin(round_);
  if (some_have_left_.load(std::memory_order_acquire)) ForgetThoseWhoLeft();
}

void PollerState::ForgetThoseWhoLeft() {
  {
    const absl::MutexLock lock(&mutex_);
    some_have_left_.store(false, std::memory_order_relaxed);
    to_be_asked_.erase(std::remove_if(to_be_asked_.begin(), to_be_asked_.end(),
                                      [](const PollRegistration* registration) {
                                        return registration->has_left.load();
                                      }),
                       to_be_asked_.end());
    forgotten_.swap(left_);
  }
  // Sources are given up without the lock.
  forgotten_.clear();
}

inline void PollerState::ReportFound(PollRegistration& registration,
                                     PollEvents found, PollResult* result) {
  const PollEvents wanted = registration.wanted.load(std::memory_order_acquire);
  // A change that came during the wait may have made the event stale.
  if ((found & wanted) == PollEvents::kNone) return;
  Report(registration, found & (wanted | kHints), result);
}

inline void PollerState::Sort(std::size_t count, PollResult* result,
                              absl::Status* failure) {
  // Entries are only dropped and joined, so each is written where it was read,
  // or before.
  const PollReady* next = result->events_.data() + result->size_;
  for (const PollReady* const end = next + count; next != end; ++next) {
    const PollReady ready = *next;
    if (ready.cookie == nullptr) {
      if (is_woken_.exchange(false, std::memory_order_acq_rel)) {
        result->woken_ = true;
      }
      continue;
    }
    PollRegistration& registration = RegistrationOf(ready);
    if (registration.has_left.load(std::memory_order_acquire)) continue;
    if (registration.source != nullptr) {
      failure->Update(AskSource(registration, ready.events, result));
      continue;
    }
    // The set does not report a one-shot registration again, so a change that
    // is under way must have ended: its event must not be taken for one that
    // was not wanted.
    const absl::MutexLockMaybe lock(
        registration.mode == PollMode::kOneShot ? &mutex_ : nullptr);
    ReportFound(registration, ready.events, result);
  }
}

absl::Status PollerState::SetFailure(int native) const {
  if (PortableCode(platform_, ErrorDomain::kOs, native) == ErrorCode::kEintr) {
    return absl::OkStatus();
  }
  return OsError(platform_, Operation::kSelect, native);
}

inline bool PollerState::LookAtSet(absl::Duration timeout, PollResult* result,
                                   absl::Status* failure) {
  // Sources leave room for at least one.
  const std::size_t room =
      std::max<std::size_t>(result->capacity_ - result->size_, 1);
  const SysResult<std::size_t> ready = set_->Wait(
      absl::MakeSpan(result->events_.data() + result->size_, room), timeout);
  if (ABSL_PREDICT_TRUE(ready.ok())) {
    Sort(std::min(ready.value, room), result, failure);
    return ready.value >= std::min(room, PollSet::kMostAtOnce);
  }
  failure->Update(SetFailure(ready.error));
  return false;
}

inline bool PollerState::WaitOnce(absl::Duration timeout, PollResult* result,
                                  absl::Status* failure) {
  if (some_are_to_be_asked_.load(std::memory_order_acquire)) {
    *failure = AskSources(result);
    // A source that has more to look at does not wait for the system.
    if (result->size_ > 0 || !failure->ok() ||
        some_are_to_be_asked_.load(std::memory_order_acquire)) {
      timeout = absl::ZeroDuration();
    }
  }
  for (;;) {
    const std::size_t before = result->size_;
    const bool is_full = LookAtSet(timeout, result, failure);
    // A set reports only so many at once, in turns. What it repeats is joined,
    // so if nothing is new, there is no more.
    if (!is_full || result->size_ == before ||
        result->size_ >= result->capacity_) {
      return is_full;
    }
    timeout = absl::ZeroDuration();
  }
}

inline bool PollerState::HasFound(const PollResult& result) {
  return result.size_ > 0 || result.woken_;
}

// Not inline, as what is usual needs none of it.
ABSL_ATTRIBUTE_NOINLINE absl::Status PollerState::WaitForMore(
    const Deadline& deadline, bool is_full, PollResult* result) {
  for (int looks = 1;; ++looks) {
    const absl::Duration remaining = deadline.Remaining();
    // What has filled the room was nothing, and may have hidden something.
    const bool may_look_again = is_full && looks < kMostLooks;
    if (remaining <= absl::ZeroDuration() && !may_look_again) {
      return absl::OkStatus();
    }
    absl::Status status;
    is_full = WaitOnce(remaining, result, &status);
    if (!status.ok() || HasFound(*result)) return status;
  }
}

absl::Status PollerState::Wait(absl::Duration timeout, PollResult* result) {
  absl::Status status =
      CheckNotNegative(Operation::kSelect, "timeout", timeout);
  if (!status.ok()) return status;
  if (!maker_.IsOfThisProcess()) return NotOfThisProcess(Operation::kSelect);
  const Turn turn(is_waiting_);
  if (!turn.is_mine()) {
    return ArgumentError(absl::StatusCode::kFailedPrecondition,
                         Operation::kSelect, "poller",
                         "another thread is waiting for it");
  }
  BeginRound(result);
  const Deadline deadline(platform_.clock(), timeout);
  const bool is_full = WaitOnce(timeout, result, &status);
  if (ABSL_PREDICT_FALSE(!HasFound(*result)) && status.ok()) {
    status = WaitForMore(deadline, is_full, result);
  }
  // A source that has met an error is asked again, and meets it again.
  if (ABSL_PREDICT_FALSE(!status.ok()) && HasFound(*result)) {
    status = absl::OkStatus();
  }
  // Otherwise another loop would not see what is ready inside.
  if (is_watched_.load(std::memory_order_relaxed) &&
      some_are_to_be_asked_.load(std::memory_order_relaxed)) {
    set_->Wake();
  }
  return status;
}

void PollerState::Wake() {
  is_woken_.store(true, std::memory_order_release);
  set_->Wake();
}

std::size_t PollerState::size() const {
  if (!maker_.IsOfThisProcess()) return 0;
  const absl::MutexLock lock(&mutex_);
  return registrations_.size();
}

NativeHandle PollerState::native_handle() const {
  is_watched_.store(true, std::memory_order_relaxed);
  return set_->handle();
}

void PollerState::End() {
  has_ended_.store(true, std::memory_order_release);
  // Makes the events of results stale.
  round_->fetch_add(1, std::memory_order_acq_rel);
  if (!maker_.IsOfThisProcess()) {
    // A thread of the parent may have been in the middle of a change.
    ABSL_CONST_INIT static std::atomic<PollerState*> kept{nullptr};
    self_ = shared_from_this();
    next_kept_ = kept.exchange(this);
    return;
  }
  const absl::MutexLock lock(&mutex_);
  for (auto& [handle, registration] : registrations_) {
    if (registration->observer != nullptr) registration->observer->Detach();
    // Sources are given up when nobody holds this object any more, without the
    // lock.
    left_.push_back(std::move(registration));
  }
  registrations_.clear();
  to_be_asked_.clear();
  set_.reset();
}

}  // namespace internal
}  // namespace mortise
