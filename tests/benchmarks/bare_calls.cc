// Measures what the library's calls cost, compared with the system calls that
// they make. See docs/performance.md.

#include <cstdint>
#include <iostream>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "benchmark/benchmark.h"
#include "mortise/tests/benchmarks/cases.h"
#include "mortise/tests/benchmarks/comparison.h"
#include "mortise/tests/benchmarks/ratio_table.h"

namespace {

using mortise::benchmarks::AttachResult;
using mortise::benchmarks::Case;
using mortise::benchmarks::Comparison;
using mortise::benchmarks::Fixture;
using mortise::benchmarks::RatioTable;
using mortise::benchmarks::TimedCases;

// A pair of batches takes a tenth of a millisecond.
constexpr int kPairs = 20000;
constexpr int kQuickPairs = 1500;

constexpr char kHelp[] =
    R"(Compares the library's calls with the system calls that they make: the time of
both in one run and on the same sockets, the ratio, and whether it is within its
budget. Build it with `-c opt`. Takes about a minute and a half.

  tools/bazel run -c opt //tests/benchmarks:bare_calls -- [--quick] [FLAG...]

  --quick                    a tenth of the time, for a first impression
  --benchmark_filter=REGEX   some of the cases: TCP, UDP, pair, 65536, timeout, …
  --benchmark_list_tests     the names of the cases
  --benchmark_out=FILE       the figures, as JSON
)";

void Measure(benchmark::State& state, const Case& c) {
  const absl::StatusOr<std::unique_ptr<Fixture>> fixture = Fixture::Make(c);
  if (!fixture.ok()) {
    std::cerr << c.name << ": cannot run: " << fixture.status() << "\n";
    state.SkipWithError("cannot run");
    return;
  }
  const auto& job = (*fixture)->job();
  Comparison comparison([&c, &job](std::int64_t times) { c.bare(job, times); },
                        [&c, &job](std::int64_t times) { c.ours(job, times); });
  for (auto _ : state) state.SetIterationTime(comparison.RunPair());
  AttachResult(comparison.Result(), c.budget, state);
}

}  // namespace

int main(int argc, char** argv) {
  int pairs = kPairs;
  int kept = 1;
  for (int i = 1; i < argc; ++i) {
    const absl::string_view argument = argv[i];
    if (argument == "--help" || argument == "-h") {
      std::cout << kHelp;
      return 0;
    }
    if (argument == "--quick") {
      pairs = kQuickPairs;
    } else {
      argv[kept++] = argv[i];
    }
  }
  argc = kept;
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
#ifndef NDEBUG
  std::cerr << "Built without -c opt: the figures mean nothing.\n";
#endif

  for (const Case& c : TimedCases()) {
    benchmark::RegisterBenchmark(
        c.name.c_str(), [c](benchmark::State& state) { Measure(state, c); })
        ->Iterations(pairs)
        ->UseManualTime();
  }
  RatioTable table;
  benchmark::RunSpecifiedBenchmarks(&table);
  benchmark::Shutdown();
  return 0;
}
