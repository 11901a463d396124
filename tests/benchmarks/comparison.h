// Measures two loops in turn, so that the noise of the machine affects both.
//
// The loops take turns in short batches: ours, bare, bare, ours, … The time of
// each batch is divided by that of the batch next to it, and the result is the
// median of all these ratios. If the machine interrupts a batch, this spoils
// only one ratio among thousands. If the machine slows down, two neighbouring
// batches slow down alike.

#ifndef MORTISE_TESTS_BENCHMARKS_COMPARISON_H_
#define MORTISE_TESTS_BENCHMARKS_COMPARISON_H_

#include <cstdint>
#include <functional>
#include <vector>

namespace mortise {
namespace benchmarks {

struct ComparisonResult {
  // The time of one pass through the loop: the median of all batches.
  double bare_ns = 0;
  double ours_ns = 0;
  double ratio = 0;
  // The true median lies between these two in 19 cases out of 20.
  double ratio_low = 0;
  double ratio_high = 0;
};

class Comparison {
 public:
  using Loop = std::function<void(std::int64_t times)>;

  // Runs both loops for a moment, to warm up and to learn how long they take.
  Comparison(Loop bare, Loop ours);

  // Runs one batch of each loop. Returns the seconds that `ours` took for one
  // pass.
  double RunPair();

  // Call it only after RunPair has been called at least once.
  ComparisonResult Result() const;

 private:
  // Runs a batch, and returns the nanoseconds of one pass.
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
