// Sockets that a run leaves behind.

#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/sim/death.h"
#include "mortise/platform/sim/host.h"
#include "mortise/platform/sim/simulation.h"
#include "mortise/platform/sim/thread.h"
#include "mortise/tests/platform/sim/life_lab.h"

namespace mortise {
namespace sim {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Leaves its handle to nobody.
void Leak(Socket socket) { static_cast<void>(socket.Detach()); }

TEST(LeaksTest, AProgramThatClosesAllHasNone) {
  LifeLab lab;
  lab.db().OnBoot(&LifeLab::Echo);
  lab.Run([&lab] {
    lab.Sleep(absl::Seconds(1));
    EXPECT_TRUE(MustConnect().SendAll("x").ok());
  });
  EXPECT_THAT(lab.simulation().leaks(), IsEmpty());
}

TEST(LeaksTest, AHandleThatNobodyHasIsNamed) {
  LifeLab lab;
  lab.Run([&lab] {
    Thread worker = lab.db().Start("worker", [] { Leak(MustListen()); });
    worker.join();
    Leak(*Socket::Create(kAfInet, kSockDgram));
  });
  EXPECT_THAT(lab.simulation().leaks(),
              ElementsAre("app: udp 0.0.0.0:0, made by app/1",
                          "db: tcp 0.0.0.0:5432 LISTEN, made by worker/2"));
}

TEST(LeaksTest, ASocketThatOutlivesTheRunIsOne) {
  LifeLab lab;
  Socket kept;
  lab.Run([&kept] { kept = MustListen(); });
  EXPECT_THAT(lab.simulation().leaks(),
              ElementsAre("app: tcp 0.0.0.0:5432 LISTEN, made by app/1"));
}

TEST(LeaksTest, WhatThreadsHaveThatNeverEndIsNone) {
  LifeLab lab;
  lab.db().OnBoot([] {
    const Socket listener = MustListen();
    for (;;) Yield();
  });
  lab.Run([&lab] { lab.Sleep(absl::Seconds(1)); });
  EXPECT_THAT(lab.simulation().leaks(), IsEmpty());
}

TEST(LeaksTest, WhatACrashedHostHadIsNone) {
  for (const Death how : {Death::kKilled, Death::kPowerCut}) {
    LifeLab lab;
    lab.Run([&lab, how] {
      Thread worker = lab.db().Start("worker", [] { Leak(MustListen()); });
      worker.join();
      lab.db().Crash(how);
    });
    EXPECT_THAT(lab.simulation().leaks(), IsEmpty());
  }
}

TEST(LeaksTest, TheyFailARunThatForbidsThem) {
  SimulationOptions options;
  options.require_no_leaks = true;
  for (const bool leaks : {false, true}) {
    Simulation simulation(options);
    Host& host = simulation.AddHost("host");
    const absl::Status run = simulation.Run(host, [leaks] {
      Socket socket = MustListen();
      if (leaks) Leak(std::move(socket));
    });
    EXPECT_EQ(run.code(), leaks ? absl::StatusCode::kFailedPrecondition
                                : absl::StatusCode::kOk);
    if (!leaks) continue;
    EXPECT_THAT(run.message(),
                HasSubstr("sockets are left\n"
                          "  host: tcp 0.0.0.0:5432 LISTEN, made by host/1\n"
                          "at 0.000000000 s, seed "));
  }
}

}  // namespace
}  // namespace sim
}  // namespace mortise
