// Counts the occasions on which a rule may act.

#ifndef MORTISE_PLATFORM_SIM_NET_OCCASIONS_H_
#define MORTISE_PLATFORM_SIM_NET_OCCASIONS_H_

#include <algorithm>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/platform/sim/schedule/streams.h"
#include "mortise/platform/sim/time.h"
#include "mortise/platform/sim/when.h"

namespace mortise {
namespace sim {

// Thread safety: none; the lock of the simulation guards it. Nothing blocks.
class Occasions {
 public:
  // `text` is what the rule says, and `twin` the number of the rule among those
  // that say the same. It tells them apart unless `when` has a key.
  Occasions(const Streams& streams, absl::string_view text, std::uint64_t twin,
            Time made_at, const When& when)
      : streams_(streams),
        what_(text),
        who_(when.key().value_or(twin)),
        made_at_(made_at),
        when_(when) {}

  // Whether something that happens `now` is an occasion.
  bool AreCountedAt(Time now) const {
    return when_.IsWithinLimits(
        absl::Nanoseconds(std::max<Time>(now - made_at_, 0)));
  }

  // Counts an occasion, and returns whether the rule acts on it. If an earlier
  // rule has decided about it, the rule does not, and the occasion counts only
  // where chance decides, so that these decisions do not depend on the other
  // rule.
  bool Next(bool is_decided) {
    ++matches_;
    if (is_decided) return false;
    ++left_to_it_;
    const std::int64_t number = when_.is_drawn() ? matches_ : left_to_it_;
    return when_.Acts(
        number,
        streams_.For(what_, who_, static_cast<std::uint64_t>(matches_)));
  }

 private:
  const Streams streams_;
  const What what_;
  const std::uint64_t who_;
  const Time made_at_;
  const When when_;
  std::int64_t matches_ = 0;
  std::int64_t left_to_it_ = 0;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_NET_OCCASIONS_H_
