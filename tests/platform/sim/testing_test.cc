#include "mortise/platform/sim/testing.h"

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/platform/sim/for_each_seed.h"
#include "mortise/platform/sim/host.h"
#include "mortise/platform/sim/simulation.h"
#include "mortise/platform/sim/thread.h"
#include "mortise/tests/environment.h"

namespace mortise {
namespace sim {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class SurvivesSeedsTest : public ::testing::Test {
 private:
  const testing::ScopedVariable seed_{"MORTISE_SIM_SEED", std::nullopt};
  const testing::ScopedVariable seeds_{"MORTISE_SIM_SEEDS", std::nullopt};
};

void RunThread(const SimulationOptions& options, void (*in_thread)()) {
  Simulation simulation(options);
  Host& host = simulation.AddHost("host");
  const absl::Status status =
      simulation.Run(host, [&] { const Thread thread("thread", in_thread); });
  EXPECT_TRUE(status.ok()) << status;
}

TEST_F(SurvivesSeedsTest, ExpectationsThatHold) {
  EXPECT_TRUE(SurvivesSeeds(60, [](const SimulationOptions& options) {
    SUCCEED() << "is no failure";
    RunThread(options, [] { EXPECT_EQ(1, 1); });
  }));
}

// The failures are in the result, and nowhere else.
TEST_F(SurvivesSeedsTest, ExpectationsThatFailInAThread) {
  const ::testing::AssertionResult result =
      SurvivesSeeds(60, [](const SimulationOptions& options) {
        RunThread(options, [] {
          EXPECT_EQ(1, 2) << "not equal";
          ADD_FAILURE() << "the second one";
        });
      });
  EXPECT_FALSE(result);
  EXPECT_THAT(
      std::string(result.message()),
      AllOf(HasSubstr(" seeds failed."), HasSubstr("MORTISE_SIM_SEED=1"),
            HasSubstr("testing_test.cc:"), HasSubstr("not equal"),
            HasSubstr("the second one")));
}

TEST_F(SurvivesSeedsTest, ASeedOfTheEnvironmentIsTheOnlyOne) {
  const testing::ScopedVariable seed("MORTISE_SIM_SEED", "4711");
  const ::testing::AssertionResult result = SurvivesSeeds(
      60,
      [](const SimulationOptions& options) { EXPECT_NE(options.seed, 4711u); });
  EXPECT_THAT(std::string(result.message()),
              HasSubstr("MORTISE_SIM_SEED=4711"));
}

}  // namespace
}  // namespace sim
}  // namespace mortise
