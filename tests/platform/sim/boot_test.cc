// What a host begins with.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/platform/sim/death.h"
#include "mortise/platform/sim/host.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/schedule/order.h"
#include "mortise/platform/sim/simulation.h"
#include "mortise/platform/sim/thread.h"
#include "mortise/platform/thread_platform.h"
#include "mortise/tests/platform/sim/life_lab.h"

namespace mortise {
namespace sim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// So that threads run in the order in which they were started.
SimulationOptions Fifo() {
  SimulationOptions options;
  options.order = Order::kFifo;
  return options;
}

TEST(BootTest, EachLifeBeginsWithTheFunctionsInTheirOrder) {
  LifeLab lab(Fifo());
  std::vector<std::string> begun;
  int life = 1;
  lab.db().OnBoot([&] {
    EXPECT_EQ(ThreadPlatform(), &lab.db().platform());
    begun.push_back(absl::StrCat("a", life));
  });
  lab.db().OnBoot([&] { begun.push_back(absl::StrCat("b", life)); });
  EXPECT_THAT(begun, IsEmpty());
  lab.Run([&] {
    lab.Sleep(absl::Seconds(1));
    EXPECT_THAT(begun, ElementsAre("a1", "b1"));
    for (const Death how : {Death::kKilled, Death::kPowerCut}) {
      ++life;
      begun.clear();
      lab.db().Crash(how);
      lab.Sleep(absl::Seconds(1));
      EXPECT_THAT(begun, IsEmpty());
      lab.db().Restart();
      lab.Sleep(absl::Seconds(1));
      EXPECT_THAT(
          begun, ElementsAre(absl::StrCat("a", life), absl::StrCat("b", life)));
    }
  });
}

TEST(BootTest, AFunctionThatComesInTheRunStartsNow) {
  LifeLab lab;
  int begun = 0;
  lab.Run([&] {
    lab.db().OnBoot([&] { ++begun; });
    lab.Sleep(absl::Seconds(1));
    EXPECT_EQ(begun, 1);
    lab.db().Crash(Death::kKilled);
    lab.db().OnBoot([&] { ++begun; });
    lab.Sleep(absl::Seconds(1));
    EXPECT_EQ(begun, 1);
    lab.db().Restart();
    lab.Sleep(absl::Seconds(1));
    EXPECT_EQ(begun, 3);
  });
}

TEST(BootTest, AFunctionMayAddAnotherOne) {
  LifeLab lab;
  int added = 0;
  lab.db().OnBoot([&] { lab.db().OnBoot([&] { ++added; }); });
  lab.db().OnBoot([] {});
  lab.Run([&] { lab.Sleep(absl::Seconds(1)); });
  EXPECT_EQ(added, 1);
}

// For some seeds the first function runs before the second one is started.
TEST(BootTest, AFunctionThatCrashesTheHostEndsTheBoot) {
  for (int seed = 1; seed <= 30; ++seed) {
    SimulationOptions options;
    options.seed = static_cast<std::uint64_t>(seed);
    LifeLab lab(options);
    bool second = false;
    lab.db().OnBoot([&] { lab.db().Crash(Death::kPowerCut); });
    lab.db().OnBoot([&] {
      lab.Sleep(absl::Seconds(1));
      second = true;
    });
    lab.Run([&] { lab.Sleep(absl::Minutes(1)); });
    EXPECT_FALSE(second) << seed;
  }
}

TEST(BootTest, AHostMayBeDownWhenTheRunBegins) {
  LifeLab lab;
  int begun = 0;
  lab.db().OnBoot([&] { ++begun; });
  lab.db().Crash(Death::kPowerCut);
  lab.Run([&] {
    lab.Sleep(absl::Seconds(1));
    EXPECT_EQ(begun, 0);
    lab.db().Restart();
    lab.Sleep(absl::Seconds(1));
    EXPECT_EQ(begun, 1);
  });
}

TEST(BootTest, ARestartBeforeTheRunStartsNothingYet) {
  LifeLab lab;
  int begun = 0;
  lab.db().OnBoot([&] { ++begun; });
  lab.db().Crash(Death::kPowerCut);
  lab.db().Restart();
  EXPECT_EQ(begun, 0);
  lab.Run([&] { lab.Sleep(absl::Seconds(1)); });
  EXPECT_EQ(begun, 1);
}

TEST(BootTest, RunRefusesAHostThatIsDown) {
  LifeLab lab;
  lab.app().Crash(Death::kKilled);
  EXPECT_EQ(lab.simulation().Run(lab.app(), [] { FAIL(); }).code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(BootTest, ARestartForgetsChangesOfInterfaces) {
  LifeLab lab;
  Host& db = lab.db();
  const InterfaceAddress more{IpAddress::V4(10, 0, 0, 9), 8};
  ASSERT_TRUE(db.AddAddress("eth0", more).ok());
  db.Crash(Death::kPowerCut);
  EXPECT_EQ(db.AddAddress("eth0", more).code(),
            absl::StatusCode::kFailedPrecondition);
  db.SetUp("eth0", false);
  db.Restart();
  EXPECT_EQ(db.RemoveAddress("eth0", more.ip).code(),
            absl::StatusCode::kNotFound);
}

TEST(BootDeathTest, AnAddressThatAnotherHostHasMustBeGivenBack) {
  EXPECT_DEATH(
      {
        LifeLab lab;
        lab.db().Crash(Death::kPowerCut);
        lab.app()
            .AddAddress("eth0", {IpAddress::V4(10, 0, 0, 2), 8})
            .IgnoreError();
        lab.db().Restart();
      },
      "Host::Restart finds that another host has got an address");
}

TEST(BootDeathTest, AThreadNeedsAHostThatIsUp) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(
      {
        LifeLab lab;
        lab.Run([&lab] {
          lab.db().Crash(Death::kKilled);
          lab.db().Start("late", [] {}).join();
        });
      },
      "host db is down. Start the thread after Host::Restart");
}

TEST(BootDeathTest, AThreadOfAnotherRunStartsNothing) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(
      {
        LifeLab lab;
        LifeLab other;
        lab.Run([&other] { other.db().Start("stray", [] {}).join(); });
      },
      "Host::Start: the caller, app/1, is a thread of another simulation");
}

TEST(BootDeathTest, AFunctionMustNotBeEmpty) {
  EXPECT_DEATH(
      {
        LifeLab lab;
        lab.db().OnBoot(nullptr);
      },
      "Host::OnBoot: body is empty");
}

}  // namespace
}  // namespace sim
}  // namespace mortise
