#include "mortise/platform/sim/for_each_seed.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "mortise/platform/sim/environment.h"
#include "mortise/platform/sim/explore/compared_runs.h"
#include "mortise/platform/sim/explore/seed_batches.h"
#include "mortise/platform/sim/net/check_argument.h"
#include "mortise/platform/sim/schedule/scheduler.h"
#include "mortise/platform/sim/simulation.h"

namespace mortise {
namespace sim {
namespace {

SimulationOptions OptionsOf(std::uint64_t seed) {
  SimulationOptions options;
  options.seed = seed;
  return options;
}

}  // namespace

SeedsReport ForEachSeed(std::uint64_t count, SeedBody body,
                        const ForEachSeedOptions& options) {
  CheckArgument(Scheduler::This() == nullptr, "ForEachSeed",
                "is called by a thread of a run; call it outside of runs");
  CheckArgument(options.processes >= 0, "ForEachSeedOptions::processes",
                "is negative");
  CheckArgument(options.seeds_per_process > 0,
                "ForEachSeedOptions::seeds_per_process", "is 0");
  CheckArgument(options.most_failures > 0, "ForEachSeedOptions::most_failures",
                "is 0");
  CheckArgument(options.most_real_time > absl::ZeroDuration(),
                "ForEachSeedOptions::most_real_time", "is not above 0");

  ForEachSeedOptions how = options;
  const std::optional<std::uint64_t> only =
      NumberFromEnvironment("MORTISE_SIM_SEED");
  if (only.has_value()) {
    const absl::Status status = body(OptionsOf(*only));
    SeedsReport report;
    report.seeds_run = 1;
    if (!status.ok()) {
      report.failures.push_back({*only, std::string(status.message())});
    }
    return report;
  }
  count = NumberFromEnvironment("MORTISE_SIM_SEEDS").value_or(count);
  if (how.processes == 0) {
    how.processes =
        std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  }
  const auto run = [&](std::uint64_t seed) {
    const bool is_repeated = options.repeat_each != 0 &&
                             (seed - options.first) % options.repeat_each == 0;
    return is_repeated ? CheckDeterminism(seed, body) : body(OptionsOf(seed));
  };
  SeedsReport report = RunBatches(count, run, how);
  std::sort(report.failures.begin(), report.failures.end(),
            [](const SeedFailure& a, const SeedFailure& b) {
              return a.seed < b.seed;
            });
  if (report.failures.size() > options.most_failures) {
    report.failures.resize(options.most_failures);
  }
  return report;
}

absl::Status CheckDeterminism(std::uint64_t seed, SeedBody body) {
  ComparedRuns runs;
  SimulationOptions options = OptionsOf(seed);
  options.trace = &runs;
  absl::Status first = body(options);
  if (!first.ok()) return first;
  if (!runs.has_lines()) {
    return absl::InvalidArgumentError(
        "the body has run no simulation with the options that it was given, so "
        "it does not depend on the seed");
  }
  runs.BeginSecond();
  const absl::Status second = body(options);
  const std::string difference = runs.Difference();
  if (!difference.empty()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "two runs with seed ", seed, " are different, from ", difference));
  }
  if (!second.ok()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "two runs with seed ", seed,
        " have the same trace, but the second one failed: ", second.message()));
  }
  return absl::OkStatus();
}

}  // namespace sim
}  // namespace mortise
