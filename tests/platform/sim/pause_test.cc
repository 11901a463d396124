// Hosts that are paused.

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/platform/sim/death.h"
#include "mortise/platform/sim/host.h"
#include "mortise/platform/sim/simulation.h"
#include "mortise/platform/sim/thread.h"
#include "mortise/tests/platform/sim/life_lab.h"

namespace mortise {
namespace sim {
namespace {

TEST(PauseTest, TheKernelAnswersAndTheProgramDoesSoAfterwards) {
  LifeLab lab;
  lab.db().OnBoot(&LifeLab::Echo);
  lab.Run([&lab] {
    lab.Sleep(absl::Seconds(1));
    lab.db().Pause(absl::Seconds(10));
    const absl::Duration begin = lab.Now();
    EXPECT_EQ(begin, absl::Seconds(1));
    Socket client = MustConnect();
    ASSERT_TRUE(client.SendAll("hello").ok());
    EXPECT_EQ(client.Recv(100).value_or("no answer"), "hello");
    EXPECT_EQ(lab.Now() - begin, absl::Seconds(10) + kOneWay);
  });
}

TEST(PauseTest, TimeoutsThatPassAreSeenAfterwards) {
  LifeLab lab;
  lab.Run([&lab] {
    absl::Duration woken, timed_out;
    Thread sleeper = lab.db().Start("sleeper", [&] {
      lab.Sleep(absl::Seconds(1));
      woken = lab.Now();
    });
    Thread waiter = lab.db().Start("waiter", [&] {
      Socket listener = MustListen();
      ASSERT_TRUE(listener.SetTimeout(absl::Seconds(2)).ok());
      EXPECT_TRUE(IsTimeout(listener.Accept().status()));
      timed_out = lab.Now();
    });
    lab.Sleep(absl::Milliseconds(500));
    lab.db().Pause(absl::Seconds(5));
    sleeper.join();
    waiter.join();
    EXPECT_EQ(woken, absl::Milliseconds(5500));
    EXPECT_EQ(timed_out, absl::Milliseconds(5500));
  });
}

TEST(PauseTest, APauseEndsAtTheLaterTime) {
  LifeLab lab;
  lab.Run([&lab] {
    absl::Duration woken;
    Thread sleeper = lab.db().Start("sleeper", [&] {
      lab.Sleep(absl::Milliseconds(1));
      woken = lab.Now();
    });
    // Lets it fall asleep.
    lab.Sleep(absl::Nanoseconds(1));
    const absl::Duration begin = lab.Now();
    lab.db().Pause(absl::Seconds(5));
    lab.db().Pause(absl::Seconds(2));
    lab.Sleep(absl::Seconds(1));
    lab.db().Pause(absl::Seconds(7));
    sleeper.join();
    EXPECT_EQ(woken - begin, absl::Seconds(8));
  });
}

TEST(PauseTest, NothingEndsOrBeginsWithoutAPause) {
  LifeLab lab;
  lab.Run([&lab] {
    lab.db().Pause(absl::ZeroDuration());
    lab.db().Start("worker", [] {}).join();
    EXPECT_EQ(lab.Now(), absl::ZeroDuration());
    lab.db().Pause(absl::Seconds(1));
    lab.Sleep(absl::Seconds(1));
    lab.db().Start("worker", [] {}).join();
    EXPECT_EQ(lab.Now(), absl::Seconds(1));
  });
}

TEST(PauseTest, AThreadThatIsStartedMeanwhileWaits) {
  LifeLab lab;
  lab.Run([&lab] {
    lab.db().Pause(absl::Seconds(1));
    absl::Duration began;
    lab.db().Start("worker", [&] { began = lab.Now(); }).join();
    EXPECT_EQ(began, absl::Seconds(1));
  });
}

TEST(PauseTest, AThreadThatPausesItsOwnHostWaits) {
  LifeLab lab;
  lab.Run([&lab] {
    lab.db()
        .Start("worker",
               [&] {
                 lab.db().Pause(absl::Seconds(3));
                 EXPECT_EQ(lab.Now(), absl::Seconds(3));
               })
        .join();
    lab.app().Pause(absl::Seconds(4));
    EXPECT_EQ(lab.Now(), absl::Seconds(7));
  });
}

TEST(PauseTest, ACrashEndsAPause) {
  LifeLab lab;
  lab.Run([&lab] {
    bool went_on = false;
    Thread worker = lab.db().Start("worker", [&] {
      lab.Sleep(absl::Seconds(1));
      went_on = true;
    });
    lab.db().Pause(absl::Seconds(10));
    lab.Sleep(absl::Seconds(2));
    lab.db().Crash(Death::kKilled);
    worker.join();
    lab.db().Restart();
    lab.db().Start("next", [] {}).join();
    EXPECT_EQ(lab.Now(), absl::Seconds(2));
    // The end of the first pause does not end the second one.
    lab.db().Pause(absl::Seconds(20));
    lab.db().Start("late", [] {}).join();
    EXPECT_EQ(lab.Now(), absl::Seconds(22));
    EXPECT_FALSE(went_on);
  });
}

TEST(PauseTest, ARunMayEndInAPause) {
  LifeLab lab;
  bool ended = false;
  lab.Run([&] {
    lab.db()
        .Start("worker",
               [&] {
                 lab.Sleep(absl::Seconds(1));
                 ended = true;
               })
        .detach();
    lab.db().Pause(absl::Hours(1));
    lab.Sleep(absl::Seconds(2));
  });
  EXPECT_TRUE(ended);
}

TEST(PauseDeathTest, TheTimeMustBePositiveAndFinite) {
  LifeLab lab;
  EXPECT_DEATH(lab.db().Pause(absl::Nanoseconds(-1)),
               "Host::Pause: time is negative");
  EXPECT_DEATH(lab.db().Pause(absl::InfiniteDuration()),
               "Host::Pause: time is infinite.*Host::Crash");
}

}  // namespace
}  // namespace sim
}  // namespace mortise
