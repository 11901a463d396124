#include "mortise/core/internal/happy_eyeballs.h"

#include <algorithm>
#include <cstddef>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/addr_info.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"

namespace mortise {
namespace internal {
namespace {

IpFamily Other(IpFamily family) {
  return family == IpFamily::kIpv6 ? IpFamily::kIpv4 : IpFamily::kIpv6;
}

}  // namespace

IpFamily FamilyOf(const AddrInfo& info) {
  return info.family == kAfInet || info.address.IsIpv4Mapped()
             ? IpFamily::kIpv4
             : IpFamily::kIpv6;
}

void HappyEyeballs::Put(absl::Span<const AddrInfo> addresses) {
  for (const AddrInfo& info : addresses) {
    // One by one, the families do not take turns, so there is one queue.
    const bool in_order = settings_.attempt_delay == absl::InfiniteDuration();
    UntriedOf(in_order ? IpFamily::kIpv6 : FamilyOf(info)).push_back(info);
  }
}

void HappyEyeballs::Add(absl::Span<const AddrInfo> addresses) {
  if (addresses.empty()) return;
  Put(addresses);
  if (has_begun_) return;
  has_begun_ = true;
  turn_ = FamilyOf(addresses.front());
}

void HappyEyeballs::Ask(IpFamily family) {
  asking_[static_cast<std::size_t>(family)] = true;
}

bool HappyEyeballs::IsAsking() const {
  return std::find(asking_.begin(), asking_.end(), true) != asking_.end();
}

void HappyEyeballs::Answer(IpFamily family,
                           absl::Span<const AddrInfo> addresses,
                           absl::Duration now) {
  asking_[static_cast<std::size_t>(family)] = false;
  Put(addresses);
  // Section 3: IPv4 addresses wait for a short time only because the answers
  // may have changed their order on the way.
  resolution_ = family == IpFamily::kIpv4 && IsAsking()
                    ? now + settings_.resolution_delay
                    : -absl::InfiniteDuration();
}

bool HappyEyeballs::HasUntried() const {
  return std::any_of(untried_.begin(), untried_.end(),
                     [](const auto& queue) { return !queue.empty(); });
}

absl::Duration HappyEyeballs::NextMoment() const {
  if (!HasUntried() || running_ >= settings_.most_at_once) {
    return absl::InfiniteDuration();
  }
  absl::Duration moment = -absl::InfiniteDuration();
  if (running_ > 0) moment = pause_;
  if (!has_begun_) moment = std::max(moment, resolution_);
  return moment;
}

std::optional<AddrInfo> HappyEyeballs::Next(absl::Duration now) {
  const absl::Duration moment = NextMoment();
  if (moment == absl::InfiniteDuration() || moment > now) return std::nullopt;
  return Take();
}

AddrInfo HappyEyeballs::Take() {
  const std::deque<AddrInfo>& ipv6 = UntriedOf(IpFamily::kIpv6);
  const std::deque<AddrInfo>& ipv4 = UntriedOf(IpFamily::kIpv4);
  if (!has_begun_ && !ipv6.empty() && !ipv4.empty() &&
      ipv4_goes_first_ != nullptr &&
      ipv4_goes_first_(ipv6.front().address, ipv4.front().address)) {
    turn_ = IpFamily::kIpv4;
  }
  has_begun_ = true;
  if (UntriedOf(turn_).empty()) turn_ = Other(turn_);
  std::deque<AddrInfo>& queue = UntriedOf(turn_);
  AddrInfo next = std::move(queue.front());
  queue.pop_front();
  turn_ = Other(turn_);
  return next;
}

void HappyEyeballs::AttemptRuns(absl::Duration now) {
  ++running_;
  pause_ = now + settings_.attempt_delay;
}

void HappyEyeballs::AttemptFailed(absl::Duration now) {
  --running_;
  pause_ = now;
}

absl::Duration HappyEyeballs::Patience(absl::Duration now) const {
  return std::max(NextMoment() - now, absl::ZeroDuration());
}

bool HappyEyeballs::IsOver() const {
  return running_ == 0 && !HasUntried() && !IsAsking();
}

std::vector<AddrInfo> HappyEyeballs::TakeUntried() {
  std::vector<AddrInfo> left;
  has_begun_ = true;
  while (HasUntried()) left.push_back(Take());
  return left;
}

}  // namespace internal
}  // namespace mortise
