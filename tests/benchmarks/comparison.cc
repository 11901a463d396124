#include "mortise/tests/benchmarks/comparison.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

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

// Returns the element that is larger than a `fraction` of the others.
double Quantile(std::vector<double> values, double fraction) {
  const double last = static_cast<double>(values.size() - 1);
  const auto index = static_cast<std::size_t>(
      std::lround(std::min(std::max(fraction, 0.0), 1.0) * last));
  std::nth_element(values.begin(), values.begin() + index, values.end());
  return values[index];
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
  result.bare_ns = Quantile(bare_ns_, 0.5);
  result.ours_ns = Quantile(ours_ns_, 0.5);
  result.ratio = Quantile(ratios_, 0.5);
  // The ranks of a median's 95 % interval, by the binomial distribution. This
  // does not assume anything about the distribution of the ratios themselves.
  const double margin = 0.98 / std::sqrt(static_cast<double>(ratios_.size()));
  result.ratio_low = Quantile(ratios_, 0.5 - margin);
  result.ratio_high = Quantile(ratios_, 0.5 + margin);
  return result;
}

}  // namespace benchmarks
}  // namespace mortise
