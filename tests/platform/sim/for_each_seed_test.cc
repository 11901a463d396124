#include "mortise/platform/sim/for_each_seed.h"

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/platform/sim/host.h"
#include "mortise/platform/sim/simulation.h"
#include "mortise/platform/sim/thread.h"
#include "mortise/tests/environment.h"

namespace mortise {
namespace sim {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::uint64_t> SeedsOf(const SeedsReport& report) {
  std::vector<std::uint64_t> seeds;
  for (const SeedFailure& failure : report.failures) {
    seeds.push_back(failure.seed);
  }
  return seeds;
}

// The bodies of some tests use nothing but the seed.
ForEachSeedOptions NoneTwice() {
  ForEachSeedOptions options;
  options.repeat_each = 0;
  return options;
}

bool SeedsHaveProcesses() {
  static bool was_here = false;
  ForEachSeed(
      1,
      [](const SimulationOptions&) {
        was_here = true;
        return absl::OkStatus();
      },
      NoneTwice());
  return !was_here;
}

// Runs two threads, and says who came first.
absl::Status Race(const SimulationOptions& options, std::string* winner) {
  Simulation simulation(options);
  Host& host = simulation.AddHost("host");
  return simulation.Run(host, [&] {
    const Thread one("one", [&] {
      Yield();
      if (winner->empty()) *winner = "one";
    });
    const Thread other("other", [&] {
      Yield();
      if (winner->empty()) *winner = "other";
    });
  });
}

absl::Status OneWins(const SimulationOptions& options) {
  std::string winner;
  absl::Status status = Race(options, &winner);
  if (!status.ok() || winner == "one") return status;
  return absl::InternalError(absl::StrCat(winner, " has won"));
}

class ForEachSeedTest : public ::testing::Test {
 private:
  // The variables that a person may have set for the whole program.
  const testing::ScopedVariable seed_{"MORTISE_SIM_SEED", std::nullopt};
  const testing::ScopedVariable seeds_{"MORTISE_SIM_SEEDS", std::nullopt};
};

TEST_F(ForEachSeedTest, FindsASeedThatFailsAndRepeatsIt) {
  const SeedsReport report = ForEachSeed(100, &OneWins);
  ASSERT_EQ(report.failures.size(), 1u);
  const SeedFailure& failure = report.failures.front();
  EXPECT_EQ(failure.text, "other has won");
  EXPECT_THAT(report.ToString(),
              AllOf(HasSubstr(absl::StrCat("Seed ", failure.seed)),
                    HasSubstr(absl::StrCat("MORTISE_SIM_SEED=", failure.seed)),
                    HasSubstr("other has won")));
  const testing::ScopedVariable only("MORTISE_SIM_SEED",
                                     absl::StrCat(failure.seed));
  const SeedsReport again = ForEachSeed(100, &OneWins);
  EXPECT_EQ(again.seeds_run, 1u);
  EXPECT_THAT(SeedsOf(again), ElementsAre(failure.seed));
}

TEST_F(ForEachSeedTest, EverySeedIsRunOnce) {
  ForEachSeedOptions options = NoneTwice();
  options.first = 11;
  options.seeds_per_process = 3;
  options.most_failures = 1000;
  const SeedsReport report = ForEachSeed(
      10,
      [](const SimulationOptions& seed) {
        return absl::InternalError(absl::StrCat("seed ", seed.seed));
      },
      options);
  EXPECT_EQ(report.seeds_run, 10u);
  EXPECT_THAT(SeedsOf(report),
              ElementsAre(11, 12, 13, 14, 15, 16, 17, 18, 19, 20));
  for (const SeedFailure& failure : report.failures) {
    EXPECT_EQ(failure.text, absl::StrCat("seed ", failure.seed));
  }
}

TEST_F(ForEachSeedTest, NoSeedBelowTheFirstFailureHasFailed) {
  ForEachSeedOptions options = NoneTwice();
  options.seeds_per_process = 2;
  for (const int processes : {1, 2, 7}) {
    options.processes = processes;
    const SeedsReport report = ForEachSeed(
        100,
        [](const SimulationOptions& seed) {
          return seed.seed < 37 ? absl::OkStatus()
                                : absl::InternalError("too much");
        },
        options);
    EXPECT_THAT(SeedsOf(report), ElementsAre(37)) << processes;
    // It stops then.
    EXPECT_LT(report.seeds_run, 100u);
  }
}

TEST_F(ForEachSeedTest, WithoutFailureAllHavePassed) {
  const SeedsReport report = ForEachSeed(
      250, [](const SimulationOptions&) { return absl::OkStatus(); },
      NoneTwice());
  EXPECT_TRUE(report.ok());
  EXPECT_EQ(report.seeds_run, 250u);
  EXPECT_EQ(report.ToString(), "250 seeds passed");
}

TEST_F(ForEachSeedTest, NoSeedsAreNone) {
  const SeedsReport report = ForEachSeed(
      0, [](const SimulationOptions&) -> absl::Status { std::abort(); });
  EXPECT_TRUE(report.ok());
  EXPECT_EQ(report.seeds_run, 0u);
}

TEST_F(ForEachSeedTest, TheEnvironmentSaysHowMany) {
  const testing::ScopedVariable seeds("MORTISE_SIM_SEEDS", "3");
  const SeedsReport report = ForEachSeed(
      250, [](const SimulationOptions&) { return absl::OkStatus(); },
      NoneTwice());
  EXPECT_EQ(report.seeds_run, 3u);
}

TEST_F(ForEachSeedTest, ACrashIsTheFailureOfOneSeed) {
  if (!SeedsHaveProcesses()) GTEST_SKIP() << "no process can be forked";
  ForEachSeedOptions options = NoneTwice();
  options.most_failures = 10;
  const SeedsReport report = ForEachSeed(
      20,
      [](const SimulationOptions& seed) {
        if (seed.seed == 3) std::abort();
        if (seed.seed == 7) std::_Exit(9);
        return absl::OkStatus();
      },
      options);
  EXPECT_EQ(report.seeds_run, 20u);
  ASSERT_THAT(SeedsOf(report), ElementsAre(3, 7));
  EXPECT_THAT(report.failures[0].text, HasSubstr("ended by signal 6"));
  EXPECT_THAT(report.failures[1].text, HasSubstr("exited with 9"));
}

TEST_F(ForEachSeedTest, ASeedThatDoesNotEndFails) {
  if (!SeedsHaveProcesses()) GTEST_SKIP() << "no process can be forked";
  ForEachSeedOptions options = NoneTwice();
  options.most_real_time = absl::Milliseconds(200);
  const SeedsReport report = ForEachSeed(
      5,
      [](const SimulationOptions& seed) {
        if (seed.seed == 2) absl::SleepFor(absl::InfiniteDuration());
        return absl::OkStatus();
      },
      options);
  ASSERT_THAT(SeedsOf(report), ElementsAre(2));
  EXPECT_EQ(report.failures[0].text, "It took more than 200ms of real time.");
}

// More than what fits into a pipe.
TEST_F(ForEachSeedTest, ALongTextArrivesWhole) {
  std::string text;
  for (int i = 0; i < 50000; ++i) absl::StrAppend(&text, i, ".F");
  const SeedsReport report = ForEachSeed(
      1, [&](const SimulationOptions&) { return absl::InternalError(text); },
      NoneTwice());
  ASSERT_EQ(report.failures.size(), 1u);
  EXPECT_EQ(report.failures[0].text, text);
}

TEST_F(ForEachSeedTest, ASeedIsRunTwice) {
  ForEachSeedOptions options;
  options.repeat_each = 10;
  options.first = 5;
  int runs = 0;
  const SeedsReport report = ForEachSeed(
      30,
      [&runs](const SimulationOptions& seed) {
        std::string winner;
        const absl::Status status = Race(seed, &winner);
        // Which run it is depends on how many came before.
        if (seed.seed != 25 || ++runs == 1) return status;
        return absl::InternalError("the second time");
      },
      options);
  ASSERT_THAT(SeedsOf(report), ElementsAre(25));
  EXPECT_THAT(report.failures[0].text, HasSubstr("the second time"));
}

using ForEachSeedDeathTest = ForEachSeedTest;

TEST_F(ForEachSeedDeathTest, ArgumentsOutOfTheirRange) {
  const auto run = [](const ForEachSeedOptions& options) {
    ForEachSeed(
        1, [](const SimulationOptions&) { return absl::OkStatus(); }, options);
  };
  ForEachSeedOptions options;
  options.processes = -1;
  EXPECT_DEATH(run(options), "ForEachSeedOptions::processes is negative");
  options = {};
  options.seeds_per_process = 0;
  EXPECT_DEATH(run(options), "ForEachSeedOptions::seeds_per_process is 0");
  options = {};
  options.most_failures = 0;
  EXPECT_DEATH(run(options), "ForEachSeedOptions::most_failures is 0");
  options = {};
  options.most_real_time = absl::ZeroDuration();
  EXPECT_DEATH(run(options), "ForEachSeedOptions::most_real_time is not above");
  const testing::ScopedVariable seeds("MORTISE_SIM_SEEDS", "many");
  EXPECT_DEATH(run({}), "MORTISE_SIM_SEEDS=many: no number of 64 bits");
}

TEST_F(ForEachSeedDeathTest, InARunItCannotBeCalled) {
  EXPECT_DEATH(
      {
        Simulation simulation;
        Host& host = simulation.AddHost("host");
        simulation
            .Run(host,
                 [] {
                   ForEachSeed(1, [](const SimulationOptions&) {
                     return absl::OkStatus();
                   });
                 })
            .IgnoreError();
      },
      "ForEachSeed is called by a thread of a run");
}

TEST(CheckDeterminismTest, TheSameTwiceIsOk) {
  std::string first;
  std::string second;
  int runs = 0;
  const absl::Status status =
      CheckDeterminism(17, [&](const SimulationOptions& options) {
        EXPECT_EQ(options.seed, 17u);
        return Race(options, ++runs == 1 ? &first : &second);
      });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(first, second);
}

TEST(CheckDeterminismTest, TellsTheFirstLineThatDiffers) {
  int runs = 0;
  const absl::Status status =
      CheckDeterminism(1, [&](const SimulationOptions& options) {
        Simulation simulation(options);
        Host& host = simulation.AddHost("host");
        return simulation.Run(host, [&] {
          const Thread thread(++runs == 1 ? "one" : "other", [] {});
        });
      });
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(
      std::string(status.message()),
      AllOf(HasSubstr("two runs with seed 1 are different, from line "),
            HasSubstr("first run:  0.000000000"), HasSubstr("one/2"),
            HasSubstr("second run: 0.000000000"), HasSubstr("other/2")));
}

TEST(CheckDeterminismTest, ARunThatIsShorterIsDifferent) {
  for (const bool first_is_longer : {true, false}) {
    int runs = 0;
    const absl::Status status =
        CheckDeterminism(1, [&](const SimulationOptions& options) {
          std::string winner;
          absl::Status status = Race(options, &winner);
          if ((++runs == 1) == first_is_longer) status = Race(options, &winner);
          return status;
        });
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(std::string(status.message()),
                HasSubstr("(the run has ended)"));
  }
}

TEST(CheckDeterminismTest, AFailureIsReturnedAsItIs) {
  int runs = 0;
  const absl::Status status =
      CheckDeterminism(1, [&](const SimulationOptions&) {
        ++runs;
        return absl::DataLossError("lost");
      });
  EXPECT_EQ(status, absl::DataLossError("lost"));
  EXPECT_EQ(runs, 1);
}

TEST(CheckDeterminismTest, WithoutASimulationThereIsNothingToCompare) {
  EXPECT_EQ(CheckDeterminism(
                1, [](const SimulationOptions&) { return absl::OkStatus(); })
                .code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace sim
}  // namespace mortise
