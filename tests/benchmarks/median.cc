#include "mortise/tests/benchmarks/median.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace mortise {
namespace benchmarks {

Median MedianOf(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  // Returns the element that is larger than a `fraction` of the others.
  const auto quantile = [&values](double fraction) {
    const double last = static_cast<double>(values.size() - 1);
    return values[static_cast<std::size_t>(
        std::lround(std::min(std::max(fraction, 0.0), 1.0) * last))];
  };
  // The ranks of a median's 95 % interval, by the binomial distribution. This
  // does not assume anything about the distribution of the values themselves.
  const double margin = 0.98 / std::sqrt(static_cast<double>(values.size()));
  return {quantile(0.5), quantile(0.5 - margin), quantile(0.5 + margin)};
}

}  // namespace benchmarks
}  // namespace mortise
