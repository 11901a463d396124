#include "mortise/platform/sim/schedule/streams.h"

#include <cstdint>

#include "mortise/platform/sim/random.h"

namespace mortise {
namespace sim {
namespace {

// Returns a key for `value` below `key`. The order of the parts of a key
// matters.
std::uint64_t Below(std::uint64_t key, std::uint64_t value) {
  return Scramble(key + 0x9e3779b97f4a7c15u) ^ Scramble(~value);
}

}  // namespace

Random Streams::For(What what, std::uint64_t who,
                    std::uint64_t how_manieth) const {
  const std::uint64_t key = Below(Below(seed_, what.number()), who);
  return Random(Scramble(Below(key, how_manieth)));
}

}  // namespace sim
}  // namespace mortise
