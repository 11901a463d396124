#include "mortise/platform/sim/random.h"

#include <cstdint>
#include <limits>

namespace mortise {
namespace sim {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

// Returns `a` + `b`, or the largest number if that is more. Neither is
// negative.
std::int64_t SaturatingSum(std::int64_t a, std::int64_t b) {
  return a > kMost - b ? kMost : a + b;
}

}  // namespace

// The finalizer of SplitMix64. Source: Steele, Lea, Flood: Fast splittable
// pseudorandom number generators, OOPSLA 2014, with the constants of Stafford's
// "Mix13".
std::uint64_t Scramble(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
  return value ^ (value >> 31);
}

std::uint64_t Random::Next() {
  // The golden ratio: each number of 64 bits comes once in a period.
  state_ += 0x9e3779b97f4a7c15u;
  return Scramble(state_);
}

std::uint64_t Random::Below(std::uint64_t count) {
  // 2^64 is not a multiple of every count. The numbers below the remainder are
  // drawn again, since they would make some results more frequent.
  const std::uint64_t remainder = (0 - count) % count;
  for (;;) {
    const std::uint64_t drawn = Next();
    if (drawn >= remainder) return drawn % count;
  }
}

std::int64_t Random::Between(std::int64_t least, std::int64_t most) {
  // Unsigned, because the difference may be more than a signed number holds.
  const auto first = static_cast<std::uint64_t>(least);
  const std::uint64_t count = static_cast<std::uint64_t>(most) - first + 1;
  // 0 stands for 2^64: all numbers.
  const std::uint64_t above = count == 0 ? Next() : Below(count);
  return static_cast<std::int64_t>(first + above);
}

bool Random::Chance(std::uint64_t times, std::uint64_t of) {
  return Below(of) < times;
}

// Von Neumann's method, which needs no logarithm. Draw numbers of the unit
// interval for as long as each is less than the one before. If this descent has
// an odd length, its first number is the part of the result behind the point.
// If not, add 1 and begin again. Source: John von Neumann, "Various techniques
// used in connection with random digits", 1951.
std::int64_t Random::Exponential(std::int64_t mean) {
  std::int64_t whole = 0;
  for (int round = 0; round < 63; ++round) {
    const std::uint64_t first = Next() >> 32;
    std::uint64_t last = first;
    bool odd = true;
    for (;;) {
      const std::uint64_t next = Next() >> 32;
      if (next >= last) break;
      last = next;
      odd = !odd;
    }
    if (odd) {
      // `mean` times `first` / 2^32, without overflow.
      const auto m = static_cast<std::uint64_t>(mean);
      const std::uint64_t fraction =
          (m >> 32) * first + ((m & 0xffffffffu) * first >> 32);
      return SaturatingSum(whole, static_cast<std::int64_t>(fraction));
    }
    whole = SaturatingSum(whole, mean);
  }
  return whole;
}

}  // namespace sim
}  // namespace mortise
