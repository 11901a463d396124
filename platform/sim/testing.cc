#include "mortise/platform/sim/testing.h"

#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest-spi.h"
#include "gtest/gtest.h"
#include "mortise/platform/sim/for_each_seed.h"
#include "mortise/platform/sim/simulation.h"

namespace mortise {
namespace sim {
namespace {

// Returns OK unless one of the results is a failure.
absl::Status StatusOf(const ::testing::TestPartResultArray& results) {
  std::string text;
  for (int i = 0; i < results.size(); ++i) {
    const ::testing::TestPartResult& result = results.GetTestPartResult(i);
    if (!result.failed()) continue;
    absl::StrAppend(&text, text.empty() ? "" : "\n");
    if (result.file_name() != nullptr) {
      absl::StrAppend(&text, result.file_name(), ":", result.line_number(),
                      ": ");
    }
    absl::StrAppend(&text, result.message());
  }
  return text.empty() ? absl::OkStatus() : absl::InternalError(text);
}

}  // namespace

::testing::AssertionResult SurvivesSeeds(
    std::uint64_t count, absl::FunctionRef<void(const SimulationOptions&)> body,
    const ForEachSeedOptions& options) {
  const auto collect = [body](const SimulationOptions& seed) {
    ::testing::TestPartResultArray results;
    {
      const ::testing::ScopedFakeTestPartResultReporter reporter(
          ::testing::ScopedFakeTestPartResultReporter::INTERCEPT_ALL_THREADS,
          &results);
      body(seed);
    }
    return StatusOf(results);
  };
  const SeedsReport report = ForEachSeed(count, collect, options);
  if (report.ok()) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << report.ToString();
}

}  // namespace sim
}  // namespace mortise
