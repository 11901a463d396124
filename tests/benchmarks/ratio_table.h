// Prints what was measured as one table, bare and ours side by side.

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

// Hands a case's result to the reporter, which sees nothing but a run's name
// and its counters. They also go into --benchmark_out.
void AttachResult(const ComparisonResult& result, const Budget& budget,
                  benchmark::State& state);

// The table goes to standard output at the end; until then a line a case goes
// to standard error.
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
