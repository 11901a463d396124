// The moment by which a call has to be done.

#ifndef MORTISE_CORE_INTERNAL_DEADLINE_H_
#define MORTISE_CORE_INTERNAL_DEADLINE_H_

#include <algorithm>

#include "absl/time/time.h"
#include "mortise/platform/backend.h"

namespace mortise {
namespace internal {

class Deadline {
 public:
  // The moment `timeout` from now. An infinite `timeout` means that there is no
  // deadline, and does not read the clock.
  Deadline(ClockCalls& clock, absl::Duration timeout)
      : clock_(&clock),
        at_(timeout == absl::InfiniteDuration() ? timeout
                                                : clock.Now() + timeout) {}

  // The earlier of the two.
  friend Deadline Earlier(const Deadline& a, const Deadline& b) {
    return a.at_ < b.at_ ? a : b;
  }

  // The time that is left until the deadline; zero if it has passed.
  absl::Duration Remaining() const {
    if (at_ == absl::InfiniteDuration()) return at_;
    return std::max(at_ - clock_->Now(), absl::ZeroDuration());
  }

 private:
  ClockCalls* clock_;
  absl::Duration at_;
};

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_DEADLINE_H_
