#include "mortise/platform/sim/host/poll_set.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <tuple>
#include <utility>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_events.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/sim/host/host.h"
#include "mortise/platform/sim/host/waiting.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/kernel/socket.h"
#include "mortise/platform/sim/kernel/watchers.h"
#include "mortise/platform/sim/time.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {
namespace sim {

SimulatedPollSet::~SimulatedPollSet() {
  // Sockets must not tell an entry anything while it is destroyed.
  CallInfo info("close poll set");
  info.is_of_destructors = true;
  Perform(host_, info, [this](Call&) {
    entries_.clear();
    return kDone;
  });
}

PollEvents SimulatedPollSet::Entry::Look() const {
  if (socket() == nullptr || is_paused_) return PollEvents::kNone;
  const Events ready = socket_->Ready();
  PollEvents found = PollEvents::kNone;
  // An error or the end of both halves counts as each event that is wanted.
  if ((ready & (kFailed | kHungUp)) != 0) found |= wish_.events;
  if (Has(wish_.events, PollEvents::kReadable) &&
      (ready & (kReadable | kEnded)) != 0) {
    found |= PollEvents::kReadable;
  }
  if (Has(wish_.events, PollEvents::kWritable) && (ready & kWritable) != 0) {
    found |= PollEvents::kWritable;
  }
  if (found == PollEvents::kNone) return found;
  const bool wants_end = Has(wish_.events, PollEvents::kReadable);
  if ((ready & kHungUp) != 0 || (wants_end && (ready & kEnded) != 0)) {
    found |= PollEvents::kEnded;
  }
  if ((ready & kFailed) != 0) found |= PollEvents::kFailed;
  return found;
}

void SimulatedPollSet::Entry::OnEvents(Events) { set_.MayBeReady(*this); }

void SimulatedPollSet::MayBeReady(Entry& entry) {
  if (!entry.may_be_ready_) {
    entry.may_be_ready_ = true;
    maybe_.splice(maybe_.end(), idle_, entry.place_);
  }
  if (waiter_ != nullptr) host_.waiting.Wake(*waiter_);
}

void SimulatedPollSet::Forget(Entry& entry) {
  (entry.may_be_ready_ ? maybe_ : idle_).erase(entry.place_);
  entries_.erase(entry.wish_.handle.value());
}

SimulatedPollSet::Entry* SimulatedPollSet::Find(const Call& call,
                                                NativeHandle handle) {
  const auto found = entries_.find(handle.value());
  if (found == entries_.end()) return nullptr;
  Entry& entry = found->second;
  const std::shared_ptr<OpenFile> file = call.Find(handle);
  if (file != nullptr && entry.socket() == &file->socket()) return &entry;
  Forget(entry);
  return nullptr;
}

SysResult<void> SimulatedPollSet::Add(const PollWish& wish) {
  return Perform(host_, {"poll add", wish.handle}, [&](Call& call) {
    if (!IsWellFormed(wish)) return ErrorCode::kEinval;
    const std::shared_ptr<OpenFile> file = call.Find(wish.handle);
    if (file == nullptr) return ErrorCode::kEbadf;
    if (Find(call, wish.handle) != nullptr) return ErrorCode::kEexist;
    Entry& entry =
        entries_
            .emplace(std::piecewise_construct,
                     std::forward_as_tuple(wish.handle.value()),
                     std::forward_as_tuple(*this, wish, file->socket()))
            .first->second;
    entry.place_ = idle_.insert(idle_.end(), &entry);
    MayBeReady(entry);
    return kDone;
  });
}

SysResult<void> SimulatedPollSet::Change(const PollWish& wish) {
  return Perform(host_, {"poll change", wish.handle}, [&](Call& call) {
    if (!IsWellFormed(wish)) return ErrorCode::kEinval;
    Entry* const entry = Find(call, wish.handle);
    if (entry == nullptr) return ErrorCode::kEnoent;
    entry->wish_ = wish;
    entry->is_paused_ = false;
    MayBeReady(*entry);
    return kDone;
  });
}

SysResult<void> SimulatedPollSet::Remove(NativeHandle handle) {
  CallInfo info("poll remove", handle);
  info.is_of_destructors = true;
  return Perform(host_, info, [&](Call& call) {
    Entry* const entry = Find(call, handle);
    if (entry == nullptr) return ErrorCode::kEnoent;
    Forget(*entry);
    return kDone;
  });
}

std::size_t SimulatedPollSet::Collect(absl::Span<PollReady> ready,
                                      std::size_t count) {
  // Those that were reported go to the end, so that the others come first the
  // next time.
  for (std::size_t left = maybe_.size(); left > 0 && count < ready.size();
       --left) {
    Entry& entry = *maybe_.front();
    const PollEvents events = entry.Look();
    if (events == PollEvents::kNone) {
      entry.may_be_ready_ = false;
      idle_.splice(idle_.end(), maybe_, maybe_.begin());
      continue;
    }
    ready[count++] = {entry.wish_.cookie, events};
    if (entry.wish_.mode == PollMode::kOneShot) {
      entry.is_paused_ = true;
      entry.may_be_ready_ = false;
      idle_.splice(idle_.end(), maybe_, maybe_.begin());
    } else {
      maybe_.splice(maybe_.end(), maybe_, maybe_.begin());
    }
  }
  return count;
}

SysResult<std::size_t> SimulatedPollSet::Wait(absl::Span<PollReady> ready,
                                              absl::Duration timeout) {
  return Perform(host_, "poll", [&](Call& call) -> Result<std::size_t> {
    WaitInterrupt* const interrupt = &interrupt_;
    const Time deadline = Later(call.kernel().now(), TimeOf(timeout));
    for (;;) {
      interrupt_.Clear();
      std::size_t count = 0;
      if (is_woken_.exchange(false)) ready[count++] = PollReady();
      count = Collect(ready.first(std::min(ready.size(), kMostAtOnce)), count);
      if (count > 0 || call.kernel().now() >= deadline) return {count};
      Waiter waiter(absl::MakeConstSpan(&interrupt, 1));
      waiter_ = &waiter;
      const bool goes_on = call.Wait(waiter, deadline);
      waiter_ = nullptr;
      if (!goes_on) return {0, call.refusal()};
    }
  });
}

void SimulatedPollSet::Wake() {
  if (!is_woken_.exchange(true)) interrupt_.Set();
}

}  // namespace sim
}  // namespace mortise
