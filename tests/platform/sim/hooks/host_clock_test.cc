// Programs with the hooks on a host whose clock is wrong.

#include <time.h>

#include <chrono>

#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/platform/sim/host.h"
#include "mortise/platform/sim/simulation.h"
#include "mortise/platform/sim/thread.h"

namespace mortise {
namespace sim {
namespace {

// Waits `timeout` for a condition that never becomes true.
void WaitForNothing(absl::Duration timeout) {
  absl::Mutex mutex;
  const absl::MutexLock lock(&mutex);
  bool never = false;
  EXPECT_FALSE(mutex.AwaitWithTimeout(absl::Condition(&never), timeout));
}

// What a run leaves to chance would have gone past the hooks.
SimulationOptions Determined() {
  SimulationOptions options;
  options.require_determinism = true;
  return options;
}

TEST(HostClockTest, SleepsLocksAndClocksGoByIt) {
  Simulation simulation(Determined());
  Host& host = simulation.AddHost("late");
  host.SetDrift(-500000);
  host.SetSkew(absl::Hours(1));
  const absl::Status run = simulation.Run(host, [&] {
    const absl::Time begin = simulation.clock().TimeNow();
    const auto steady = std::chrono::steady_clock::now();
    EXPECT_EQ(absl::Now() - begin, absl::Hours(1));
    absl::SleepFor(absl::Seconds(1));
    EXPECT_EQ(simulation.clock().TimeNow() - begin, absl::Seconds(2));
    WaitForNothing(absl::Seconds(3));
    EXPECT_EQ(simulation.clock().TimeNow() - begin, absl::Seconds(8));
    EXPECT_EQ(std::chrono::steady_clock::now() - steady,
              std::chrono::seconds(4));
    EXPECT_EQ(absl::Now() - begin, absl::Hours(1) + absl::Seconds(4));
  });
  EXPECT_TRUE(run.ok()) << run;
}

TEST(HostClockTest, ADriftThatChangesChangesWaitsForLocks) {
  Simulation simulation(Determined());
  Host& host = simulation.AddHost("late");
  const absl::Status run = simulation.Run(host, [&] {
    const absl::Time begin = simulation.clock().TimeNow();
    const Thread change("change", [&] {
      simulation.clock().Sleep(absl::Seconds(2));
      host.SetDrift(500000);
      host.SetSkew(-absl::Hours(5));
    });
    WaitForNothing(absl::Seconds(5));
    EXPECT_EQ(simulation.clock().TimeNow() - begin, absl::Seconds(4));
  });
  EXPECT_TRUE(run.ok()) << run;
}

TEST(HostClockTest, ThreadsOfOtherHostsHaveTheirOwn) {
  Simulation simulation(Determined());
  Host& right = simulation.AddHost("right");
  Host& late = simulation.AddHost("late");
  late.SetDrift(-500000);
  const absl::Status run = simulation.Run(right, [&] {
    const absl::Time begin = absl::Now();
    Thread thread = late.Start("late", [] { absl::SleepFor(absl::Hours(1)); });
    thread.join();
    EXPECT_EQ(absl::Now() - begin, absl::Hours(2));
  });
  EXPECT_TRUE(run.ok()) << run;
}

TEST(HostClockTest, TheTimeMayBeBefore1970) {
  SimulationOptions options = Determined();
  options.epoch = absl::UnixEpoch() + absl::Hours(1);
  Simulation simulation(options);
  Host& host = simulation.AddHost("early");
  host.SetSkew(-absl::Hours(1) - absl::Nanoseconds(1));
  const absl::Status run = simulation.Run(host, [] {
    EXPECT_EQ(absl::Now(), absl::UnixEpoch() - absl::Nanoseconds(1));
    timespec now;
    ASSERT_EQ(clock_gettime(CLOCK_REALTIME, &now), 0);
    EXPECT_EQ(now.tv_sec, -1);
    EXPECT_EQ(now.tv_nsec, 999999999);
  });
  EXPECT_TRUE(run.ok()) << run;
}

}  // namespace
}  // namespace sim
}  // namespace mortise
