// Simulations in tests with GoogleTest.
//
//   TEST(ElectionTest, HasOneLeader) {
//     EXPECT_TRUE(sim::SurvivesSeeds(
//         1000, [](const sim::SimulationOptions& options) {
//           sim::Simulation simulation(options);
//           ...
//           const absl::Status status = simulation.Run(host, [&] { ... });
//           EXPECT_TRUE(status.ok()) << status;
//           EXPECT_LE(leaders, 1);
//         }));
//   }

#ifndef MORTISE_PLATFORM_SIM_TESTING_H_
#define MORTISE_PLATFORM_SIM_TESTING_H_

#include <cstdint>

#include "absl/functional/function_ref.h"
#include "gtest/gtest.h"
#include "mortise/platform/sim/for_each_seed.h"
#include "mortise/platform/sim/simulation.h"

namespace mortise {
namespace sim {

// As ForEachSeed. A seed fails if one of the expectations of `body` fails, in
// whichever thread. The text of the result has these expectations, and how to
// run the seed again.
::testing::AssertionResult SurvivesSeeds(
    std::uint64_t count, absl::FunctionRef<void(const SimulationOptions&)> body,
    const ForEachSeedOptions& options = {});

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_TESTING_H_
