// Hosts whose clocks are wrong.

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/core/create_connection.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/platform/sim/death.h"
#include "mortise/platform/sim/faults.h"
#include "mortise/platform/sim/host.h"
#include "mortise/platform/sim/simulation.h"
#include "mortise/platform/sim/thread.h"
#include "mortise/tests/platform/sim/life_lab.h"

namespace mortise {
namespace sim {
namespace {

// Waits `timeout` for a client that never comes. Returns when that was over.
absl::Duration WaitForNobody(LifeLab& lab, absl::Duration timeout) {
  Socket listener = MustListen();
  EXPECT_TRUE(listener.SetTimeout(timeout).ok());
  EXPECT_TRUE(IsTimeout(listener.Accept().status()));
  return lab.Now();
}

TEST(ClocksTest, ASlowClockMakesTimeoutsLong) {
  LifeLab lab;
  lab.db().SetDrift(-500000);
  lab.Run([&lab] {
    absl::Duration timed_out, slept;
    Thread waiter = lab.db().Start(
        "waiter", [&] { timed_out = WaitForNobody(lab, absl::Seconds(3)); });
    Thread sleeper = lab.db().Start("sleeper", [&] {
      lab.db().clock().Sleep(absl::Seconds(2));
      slept = lab.Now();
      EXPECT_EQ(lab.db().platform().clock().Now(), absl::Seconds(2));
    });
    waiter.join();
    sleeper.join();
    EXPECT_EQ(timed_out, absl::Seconds(6));
    EXPECT_EQ(slept, absl::Seconds(4));
  });
}

TEST(ClocksTest, AFastClockMakesTimeoutsShort) {
  LifeLab lab;
  lab.db().SetDrift(250000);
  lab.Run([&lab] {
    absl::Duration timed_out;
    Thread waiter = lab.db().Start(
        "waiter", [&] { timed_out = WaitForNobody(lab, absl::Seconds(5)); });
    waiter.join();
    EXPECT_EQ(timed_out, absl::Seconds(4));
  });
}

TEST(ClocksTest, ADriftThatChangesChangesWaitsThatHaveBegun) {
  LifeLab lab;
  lab.Run([&lab] {
    absl::Duration timed_out, slept;
    Thread waiter = lab.db().Start(
        "waiter", [&] { timed_out = WaitForNobody(lab, absl::Seconds(10)); });
    Thread sleeper = lab.db().Start("sleeper", [&] {
      lab.db().clock().Sleep(absl::Seconds(20));
      slept = lab.Now();
    });
    lab.Sleep(absl::Seconds(4));
    // The 6 seconds that are left take 4, and 16 of the other thread 10 2/3.
    lab.db().SetDrift(500000);
    lab.Sleep(absl::Seconds(5));
    // Of these, 8 1/2 are left, and take 17.
    lab.db().SetDrift(-500000);
    waiter.join();
    sleeper.join();
    EXPECT_EQ(timed_out, absl::Seconds(8));
    EXPECT_EQ(slept, absl::Seconds(26));
  });
}

TEST(ClocksTest, AStepOfTheWallClockDisturbsNoWait) {
  LifeLab lab;
  lab.Run([&lab] {
    const absl::Time begin = lab.simulation().clock().TimeNow();
    absl::Duration timed_out, slept;
    Thread waiter = lab.db().Start(
        "waiter", [&] { timed_out = WaitForNobody(lab, absl::Seconds(10)); });
    Thread sleeper = lab.db().Start("sleeper", [&] {
      lab.db().clock().Sleep(absl::Seconds(10));
      slept = lab.Now();
    });
    lab.Sleep(absl::Seconds(1));
    lab.db().SetSkew(absl::Hours(1));
    EXPECT_EQ(lab.db().clock().TimeNow() - begin,
              absl::Hours(1) + absl::Seconds(1));
    lab.Sleep(absl::Seconds(1));
    lab.db().SetSkew(-absl::Hours(1));
    EXPECT_EQ(lab.db().clock().TimeNow() - begin,
              absl::Seconds(2) - absl::Hours(1));
    EXPECT_EQ(lab.db().platform().clock().Now(), absl::Seconds(2));
    EXPECT_EQ(lab.app().clock().TimeNow() - begin, absl::Seconds(2));
    EXPECT_EQ(lab.simulation().clock().TimeNow() - begin, absl::Seconds(2));
    waiter.join();
    sleeper.join();
    EXPECT_EQ(timed_out, absl::Seconds(10));
    EXPECT_EQ(slept, absl::Seconds(10));
  });
}

TEST(ClocksTest, ASleepUntilATimeGoesByTheWallClock) {
  LifeLab lab;
  lab.app().SetSkew(absl::Minutes(1));
  lab.Run([&lab] {
    const absl::Time begin = lab.simulation().clock().TimeNow();
    lab.app().clock().SleepUntil(begin + absl::Minutes(3));
    EXPECT_EQ(lab.Now(), absl::Minutes(2));
    lab.simulation().clock().SleepUntil(begin + absl::Minutes(3));
    EXPECT_EQ(lab.Now(), absl::Minutes(3));
  });
}

// A condition that never becomes true.
TEST(ClocksTest, ADeadlineGoesByItsClock) {
  LifeLab lab;
  lab.app().SetSkew(absl::Minutes(1));
  lab.Run([&lab] {
    absl::Mutex mutex;
    const absl::MutexLock lock(&mutex);
    bool never = false;
    const absl::Time begin = lab.simulation().clock().TimeNow();
    EXPECT_FALSE(lab.app().clock().AwaitWithDeadline(
        &mutex, absl::Condition(&never), begin + absl::Minutes(3)));
    EXPECT_EQ(lab.Now(), absl::Minutes(2));
    EXPECT_FALSE(lab.simulation().clock().AwaitWithDeadline(
        &mutex, absl::Condition(&never), begin + absl::Minutes(3)));
    EXPECT_EQ(lab.Now(), absl::Minutes(3));
  });
}

// 127 seconds of a clock that is half as fast as it should be.
TEST(ClocksTest, TheTimersOfTcpGoByTheHostsClock) {
  LifeLab lab;
  lab.app().SetDrift(-500000);
  lab.Run([&lab] {
    const Rule cut =
        lab.simulation().faults().Partition({lab.app()}, {lab.db()});
    const absl::Time begin = lab.simulation().clock().TimeNow();
    const absl::StatusOr<Socket> socket =
        CreateConnection({"10.0.0.2", kLifePort});
    EXPECT_EQ(CodeOf(socket.status()), ErrorCode::kEtimedout);
    EXPECT_EQ(lab.simulation().clock().TimeNow() - begin, absl::Seconds(254));
  });
}

TEST(ClocksTest, LinksDoNotCareForClocks) {
  LifeLab lab;
  lab.app().SetDrift(-500000);
  lab.db().SetDrift(300000);
  lab.db().OnBoot(&LifeLab::Echo);
  lab.Run([&lab] {
    lab.Sleep(absl::Seconds(1));
    const absl::Time begin = lab.simulation().clock().TimeNow();
    EXPECT_TRUE(CreateConnection({"10.0.0.2", kLifePort}).ok());
    EXPECT_EQ(lab.simulation().clock().TimeNow() - begin, 2 * kOneWay);
  });
}

TEST(ClocksTest, ARestartDoesNotSetTheClock) {
  for (const Death how : {Death::kKilled, Death::kPowerCut}) {
    LifeLab lab;
    lab.db().SetSkew(absl::Hours(1));
    lab.db().SetDrift(-500000);
    lab.Run([&lab, how] {
      const absl::Time begin = lab.simulation().clock().TimeNow();
      lab.Sleep(absl::Seconds(2));
      lab.db().Crash(how);
      lab.Sleep(absl::Seconds(2));
      lab.db().Restart();
      absl::Duration timed_out;
      Thread waiter = lab.db().Start("waiter", [&] {
        EXPECT_EQ(lab.db().clock().TimeNow() - begin,
                  absl::Hours(1) + absl::Seconds(2));
        timed_out = WaitForNobody(lab, absl::Seconds(1));
      });
      waiter.join();
      EXPECT_EQ(timed_out, absl::Seconds(6));
    });
  }
}

TEST(ClocksDeathTest, ErrorsBeyondTheirRangeAreNamed) {
  LifeLab lab;
  EXPECT_DEATH(lab.db().SetSkew(absl::InfiniteDuration()),
               "Host::SetSkew: by must be at most 36,500 days");
  EXPECT_DEATH(lab.db().SetSkew(-absl::InfiniteDuration()),
               "Host::SetSkew: by must be at most 36,500 days");
  EXPECT_DEATH(lab.db().SetDrift(500001),
               "Host::SetDrift: parts_per_million must be between");
  EXPECT_DEATH(lab.db().SetDrift(-500001),
               "Host::SetDrift: parts_per_million must be between");
}

}  // namespace
}  // namespace sim
}  // namespace mortise
