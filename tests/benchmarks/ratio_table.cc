#include "mortise/tests/benchmarks/ratio_table.h"

#include <cstddef>
#include <cstdio>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "benchmark/benchmark.h"
#include "mortise/tests/benchmarks/cases.h"
#include "mortise/tests/benchmarks/comparison.h"

namespace mortise {
namespace benchmarks {
namespace {

constexpr char kBareNs[] = "bare_ns";
constexpr char kOursNs[] = "mortise_ns";
constexpr char kRatio[] = "ratio";
constexpr char kRatioLow[] = "ratio_low";
constexpr char kRatioHigh[] = "ratio_high";
constexpr char kBudgetRatio[] = "budget_ratio";
constexpr char kBudgetNs[] = "budget_ns";

double Counter(const benchmark::UserCounters& counters, const char* name) {
  const auto found = counters.find(name);
  return found == counters.end() ? 0 : found->second.value;
}

bool HasBudget(const Budget& budget) {
  return budget.ratio > 0 || budget.nanoseconds > 0;
}

bool IsWithin(const ComparisonResult& result, const Budget& budget) {
  return (budget.ratio == 0 || result.ratio <= budget.ratio) &&
         (budget.nanoseconds == 0 || result.ours_ns <= budget.nanoseconds);
}

std::string BudgetText(const Budget& budget) {
  if (budget.ratio > 0) return absl::StrFormat("%.2f", budget.ratio);
  if (budget.nanoseconds > 0) {
    return absl::StrFormat("%.0f ns", budget.nanoseconds);
  }
  return "";
}

}  // namespace

void AttachResult(const ComparisonResult& result, const Budget& budget,
                  benchmark::State& state) {
  state.counters[kBareNs] = result.bare_ns;
  state.counters[kOursNs] = result.ours_ns;
  state.counters[kRatio] = result.ratio;
  state.counters[kRatioLow] = result.ratio_low;
  state.counters[kRatioHigh] = result.ratio_high;
  state.counters[kBudgetRatio] = budget.ratio;
  state.counters[kBudgetNs] = budget.nanoseconds;
}

bool RatioTable::ReportContext(const Context& context) {
  PrintBasicContext(&GetErrorStream(), context);
  return true;
}

void RatioTable::ReportRuns(const std::vector<Run>& runs) {
  for (const Run& run : runs) {
    // A full name is "NAME/iterations:15000/manual_time". Only NAME differs.
    const std::string full = run.benchmark_name();
    const absl::string_view name =
        absl::string_view(full).substr(0, full.find("/iterations:"));
    const double ratio = Counter(run.counters, kRatio);
    if (ratio == 0) {
      ++skipped_;
      continue;  // The case has printed the reason.
    }
    rows_.push_back(
        {std::string(name),
         {Counter(run.counters, kBareNs), Counter(run.counters, kOursNs), ratio,
          Counter(run.counters, kRatioLow), Counter(run.counters, kRatioHigh)},
         {Counter(run.counters, kBudgetRatio),
          Counter(run.counters, kBudgetNs)}});
    GetErrorStream() << absl::StreamFormat("%-40s %.3f\n", name, ratio);
  }
}

void RatioTable::Finalize() {
  std::ostream& out = GetOutputStream();
  out << absl::StreamFormat("\n%-46s %10s %10s %7s  %-13s %7s %s\n", "",
                            "bare ns", "mortise ns", "ratio", "95 % interval",
                            "budget", "within");
  std::size_t held = 0;
  std::size_t within = 0;
  for (const Row& row : rows_) {
    const ComparisonResult& r = row.result;
    absl::string_view verdict;
    if (HasBudget(row.budget)) {
      ++held;
      const bool is_within = IsWithin(r, row.budget);
      if (is_within) ++within;
      verdict = is_within ? "yes" : "NO";
    }
    out << absl::StreamFormat("%-46s %10.1f %10.1f %7.3f  %.3f - %.3f %7s %s\n",
                              row.name, r.bare_ns, r.ours_ns, r.ratio,
                              r.ratio_low, r.ratio_high, BudgetText(row.budget),
                              verdict);
  }
  out << absl::StreamFormat("\n%d of %d within their budget", within, held);
  if (skipped_ > 0) out << absl::StreamFormat(", %d could not run", skipped_);
  out << "\n" << std::flush;
}

}  // namespace benchmarks
}  // namespace mortise
