// Hosts that crash.

#include <cstdint>
#include <future>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/death.h"
#include "mortise/platform/sim/faults.h"
#include "mortise/platform/sim/host.h"
#include "mortise/platform/sim/random.h"
#include "mortise/platform/sim/real_world.h"
#include "mortise/platform/sim/rule.h"
#include "mortise/platform/sim/simulation.h"
#include "mortise/platform/sim/thread.h"
#include "mortise/tests/platform/sim/life_lab.h"

namespace mortise {
namespace sim {
namespace {

using ::testing::HasSubstr;

// Runs until the server listens, and returns a client of it.
Socket ConnectToServer(LifeLab& lab) {
  lab.Sleep(absl::Seconds(1));
  return MustConnect();
}

TEST(CrashTest, APowerCutIsSilence) {
  LifeLab lab;
  lab.db().OnBoot(&LifeLab::Echo);
  lab.Run([&lab] {
    Socket client = ConnectToServer(lab);
    ASSERT_TRUE(client.SetTimeout(absl::Hours(1)).ok());
    ASSERT_TRUE(client.SendAll("one").ok());
    EXPECT_EQ(client.Recv(100).value_or("no answer"), "one");
    lab.db().Crash(Death::kPowerCut);
    const absl::Duration begin = lab.Now();
    EXPECT_TRUE(IsTimeout(client.Recv(100).status()));
    EXPECT_EQ(lab.Now() - begin, absl::Hours(1));
  });
}

TEST(CrashTest, NothingAnswersAfterAPowerCut) {
  LifeLab lab;
  lab.db().OnBoot(&LifeLab::Echo);
  lab.Run([&lab] {
    lab.Sleep(absl::Seconds(1));
    lab.db().Crash(Death::kPowerCut);
    absl::StatusOr<Socket> client = Socket::Create(kAfInet, kSockStream);
    ASSERT_TRUE(client.ok());
    ASSERT_TRUE(client->SetTimeout(absl::Seconds(5)).ok());
    // By its number, since nobody knows the name of a host that is off.
    EXPECT_TRUE(IsTimeout(client->Connect(HostPort{"10.0.0.2", kLifePort})));
  });
}

TEST(CrashTest, AKilledServerEndsItsConnections) {
  LifeLab lab;
  lab.db().OnBoot(&LifeLab::AcceptForEver);
  lab.Run([&lab] {
    Socket client = ConnectToServer(lab);
    lab.Sleep(absl::Seconds(1));
    const absl::Duration begin = lab.Now();
    lab.db().Crash(Death::kKilled);
    EXPECT_EQ(client.Recv(100).value_or("no end"), "");
    EXPECT_EQ(lab.Now() - begin, kOneWay);
    // The operating system still answers.
    absl::StatusOr<Socket> other = Socket::Create(kAfInet, kSockStream);
    ASSERT_TRUE(other.ok());
    EXPECT_TRUE(IsConnectionRefused(other->Connect(HostPort{"db", kLifePort})));
  });
}

TEST(CrashTest, AKilledServerThatHasNotReadResets) {
  LifeLab lab;
  lab.db().OnBoot(&LifeLab::AcceptForEver);
  lab.Run([&lab] {
    Socket client = ConnectToServer(lab);
    ASSERT_TRUE(client.SendAll("unread").ok());
    lab.Sleep(absl::Seconds(1));
    lab.db().Crash(Death::kKilled);
    EXPECT_EQ(CodeOf(client.Recv(100).status()), ErrorCode::kEconnreset);
  });
}

TEST(CrashTest, TheKernelOfAKilledServerSendsALostFinAgain) {
  LifeLab lab;
  lab.db().OnBoot(&LifeLab::AcceptForEver);
  lab.Run([&lab] {
    Socket client = ConnectToServer(lab);
    lab.Sleep(absl::Seconds(1));
    {
      const Rule cut =
          lab.simulation().faults().Partition({lab.app()}, {lab.db()});
      lab.db().Crash(Death::kKilled);
      lab.Sleep(absl::Milliseconds(100));
    }
    EXPECT_EQ(client.Recv(100).value_or("no end"), "");
  });
}

TEST(CrashTest, AnOldConnectionIsResetAfterARestart) {
  LifeLab lab;
  lab.db().OnBoot(&LifeLab::Echo);
  lab.Run([&lab] {
    Socket client = ConnectToServer(lab);
    lab.db().Crash(Death::kPowerCut);
    lab.Sleep(absl::Seconds(1));
    lab.db().Restart();
    ASSERT_TRUE(client.SendAll("are you there?").ok());
    EXPECT_EQ(CodeOf(client.Recv(100).status()), ErrorCode::kEconnreset);
    // The next life serves.
    lab.Sleep(absl::Seconds(1));
    Socket next = MustConnect();
    ASSERT_TRUE(next.SendAll("two").ok());
    EXPECT_EQ(next.Recv(100).value_or("no answer"), "two");
  });
}

// What binding the server's port says in the next life.
ErrorCode BindsAgainAfter(Death how) {
  LifeLab lab;
  ErrorCode code = ErrorCode::kUnmapped;
  lab.Run([&] {
    Host& db = lab.db();
    Thread server = db.Start("server", &LifeLab::AcceptForEver);
    Socket client = ConnectToServer(lab);
    lab.Sleep(absl::Seconds(1));
    db.Crash(how);
    db.Restart();
    absl::StatusOr<Socket> socket =
        Socket::Create(kAfInet, kSockStream, 0, &db.platform());
    ASSERT_TRUE(socket.ok()) << socket.status();
    code = CodeOf(socket->Bind({"", kLifePort}));
  });
  return code;
}

// A killed program that starts again finds what its predecessor has left.
TEST(CrashTest, AnAddressLingersAfterAKillAndNotAfterAPowerCut) {
  EXPECT_EQ(BindsAgainAfter(Death::kKilled), ErrorCode::kEaddrinuse);
  EXPECT_EQ(BindsAgainAfter(Death::kPowerCut), ErrorCode::kUnmapped);
}

TEST(CrashTest, FrozenThreadsNeverGoOn) {
  LifeLab lab;
  bool sleeper_went_on = false, crasher_went_on = false;
  lab.Run([&] {
    Thread sleeper = lab.db().Start("sleeper", [&] {
      lab.Sleep(absl::Seconds(5));
      sleeper_went_on = true;
    });
    Thread crasher = lab.db().Start("crasher", [&] {
      Thread child("child", [&] {
        lab.Sleep(absl::Seconds(3));
        sleeper_went_on = true;
      });
      lab.Sleep(absl::Seconds(1));
      lab.db().Crash(Death::kPowerCut);
      crasher_went_on = true;
    });
    crasher.join();
    EXPECT_EQ(lab.Now(), absl::Seconds(1));
    sleeper.join();
    EXPECT_EQ(lab.Now(), absl::Seconds(1));
    lab.Sleep(absl::Minutes(1));
  });
  EXPECT_FALSE(sleeper_went_on);
  EXPECT_FALSE(crasher_went_on);
}

TEST(CrashTest, ACrashOfAHostThatIsDownHasNoEffect) {
  LifeLab lab;
  lab.Run([&] {
    Host& db = lab.db();
    db.Crash(Death::kKilled);
    db.Crash(Death::kKilled);
    db.Crash(Death::kPowerCut);
    db.Crash(Death::kPowerCut);
    db.Crash(Death::kKilled);
    db.Restart();
    db.Restart();
    EXPECT_TRUE(Socket::Create(kAfInet, kSockStream, 0, &db.platform()).ok());
  });
}

TEST(CrashTest, TheDeadlockReportSaysWhoIsFrozen) {
  LifeLab lab;
  lab.db().OnBoot(&LifeLab::AcceptForEver);
  const absl::Status status = lab.simulation().Run(lab.app(), [&lab] {
    Socket client = ConnectToServer(lab);
    lab.db().Crash(Death::kPowerCut);
    EXPECT_EQ(CodeOf(client.Recv(1).status()), ErrorCode::kEcanceled);
  });
  EXPECT_TRUE(absl::IsAborted(status)) << status;
  EXPECT_THAT(
      std::string(status.message()),
      HasSubstr("db/2: is frozen in accept, because host db has crashed\n"));
}

TEST(CrashTest, ThreadsOfOtherHostsGetErrors) {
  LifeLab lab;
  lab.Run([&lab] {
    Host& db = lab.db();
    Socket waiting = MustListen(&db.platform());
    absl::Status accepted;
    Thread waiter("waiter", [&] { accepted = waiting.Accept().status(); });
    lab.Sleep(absl::Seconds(1));
    db.Crash(Death::kPowerCut);
    waiter.join();
    EXPECT_EQ(CodeOf(accepted), ErrorCode::kEbadf) << accepted;
    EXPECT_EQ(CodeOf(waiting.Accept().status()), ErrorCode::kEbadf);
    EXPECT_EQ(
        CodeOf(
            Socket::Create(kAfInet, kSockStream, 0, &db.platform()).status()),
        ErrorCode::kEhostdown);
    db.Restart();
    EXPECT_EQ(CodeOf(waiting.Accept().status()), ErrorCode::kEbadf);
    // The first socket of the new life is not that of the old one.
    Socket next = MustListen(&db.platform());
    EXPECT_NE(next.native_handle().value(), waiting.native_handle().value());
    waiting = Socket();
    EXPECT_TRUE(next.GetSockName().ok());
  });
}

TEST(CrashTest, HandlesGoOnCountingAfterAKill) {
  LifeLab lab;
  lab.Run([&lab] {
    Host& db = lab.db();
    Socket old = MustListen(&db.platform());
    db.Crash(Death::kKilled);
    db.Restart();
    Socket next = MustListen(&db.platform());
    EXPECT_EQ(next.native_handle().value(), old.native_handle().value() + 1);
    old = Socket();
    EXPECT_TRUE(next.GetSockName().ok());
  });
}

TEST(CrashTest, AThreadInTheRealWorldIsFrozenWhenItComesBack) {
  Simulation simulation;
  Host& app = simulation.AddHost("app");
  Host& db = simulation.AddHost("db");
  bool is_in_region = false, came_back = false;
  std::promise<void> crashed;
  const absl::Status status = simulation.Run(app, [&] {
    Thread thread = db.Start("real", [&] {
      {
        is_in_region = true;
        const RealWorld region;
        crashed.get_future().wait();
      }
      came_back = true;
    });
    while (!is_in_region) Yield();
    db.Crash(Death::kKilled);
    crashed.set_value();
    thread.join();
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_FALSE(came_back);
}

// A thread waits for a cancellation that is destroyed after the crash.
TEST(CrashTest, WhatAFrozenThreadWaitsForMayBeDestroyed) {
  LifeLab lab;
  lab.Run([&lab] {
    auto set = lab.db().platform().readiness().NewPollSet();
    ASSERT_TRUE(set.ok());
    Thread thread = lab.db().Start(
        "poller", [&] { set.value->Wait({}, absl::InfiniteDuration()); });
    lab.Sleep(absl::Seconds(1));
    lab.db().Crash(Death::kPowerCut);
    set.value.reset();
    // Looks at the interrupts of all who wait.
    auto other = lab.app().platform().readiness().NewPollSet();
    ASSERT_TRUE(other.ok());
    other.value->Wake();
  });
}

std::uint64_t DigestOf(std::uint64_t seed) {
  SimulationOptions options;
  options.seed = seed;
  LifeLab lab(options);
  lab.db().OnBoot(&LifeLab::Echo);
  lab.Run([&lab] {
    Random& random = lab.simulation().random();
    for (int i = 0; i < 10; ++i) {
      lab.Sleep(absl::Microseconds(1 + random.Below(3000)));
      Thread client("client", [] {
        absl::StatusOr<Socket> socket = Socket::Create(kAfInet, kSockStream);
        ASSERT_TRUE(socket.ok());
        ASSERT_TRUE(socket->SetTimeout(absl::Seconds(1)).ok());
        if (!socket->Connect(HostPort{"10.0.0.2", kLifePort}).ok()) return;
        if (!socket->SendAll("hello").ok()) return;
        socket->Recv(100).IgnoreError();
      });
      lab.Sleep(absl::Microseconds(random.Below(3000)));
      lab.db().Crash(random.Below(2) == 0 ? Death::kKilled : Death::kPowerCut);
      lab.Sleep(absl::Minutes(2));
      lab.db().Restart();
      // Lets the server begin.
      lab.Sleep(absl::Seconds(1));
    }
  });
  return lab.simulation().digest();
}

TEST(CrashTest, TheSeedDecidesEverything) {
  const std::uint64_t digest = DigestOf(7);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(DigestOf(7), digest);
  EXPECT_NE(DigestOf(8), digest);
}

TEST(CrashDeathTest, TheHostOfTheFirstThreadCannotCrash) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(
      {
        LifeLab lab;
        lab.Run([&lab] { lab.app().Crash(Death::kKilled); });
      },
      "Host::Crash: host app has the first thread of the run.*Give "
      "Simulation::Run another host");
}

}  // namespace
}  // namespace sim
}  // namespace mortise
