// The median of measurements.

#ifndef MORTISE_TESTS_BENCHMARKS_MEDIAN_H_
#define MORTISE_TESTS_BENCHMARKS_MEDIAN_H_

#include <vector>

namespace mortise {
namespace benchmarks {

struct Median {
  double value = 0;
  // The true median lies between these two in 19 cases out of 20.
  double low = 0;
  double high = 0;
};

// `values` is not empty.
Median MedianOf(std::vector<double> values);

}  // namespace benchmarks
}  // namespace mortise

#endif  // MORTISE_TESTS_BENCHMARKS_MEDIAN_H_
