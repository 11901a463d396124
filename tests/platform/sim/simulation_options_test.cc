// What the options of a simulation and the seed in the environment do.

#include <future>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/sim/host.h"
#include "mortise/platform/sim/real_world.h"
#include "mortise/platform/sim/schedule/order.h"
#include "mortise/platform/sim/simulation.h"
#include "mortise/platform/sim/thread.h"
#include "mortise/tests/environment.h"

namespace mortise {
namespace sim {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(SimulationOptionsTest, ABudgetThatIsUsedUpEndsTheRun) {
  const auto run = [](const SimulationOptions& options) {
    Simulation simulation(options);
    Host& host = simulation.AddHost("web");
    return simulation.Run(host, [&] {
      while (host.platform().clock().Now() < absl::Hours(2)) {
        simulation.clock().Sleep(absl::Seconds(1));
        if (!Socket::Create(kAfInet, kSockStream).ok()) return;
      }
    });
  };
  SimulationOptions options;
  EXPECT_TRUE(run(options).ok());
  options.seed = 4711;
  options.most_virtual_time = absl::Hours(1);
  const absl::Status no_time = run(options);
  EXPECT_EQ(no_time.code(), absl::StatusCode::kResourceExhausted) << no_time;
  EXPECT_THAT(std::string(no_time.message()),
              HasSubstr("more virtual time than 1h"));
  EXPECT_THAT(std::string(no_time.message()),
              HasSubstr("MORTISE_SIM_SEED=4711"));
  options = SimulationOptions();
  options.most_steps = 1000;
  const absl::Status no_steps = run(options);
  EXPECT_EQ(no_steps.code(), absl::StatusCode::kResourceExhausted) << no_steps;
  EXPECT_THAT(std::string(no_steps.message()),
              HasSubstr("more than 1000 events and calls"));
}

TEST(SimulationOptionsTest, WhatIsLeftToChanceIsAnErrorIfThatIsAskedFor) {
  for (const bool require : {false, true}) {
    SimulationOptions options;
    options.order = Order::kFifo;
    options.require_determinism = require;
    Simulation simulation(options);
    Host& host = simulation.AddHost("web");
    const absl::Status status = simulation.Run(host, [] {
      std::promise<void> is_done;
      Thread other("other", [&is_done] { is_done.set_value(); });
      const RealWorld region;
      is_done.get_future().wait();
    });
    EXPECT_THAT(simulation.left_to_chance(),
                ElementsAre("other threads ran while web/1 was in the real "
                            "world"));
    EXPECT_EQ(status.code(), require ? absl::StatusCode::kFailedPrecondition
                                     : absl::StatusCode::kOk)
        << status;
    if (!require) continue;
    EXPECT_THAT(std::string(status.message()),
                HasSubstr("something was left to chance"));
  }
}

TEST(SimulationOptionsDeathTest, ASeedThatIsNoNumberIsNamed) {
  for (const char* const text : {"x", "18446744073709551616", "-1"}) {
    const testing::ScopedVariable seed("MORTISE_SIM_SEED", text);
    EXPECT_DEATH(SimulationOptions(), absl::StrCat("MORTISE_SIM_SEED=", text,
                                                   ": no number of 64 bits"));
  }
}

}  // namespace
}  // namespace sim
}  // namespace mortise
