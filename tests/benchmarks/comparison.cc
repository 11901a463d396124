#include "mortise/tests/benchmarks/comparison.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <utility>

#include "mortise/tests/benchmarks/median.h"

namespace mortise {
namespace benchmarks {
namespace {

using Clock = std::chrono::steady_clock;

// Long compared with the 20 ns that reading the clock takes, and short compared
// with the milliseconds for which a scheduler gives the processor to another
// program.
constexpr double kBatchNs = 50e3;
constexpr double kWarmUpNs = 20e6;

double Since(Clock::time_point start) {
  return std::chrono::duration<double, std::nano>(Clock::now() - start).count();
}

}  // namespace

Comparison::Comparison(Loop bare, Loop ours)
    : bare_(std::move(bare)), ours_(std::move(ours)) {
  double fastest = kWarmUpNs;
  const Clock::time_point start = Clock::now();
  while (Since(start) < kWarmUpNs) {
    fastest = std::min({fastest, Batch(bare_), Batch(ours_)});
    times_ = std::max<std::int64_t>(1, std::llround(kBatchNs / fastest));
  }
}

double Comparison::Batch(const Loop& loop) const {
  const Clock::time_point start = Clock::now();
  loop(times_);
  return Since(start) / static_cast<double>(times_);
}

double Comparison::RunPair() {
  double bare;
  double ours;
  if (ours_first_) {
    ours = Batch(ours_);
    bare = Batch(bare_);
  } else {
    bare = Batch(bare_);
    ours = Batch(ours_);
  }
  ours_first_ = !ours_first_;
  bare_ns_.push_back(bare);
  ours_ns_.push_back(ours);
  ratios_.push_back(ours / bare);
  return ours * 1e-9;
}

ComparisonResult Comparison::Result() const {
  ComparisonResult result;
  result.bare_ns = MedianOf(bare_ns_).value;
  result.ours_ns = MedianOf(ours_ns_).value;
  const Median ratio = MedianOf(ratios_);
  result.ratio = ratio.value;
  result.ratio_low = ratio.low;
  result.ratio_high = ratio.high;
  return result;
}

}  // namespace benchmarks
}  // namespace mortise
