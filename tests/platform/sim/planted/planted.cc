#include "mortise/tests/platform/sim/planted/planted.h"

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "mortise/platform/sim/for_each_seed.h"
#include "mortise/platform/sim/simulation.h"
#include "mortise/tests/environment.h"

namespace mortise {
namespace sim {

void ExpectFoundWithin(std::uint64_t seeds, Program program) {
  {
    // A night's run has more seeds for the program without the bug only.
    const testing::ScopedVariable as_many("MORTISE_SIM_SEEDS", std::nullopt);
    const SeedsReport report =
        ForEachSeed(seeds, [&](const SimulationOptions& options) {
          return program(options, Bug::kPlanted);
        });
    EXPECT_FALSE(report.ok())
        << "the bug is not found within " << seeds << " seeds";
  }
  const SeedsReport report =
      ForEachSeed(300, [&](const SimulationOptions& options) {
        return program(options, Bug::kMended);
      });
  EXPECT_TRUE(report.ok()) << report.ToString();
}

}  // namespace sim
}  // namespace mortise
