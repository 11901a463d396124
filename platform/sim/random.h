// Random numbers that are the same on every machine.
//
// The distributions of the standard library differ between libraries, and
// floating point differs between processors. Here everything is an integer:
// chances are ratios, and times are whole nanoseconds.
//
//   sim::Random random(4711);
//   if (random.Chance(1, 3)) Retry(absl::Nanoseconds(random.Between(10, 20)));

#ifndef MORTISE_PLATFORM_SIM_RANDOM_H_
#define MORTISE_PLATFORM_SIM_RANDOM_H_

#include <cstdint>

namespace mortise {
namespace sim {

// Returns a number that depends on each bit of `value`. Different values have
// different results.
std::uint64_t Scramble(std::uint64_t value);

// A sequence of random numbers. It is determined by its start, and its quality
// is good enough for tests. It is no source of secrets.
//
// Thread-compatible, copyable, and does not block. A copy continues with the
// same numbers as the original.
class Random {
 public:
  // Two starts that differ in any bit have unrelated sequences.
  explicit Random(std::uint64_t start) : state_(start) {}

  // Returns any number of 64 bits, all with the same chance.
  std::uint64_t Next();

  // Returns one of 0, 1, ..., `count` - 1, all with the same chance. `count` is
  // not 0.
  std::uint64_t Below(std::uint64_t count);

  // Returns one of `least`, ..., `most`, all with the same chance. `least` is
  // not more than `most`.
  std::int64_t Between(std::int64_t least, std::int64_t most);

  // Returns true in `times` of `of` cases. `times` may be 0 (never true) and is
  // not more than `of` (always true). `of` is not 0.
  bool Chance(std::uint64_t times, std::uint64_t of);

  // Returns a number whose distribution is exponential: 0 or more, `mean` on
  // the average. `mean` is not negative. The result is at most 64 times the
  // mean, and at most the largest number of its type.
  std::int64_t Exponential(std::int64_t mean);

  // The rest is what the standard library asks of a generator, for std::shuffle
  // and others. What these functions make of the numbers differs between
  // libraries, so a run that uses them is the same only with the same library.
  using result_type = std::uint64_t;
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return ~result_type{0}; }
  result_type operator()() { return Next(); }

 private:
  std::uint64_t state_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_RANDOM_H_
