// Signals that interrupt what waits on a host.

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/core/create_connection.h"
#include "mortise/core/error.h"
#include "mortise/core/getaddrinfo.h"
#include "mortise/core/poll_result.h"
#include "mortise/core/poller.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sim/death.h"
#include "mortise/platform/sim/faults.h"
#include "mortise/platform/sim/host.h"
#include "mortise/platform/sim/simulation.h"
#include "mortise/platform/sim/thread.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/platform/sim/life_lab.h"

namespace mortise {
namespace sim {
namespace {

// Returns how the host's own error number is called.
ErrorCode CodeOf(Host& host, int native) {
  return host.platform().facts().errors.Code(ErrorDomain::kOs, native);
}

TEST(InterruptTest, ACallOfTheSystemFailsAfterOnePeriod) {
  LifeLab lab;
  lab.Run([&lab] {
    Platform& system = lab.app().platform();
    const Socket listener = MustListen();
    const Rule storm =
        lab.simulation().faults().Interrupt(lab.app(), absl::Seconds(3));
    SockAddr peer;
    const SysResult<NativeHandle> accepted =
        system.sockets().Accept(listener.native_handle(), &peer);
    EXPECT_EQ(CodeOf(lab.app(), accepted.error), ErrorCode::kEintr);
    EXPECT_EQ(lab.Now(), absl::Seconds(3));
    EXPECT_EQ(storm.hits(), 1);
    system.readiness().Sleep(absl::Hours(1));
    EXPECT_EQ(lab.Now(), absl::Seconds(6));
    EXPECT_EQ(storm.hits(), 2);
  });
}

TEST(InterruptTest, ACallOfTheLibraryGoesOnForTheRestOfItsTime) {
  LifeLab lab;
  lab.Run([&lab] {
    Socket listener = MustListen();
    ASSERT_TRUE(listener.SetTimeout(absl::Seconds(10)).ok());
    const Rule storm =
        lab.simulation().faults().Interrupt(lab.app(), absl::Seconds(3));
    EXPECT_TRUE(IsTimeout(listener.Accept().status()));
    EXPECT_EQ(lab.Now(), absl::Seconds(10));
    EXPECT_EQ(storm.hits(), 3);
    absl::StatusOr<Poller> poller = Poller::Create();
    ASSERT_TRUE(poller.ok()) << poller.status();
    PollResult ready;
    EXPECT_TRUE(poller->Wait(absl::Seconds(10), &ready).ok());
    EXPECT_EQ(lab.Now(), absl::Seconds(20));
    EXPECT_EQ(storm.hits(), 6);
  });
}

TEST(InterruptTest, AConnectGoesOn) {
  LifeLab lab;
  lab.db().OnBoot(&LifeLab::AcceptForEver);
  lab.Run([&lab] {
    lab.Sleep(absl::Seconds(1));
    // A connect takes 1.6 ms.
    const Rule storm =
        lab.simulation().faults().Interrupt(lab.app(), absl::Milliseconds(1));
    const absl::Duration begin = lab.Now();
    EXPECT_TRUE(CreateConnection({"10.0.0.2", kLifePort}).ok());
    EXPECT_EQ(lab.Now() - begin, 2 * kOneWay);
    EXPECT_EQ(storm.hits(), 1);
  });
}

TEST(InterruptTest, OtherHostsLookUpsAndClocksAreLeftAlone) {
  LifeLab lab;
  lab.Run([&lab] {
    const Rule storm =
        lab.simulation().faults().Interrupt(lab.app(), absl::Microseconds(1));
    Thread other = lab.db().Start("other", [&lab] {
      Socket listener = MustListen();
      ASSERT_TRUE(listener.SetTimeout(absl::Milliseconds(1)).ok());
      EXPECT_TRUE(IsTimeout(listener.Accept().status()));
      EXPECT_EQ(lab.Now(), absl::Milliseconds(1));
    });
    lab.Sleep(absl::Milliseconds(2));
    EXPECT_TRUE(GetAddrInfo("db", kLifePort).ok());
    other.join();
    EXPECT_EQ(storm.hits(), 0);
  });
}

TEST(InterruptTest, TheRuleEnds) {
  LifeLab lab;
  lab.Run([&lab] {
    Socket listener = MustListen();
    ASSERT_TRUE(listener.SetTimeout(absl::Seconds(10)).ok());
    Thread repair = lab.app().Start("repair", [&lab] {
      const Rule storm =
          lab.simulation().faults().Interrupt(lab.app(), absl::Seconds(1));
      lab.Sleep(absl::Milliseconds(2500));
      EXPECT_EQ(storm.hits(), 2);
    });
    EXPECT_TRUE(IsTimeout(listener.Accept().status()));
    EXPECT_EQ(lab.Now(), absl::Seconds(10));
    repair.join();
  });
}

TEST(InterruptTest, ADeadlockIsFoundAllTheSame) {
  Simulation simulation;
  Host& host = simulation.AddHost("host");
  Host& other = simulation.AddHost("other");
  simulation.faults().Interrupt(host, absl::Milliseconds(1)).Keep();
  simulation.faults().Interrupt(other, absl::Milliseconds(1)).Keep();
  const absl::Status run = simulation.Run(host, [] {
    Socket listener = MustListen();
    EXPECT_FALSE(listener.Accept().ok());
  });
  EXPECT_TRUE(absl::IsAborted(run)) << run;
}

TEST(InterruptTest, AHostThatIsDownHasNobodyToInterrupt) {
  LifeLab lab;
  lab.db().OnBoot(&LifeLab::AcceptForEver);
  lab.Run([&lab] {
    const Rule storm =
        lab.simulation().faults().Interrupt(lab.db(), absl::Seconds(1));
    lab.Sleep(absl::Milliseconds(2500));
    EXPECT_EQ(storm.hits(), 2);
    lab.db().Crash(Death::kPowerCut);
    lab.Sleep(absl::Seconds(5));
    EXPECT_EQ(storm.hits(), 2);
    lab.db().Restart();
    lab.Sleep(absl::Seconds(1));
    EXPECT_EQ(storm.hits(), 3);
  });
}

TEST(InterruptDeathTest, APeriodThatMakesNoSenseIsNamed) {
  LifeLab lab;
  for (const absl::Duration period :
       {absl::ZeroDuration(), -absl::Seconds(1), absl::InfiniteDuration()}) {
    EXPECT_DEATH(lab.simulation().faults().Interrupt(lab.app(), period).Keep(),
                 "Faults::Interrupt: period must be positive and finite");
  }
}

}  // namespace
}  // namespace sim
}  // namespace mortise
