#include "mortise/platform/fault/poll_set.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/fault/call.h"
#include "mortise/platform/fault/call_match.h"
#include "mortise/platform/fault/faulty_call.h"
#include "mortise/platform/forwarding.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_events.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace fault {
namespace {

WaitEvents ToWaitEvents(PollEvents events) {
  WaitEvents wait = WaitEvents::kNone;
  if (Has(events, PollEvents::kReadable)) wait = wait | WaitEvents::kReadable;
  if (Has(events, PollEvents::kWritable)) wait = wait | WaitEvents::kWritable;
  return wait;
}

}  // namespace

FaultyPollSet::FaultyPollSet(std::unique_ptr<PollSet> next,
                             ReadinessCalls& readiness,
                             const FaultyCall& faults)
    : ForwardingPollSet(std::move(next)),
      readiness_(readiness),
      maker_(readiness.MarkProcess()),
      faults_(faults) {}

bool FaultyPollSet::IsSpent(void* cookie) const {
  return std::find(spent_.begin(), spent_.end(), cookie) != spent_.end();
}

bool FaultyPollSet::TakeSpent(void* cookie) {
  const auto found = std::find(spent_.begin(), spent_.end(), cookie);
  if (found == spent_.end()) return false;
  spent_.erase(found);
  return true;
}

SysResult<void> FaultyPollSet::DoAdd(const PollWish& wish) {
  const absl::MutexLockMaybe change(ForChange());
  const SysResult<void> done = ForwardingPollSet::Add(wish);
  const absl::MutexLock lock(&mutex_);
  if (done.ok()) wishes_[wish.handle.value()] = wish;
  return done;
}

SysResult<void> FaultyPollSet::DoChange(const PollWish& wish, Before* before) {
  const absl::MutexLockMaybe change(ForChange());
  const SysResult<void> done = ForwardingPollSet::Change(wish);
  const absl::MutexLock lock(&mutex_);
  const auto found = wishes_.find(wish.handle.value());
  if (!done.ok() || found == wishes_.end()) return done;
  // What the set reports from now on counts.
  before->was_spent = TakeSpent(found->second.cookie);
  before->wish = found->second;
  found->second = wish;
  return done;
}

SysResult<void> FaultyPollSet::DoRemove(NativeHandle handle) {
  const absl::MutexLockMaybe change(ForChange());
  const SysResult<void> done = ForwardingPollSet::Remove(handle);
  const absl::MutexLock lock(&mutex_);
  const auto found = wishes_.find(handle.value());
  if (!done.ok() || found == wishes_.end()) return done;
  (void)TakeSpent(found->second.cookie);
  wishes_.erase(found);
  return done;
}

void FaultyPollSet::UndoChange(const Before& before) {
  if (!before.wish.has_value()) return;
  const absl::MutexLockMaybe change(ForChange());
  // Fails if another thread has taken the handle out meanwhile.
  if (!ForwardingPollSet::Change(*before.wish).ok()) return;
  const absl::MutexLock lock(&mutex_);
  wishes_[before.wish->handle.value()] = *before.wish;
  // The set behind reports it again, but it had been reported.
  if (before.was_spent) spent_.push_back(before.wish->cookie);
}

SysResult<void> FaultyPollSet::Add(const PollWish& wish) {
  if (!IsOfThisProcess()) return ForwardingPollSet::Add(wish);
  return faults_.Make(
      {Call::kPollSetAdd, wish.handle}, [&] { return DoAdd(wish); },
      [&](SysResult<void>&) { (void)DoRemove(wish.handle); });
}

SysResult<void> FaultyPollSet::Change(const PollWish& wish) {
  if (!IsOfThisProcess()) return ForwardingPollSet::Change(wish);
  Before before;
  return faults_.Make(
      {Call::kPollSetChange, wish.handle},
      [&] { return DoChange(wish, &before); },
      [&](SysResult<void>&) { UndoChange(before); });
}

SysResult<void> FaultyPollSet::Remove(NativeHandle handle) {
  if (!IsOfThisProcess()) return ForwardingPollSet::Remove(handle);
  return faults_.Make({Call::kPollSetRemove, handle},
                      [&] { return DoRemove(handle); });
}

std::vector<WaitTarget> FaultyPollSet::Targets() const {
  const absl::MutexLock lock(&mutex_);
  std::vector<WaitTarget> targets;
  targets.reserve(wishes_.size());
  for (const auto& [handle, wish] : wishes_) {
    targets.push_back({wish.handle, ToWaitEvents(wish.events)});
  }
  return targets;
}

std::size_t FaultyPollSet::ReportFalsely(NativeHandle handle,
                                         absl::Span<PollReady> ready) {
  const absl::MutexLock lock(&mutex_);
  for (const auto& [number, wish] : wishes_) {
    if (handle.valid() && handle.value() != number) continue;
    if (IsSpent(wish.cookie)) continue;
    if (wish.mode == PollMode::kOneShot) spent_.push_back(wish.cookie);
    ready.front() = {wish.cookie, wish.events};
    return 1;
  }
  return 0;
}

std::size_t FaultyPollSet::WithoutSpent(absl::Span<PollReady> reported) {
  const absl::MutexLock lock(&mutex_);
  std::size_t left = 0;
  for (const PollReady& ready : reported) {
    if (!IsSpent(ready.cookie)) reported[left++] = ready;
  }
  // Only now, because a set may report a handle twice.
  for (const PollReady& ready : reported.first(left)) {
    for (const auto& [number, wish] : wishes_) {
      if (wish.mode == PollMode::kOneShot && wish.cookie == ready.cookie &&
          !IsSpent(ready.cookie)) {
        spent_.push_back(ready.cookie);
      }
    }
  }
  return left;
}

std::vector<PollWish> FaultyPollSet::TakeOneShots(
    absl::Span<const PollReady> reported) {
  const absl::MutexLock lock(&mutex_);
  std::vector<PollWish> wishes;
  for (const PollReady& ready : reported) {
    // Nobody has been told of a false report either.
    (void)TakeSpent(ready.cookie);
    for (const auto& [number, wish] : wishes_) {
      if (wish.cookie == ready.cookie && wish.mode == PollMode::kOneShot) {
        wishes.push_back(wish);
      }
    }
  }
  return wishes;
}

void FaultyPollSet::ReportAgain(absl::Span<const PollReady> reported) {
  const absl::MutexLockMaybe change(ForChange());
  // A Wake, or a wish that is set again. The others come again by themselves.
  for (const PollReady& ready : reported) {
    if (ready.cookie == nullptr) ForwardingPollSet::Wake();
  }
  for (const PollWish& wish : TakeOneShots(reported)) {
    (void)ForwardingPollSet::Change(wish);
  }
}

SysResult<std::size_t> FaultyPollSet::Wait(absl::Span<PollReady> ready,
                                           absl::Duration timeout) {
  if (!IsOfThisProcess()) return ForwardingPollSet::Wait(ready, timeout);
  std::vector<WaitTarget> targets;
  if (!faults_.empty()) targets = Targets();
  CallArguments arguments = {Call::kPollSetWait, NativeHandle(), ready.size()};
  arguments.targets = targets;
  return faults_.Make(
      arguments,
      [&](const Allowance& allowance) -> SysResult<std::size_t> {
        if (allowance.is_falsely_ready) {
          return {ReportFalsely(allowance.handle, ready), 0};
        }
        const absl::Span<PollReady> room = ready.subspan(0, allowance.most);
        SysResult<std::size_t> found =
            ForwardingPollSet::Wait(room, allowance.Left(timeout));
        if (found.ok()) found.value = WithoutSpent(room.first(found.value));
        return found;
      },
      [&](SysResult<std::size_t>& found) {
        ReportAgain(ready.first(found.value));
        found = {};
      });
}

}  // namespace fault
}  // namespace mortise
