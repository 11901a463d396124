// Two loops beside each other, so that the noise of the machine hits both.
//
// They take turns in short batches: ours, bare, bare, ours, … Each batch is
// divided by the batch next to it, and the middle one of all those ratios is
// the result. A batch that the machine interrupted is one wild ratio among
// thousands, and a machine that slows down does so for two neighbours alike.

#ifndef MORTISE_TESTS_BENCHMARKS_COMPARISON_H_
#define MORTISE_TESTS_BENCHMARKS_COMPARISON_H_

#include <cstdint>
#include <functional>
#include <vector>

namespace mortise {
namespace benchmarks {

struct ComparisonResult {
  // Of one pass through the loop; the middle one of all batches.
  double bare_ns = 0;
  double ours_ns = 0;
  double ratio = 0;
  // Between these two the true middle ratio lies 19 times out of 20.
  double ratio_low = 0;
  double ratio_high = 0;
};

class Comparison {
 public:
  using Loop = std::function<void(std::int64_t times)>;

  // Runs both for a moment, to warm up and to learn how long they take.
  Comparison(Loop bare, Loop ours);

  // One batch of each. Returns the seconds that ours took for one pass.
  double RunPair();

  // At least one pair has been run.
  ComparisonResult Result() const;

 private:
  // Nanoseconds of one pass, measured over a batch.
  double Batch(const Loop& loop) const;

  const Loop bare_;
  const Loop ours_;
  std::int64_t times_ = 1;
  bool ours_first_ = false;
  std::vector<double> bare_ns_;
  std::vector<double> ours_ns_;
  std::vector<double> ratios_;
};

}  // namespace benchmarks
}  // namespace mortise

#endif  // MORTISE_TESTS_BENCHMARKS_COMPARISON_H_
