// Prints the measurements as one table, with `bare` and `ours` side by side.

#ifndef MORTISE_TESTS_BENCHMARKS_RATIO_TABLE_H_
#define MORTISE_TESTS_BENCHMARKS_RATIO_TABLE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "benchmark/benchmark.h"
#include "mortise/tests/benchmarks/cases.h"
#include "mortise/tests/benchmarks/comparison.h"

namespace mortise {
namespace benchmarks {

// Hands a case's result to the reporter. A reporter sees only a run's name and
// its counters, so the result becomes counters. They also appear in the file of
// --benchmark_out.
void AttachResult(const ComparisonResult& result, const Budget& budget,
                  benchmark::State& state);

// Prints the table to standard output at the end. Until then, it prints one
// line per case to standard error.
class RatioTable : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context& context) override;
  void ReportRuns(const std::vector<Run>& runs) override;
  void Finalize() override;

 private:
  struct Row {
    std::string name;
    ComparisonResult result;
    Budget budget;
  };

  std::vector<Row> rows_;
  std::size_t skipped_ = 0;
};

}  // namespace benchmarks
}  // namespace mortise

#endif  // MORTISE_TESTS_BENCHMARKS_RATIO_TABLE_H_
