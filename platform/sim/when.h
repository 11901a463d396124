// How often a rule acts, and in what time.
//
//   When::OneIn(20).After(absl::Seconds(10)).Until(absl::Minutes(1))
//
// Only integers decide, so no machine rounds differently.

#ifndef MORTISE_PLATFORM_SIM_WHEN_H_
#define MORTISE_PLATFORM_SIM_WHEN_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "mortise/platform/sim/random.h"

namespace mortise {
namespace sim {

// A value type. Const methods are thread-safe, and nothing here blocks. `n` is
// 1 or more. Something that a rule may act on is an occasion here: a call, or a
// packet.
class When {
 public:
  // On each occasion.
  static When Always() { return When(Kind::kAlways, 1); }
  // On the first occasion only.
  static When Once() { return First(1); }
  // On the `n`-th occasion only.
  static When Nth(int n) { return When(Kind::kNth, n); }
  // On the first `n` occasions.
  static When First(int n) { return When(Kind::kFirst, n); }
  // On the `n`-th occasion, the 2`n`-th, and so on.
  static When Every(int n) { return When(Kind::kEvery, n); }
  // On one of `n` occasions, as chance decides. Each decision is drawn from a
  // stream of its own, whose key is the seed, the rule, and how many occasions
  // of the rule came before. So a rule that is added or removed leaves the
  // decisions of other rules as they were.
  static When OneIn(int n) { return When(Kind::kOneIn, n); }

  // The same, but not before `start` has passed, or not when `end` has passed
  // or later. Both are counted from the moment at which the rule was made, on
  // the clock of the simulation, or of the platform that the rule stands
  // before. They are not negative, and `end` may be infinite. Occasions outside
  // of this time are not counted.
  When After(absl::Duration start) const;
  When Until(absl::Duration end) const;

  // The same, but OneIn draws from the streams of `key`. Without it, the
  // streams depend on the text of the rule, and on how many rules with this
  // text were made before it. So give keys to rules that differ only in what
  // the text does not have (a handle, a function, `start` and `end`), if some
  // of them will be added or removed.
  When Keyed(std::uint64_t key) const;

  // Returns kInvalidArgument, and which argument is wrong, if one is outside of
  // its range.
  absl::Status Check() const;

  // Whether the rule depends on the time.
  bool has_limits() const {
    return start_ > absl::ZeroDuration() || end_ < absl::InfiniteDuration();
  }
  // Whether occasions count at `time` after the rule was made.
  bool IsWithinLimits(absl::Duration time) const {
    return time >= start_ && time < end_;
  }

  // Whether chance decides.
  bool is_drawn() const { return kind_ == Kind::kOneIn; }
  const std::optional<std::uint64_t>& key() const { return key_; }

  // Whether the rule acts on the occasion `number`. The first has the number 1.
  // `random` is the stream of this occasion, and used only if `is_drawn()`.
  bool Acts(std::int64_t number, Random random) const;

  // Returns "OneIn(20)", without the limits and the key.
  std::string ToString() const;

 private:
  enum class Kind : std::uint8_t { kAlways, kNth, kFirst, kEvery, kOneIn };

  When(Kind kind, int n) : kind_(kind), n_(n) {}

  Kind kind_;
  int n_;
  absl::Duration start_ = absl::ZeroDuration();
  absl::Duration end_ = absl::InfiniteDuration();
  std::optional<std::uint64_t> key_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_WHEN_H_
