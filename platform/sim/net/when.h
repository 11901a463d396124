// In which cases a rule about packets acts.
//
//   When::Nth(3)                               only the third time
//   When::OneIn(100).After(absl::Seconds(10))  one time of 100, from 10 s on

#ifndef MORTISE_PLATFORM_SIM_NET_WHEN_H_
#define MORTISE_PLATFORM_SIM_NET_WHEN_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "mortise/platform/sim/random.h"

namespace mortise {
namespace sim {

// A value type; const methods are thread-safe, and nothing blocks. Everything
// is an integer, so that no machine rounds differently. `n` is 1 or more.
class When {
 public:
  static When Always() { return When(Kind::kAlways, 1); }
  // The first time.
  static When Once() { return First(1); }
  // Only the `n`-th time, the first `n` times, every `n`-th time.
  static When Nth(int n) { return When(Kind::kNth, n); }
  static When First(int n) { return When(Kind::kFirst, n); }
  static When Every(int n) { return When(Kind::kEvery, n); }
  // Each time with a chance of 1 in `n`.
  static When OneIn(int n) { return When(Kind::kOneIn, n); }

  // The same, from `start` on, or until `end`. Both are counted from the making
  // of the rule, and are not negative. What happens outside does not count as a
  // time.
  When After(absl::Duration start) const;
  When Until(absl::Duration end) const;

  // Returns kInvalidArgument, and which argument is wrong, if one is out of its
  // range.
  absl::Status Check() const;

  // Whether something counts that happens `time` after the making of the rule.
  bool IsWithinLimits(absl::Duration time) const {
    return start_ <= time && time < end_;
  }
  // Whether the rule acts the `number`-th time, counted from 1. `random` has
  // the numbers for this decision.
  bool Acts(std::int64_t number, Random random) const;

  // "OneIn(100)", without the limits.
  std::string ToString() const;

 private:
  enum class Kind : std::uint8_t { kAlways, kNth, kFirst, kEvery, kOneIn };

  When(Kind kind, int n) : kind_(kind), n_(n) {}

  Kind kind_;
  int n_;
  absl::Duration start_ = absl::ZeroDuration();
  absl::Duration end_ = absl::InfiniteDuration();
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_NET_WHEN_H_
