#include "mortise/core/timer_queue.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "absl/time/time.h"
#include "mortise/core/internal/or_default.h"
#include "mortise/platform/backend.h"

namespace mortise {
namespace {

std::uint64_t NumberOf(TimerId id) { return static_cast<std::uint64_t>(id); }

}  // namespace

TimerQueue::TimerQueue(Platform* platform)
    : clock_(&internal::OrDefault(platform).clock()) {}

bool TimerQueue::IsLater(const Entry& a, const Entry& b) {
  return a.at != b.at ? a.at > b.at : a.id > b.id;
}

TimerId TimerQueue::Add(absl::Duration after, std::uint64_t key) {
  const auto id = static_cast<TimerId>(++last_id_);
  live_.emplace(NumberOf(id), key);
  heap_.push_back({clock_->Now() + after, id});
  std::push_heap(heap_.begin(), heap_.end(), IsLater);
  return id;
}

bool TimerQueue::Cancel(TimerId id) {
  if (live_.erase(NumberOf(id)) == 0) return false;
  // Otherwise timeouts that never pass, which are most of them, would pile up.
  if (heap_.size() > 2 * live_.size() + 16) {
    heap_.erase(std::remove_if(heap_.begin(), heap_.end(),
                               [this](const Entry& entry) {
                                 return !live_.contains(NumberOf(entry.id));
                               }),
                heap_.end());
    std::make_heap(heap_.begin(), heap_.end(), IsLater);
  }
  return true;
}

void TimerQueue::Pop() {
  std::pop_heap(heap_.begin(), heap_.end(), IsLater);
  heap_.pop_back();
}

void TimerQueue::DropCancelled() {
  while (!heap_.empty() && !live_.contains(NumberOf(heap_.front().id))) Pop();
}

absl::Duration TimerQueue::UntilNext() {
  DropCancelled();
  if (heap_.empty()) return absl::InfiniteDuration();
  return std::max(heap_.front().at - clock_->Now(), absl::ZeroDuration());
}

std::optional<TimerQueue::Due> TimerQueue::PopDue() {
  if (UntilNext() > absl::ZeroDuration()) return std::nullopt;
  const TimerId id = heap_.front().id;
  Pop();
  const auto found = live_.find(NumberOf(id));
  const Due due = {id, found->second};
  live_.erase(found);
  return due;
}

}  // namespace mortise
