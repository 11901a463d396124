#include "mortise/platform/sim/schedule/local_clock.h"

#include <atomic>
#include <cstdint>
#include <mutex>

#include "absl/numeric/int128.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {
namespace {

constexpr std::int64_t kMillion = 1000000;

// Returns `time`, or kNever if it is larger than any time.
Time AtMost(absl::uint128 time) {
  return time > static_cast<std::uint64_t>(kNever)
             ? kNever
             : static_cast<Time>(absl::Uint128Low64(time));
}

}  // namespace

LocalClock::Pace LocalClock::pace() const {
  if (is_right_.load(std::memory_order_acquire)) return Pace();
  const std::lock_guard<std::mutex> lock(mutex_);
  return pace_;
}

Time LocalClock::LocalTime(Time time) const {
  const Pace pace = this->pace();
  if (time == kNever) return kNever;
  if (time <= pace.since) return pace.local;
  const absl::uint128 passed = static_cast<std::uint64_t>(time - pace.since);
  return Later(AtMost(passed * pace.speed / std::uint64_t{kMillion}),
               pace.local);
}

Time LocalClock::TrueTime(Time local) const {
  const Pace pace = this->pace();
  if (local == kNever) return kNever;
  // It was this late before the drift has changed.
  if (local <= pace.local) return pace.since;
  const absl::uint128 passes = static_cast<std::uint64_t>(local - pace.local);
  // Rounded up: a wait never ends before its time.
  return Later(AtMost((passes * std::uint64_t{kMillion} + (pace.speed - 1)) /
                      pace.speed),
               pace.since);
}

void LocalClock::SetDrift(Time now, int parts_per_million) {
  Pace pace;
  pace.since = now;
  pace.local = LocalTime(now);
  pace.speed = static_cast<std::uint64_t>(kMillion + parts_per_million);
  const std::lock_guard<std::mutex> lock(mutex_);
  pace_ = pace;
  is_right_.store(false, std::memory_order_release);
}

}  // namespace sim
}  // namespace mortise
