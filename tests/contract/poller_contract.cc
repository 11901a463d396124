// A Poller by itself: wakes, times and bad arguments.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/constants.h"
#include "mortise/core/error.h"
#include "mortise/core/message.h"
#include "mortise/core/poll_result.h"
#include "mortise/core/poller.h"
#include "mortise/core/socket.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/forwarding.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_events.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/poll_suites.h"
#include "mortise/tests/contract/process.h"
#include "mortise/tests/contract/status_matchers.h"
#include "mortise/tests/contract/test_thread.h"

namespace mortise {
namespace contract {
namespace {

constexpr PollEvents kReadable = PollEvents::kReadable;
constexpr std::uint64_t kKey = 5;

Poller MustCreatePoller(const ContractTestBase& test) {
  absl::StatusOr<Poller> poller = Poller::Create(&test.platform());
  EXPECT_THAT(poller.status(), IsOk());
  return *std::move(poller);
}

// Counts the waits of the poll sets that it makes.
class CountingReadiness final : public ForwardingReadinessCalls {
 public:
  using ForwardingReadinessCalls::ForwardingReadinessCalls;

  SysResult<std::unique_ptr<PollSet>> NewPollSet() override {
    SysResult<std::unique_ptr<PollSet>> made = next().NewPollSet();
    if (!made.ok()) return made;
    return {std::make_unique<Set>(std::move(made.value), waits_), 0};
  }
  // Returns how many there were since the last call.
  int TakeWaits() { return waits_.exchange(0); }

 private:
  class Set final : public ForwardingPollSet {
   public:
    Set(std::unique_ptr<PollSet> next, std::atomic<int>& waits)
        : ForwardingPollSet(std::move(next)), waits_(waits) {}

    SysResult<std::size_t> Wait(absl::Span<PollReady> ready,
                                absl::Duration timeout) override {
      ++waits_;
      return ForwardingPollSet::Wait(ready, timeout);
    }

   private:
    std::atomic<int>& waits_;
  };

  std::atomic<int> waits_{0};
};

TEST_P(PollerContract, WakeEndsTheWaitUnderWayOrTheNextOne) {
  Poller poller = MustCreatePoller(*this);
  PollResult ready;
  poller.Wake();
  poller.Wake();
  ASSERT_THAT(poller.Wait(kLong, &ready), IsOk());
  EXPECT_TRUE(ready.woken());
  EXPECT_TRUE(ready.empty());
  // Both counted as one.
  ASSERT_THAT(poller.Wait(absl::ZeroDuration(), &ready), IsOk());
  EXPECT_FALSE(ready.woken());
  Background<bool> wait([&] {
    PollResult inner;
    EXPECT_THAT(poller.Wait(kLong, &inner), IsOk());
    return inner.woken();
  });
  wait.AwaitAsleep();
  poller.Wake();
  EXPECT_TRUE(wait.Result());
}

TEST_P(PollerContract, WaitAfterWakeWaits) {
  Poller poller = MustCreatePoller(*this);
  PollResult ready;
  for (int i = 0; i < 10; ++i) {
    poller.Wake();
    ASSERT_THAT(poller.Wait(kLong, &ready), IsOk());
    ASSERT_TRUE(ready.woken());
    const absl::Duration start = Now();
    ASSERT_THAT(poller.Wait(absl::Milliseconds(2), &ready), IsOk());
    EXPECT_FALSE(ready.woken());
    EXPECT_GE(Now() - start, absl::Milliseconds(2));
  }
}

TEST_P(PollerContract, NoWakeIsLost) {
  constexpr int kRounds = 10000;
  Poller there = MustCreatePoller(*this);
  Poller back = MustCreatePoller(*this);
  const auto wait = [](Poller& poller) {
    PollResult ready;
    EXPECT_THAT(poller.Wait(kLong, &ready), IsOk());
    EXPECT_TRUE(ready.woken());
  };
  // What one writes before a wake-up the other sees after it.
  int ball = 0;
  Background<int> other([&] {
    for (int i = 0; i < kRounds; ++i) {
      wait(there);
      ++ball;
      back.Wake();
    }
    return 0;
  });
  for (int i = 0; i < kRounds; ++i) {
    ++ball;
    there.Wake();
    wait(back);
    ASSERT_EQ(ball, 2 * (i + 1));
  }
  other.Result();
}

TEST_P(PollerContract, NothingRegisteredWaits) {
  Poller poller = MustCreatePoller(*this);
  PollResult ready;
  for (const absl::Duration timeout :
       {absl::Nanoseconds(1), absl::Microseconds(300), absl::Milliseconds(3)}) {
    const absl::Duration start = Now();
    ASSERT_THAT(poller.Wait(timeout, &ready), IsOk());
    EXPECT_GE(Now() - start, timeout);
    EXPECT_TRUE(ready.empty());
    EXPECT_FALSE(ready.woken());
  }
}

// A fraction of what the system counts in is neither lost, so that a wait spins
// until its time is over, nor added to a wait that has no time.
TEST_P(PollerContract, TimeoutRounds) {
  CountingReadiness readiness(platform().readiness());
  Platform::Parts parts = platform().parts();
  parts.readiness = &readiness;
  Platform counted(parts, platform().facts());
  absl::StatusOr<Poller> poller = Poller::Create(&counted);
  ASSERT_THAT(poller.status(), IsOk());
  PollResult ready;
  ASSERT_THAT(poller->Wait(absl::ZeroDuration(), &ready), IsOk());
  EXPECT_EQ(readiness.TakeWaits(), 1);
  for (const absl::Duration timeout :
       {absl::Nanoseconds(1), absl::Microseconds(400), absl::Microseconds(1400),
        absl::Milliseconds(3)}) {
    ASSERT_THAT(poller->Wait(timeout, &ready), IsOk());
    // A system's clock may be late by a tick or two.
    EXPECT_LE(readiness.TakeWaits(), 4) << timeout;
  }
}

TEST_P(PollerContract, LongTimeouts) {
  Poller poller = MustCreatePoller(*this);
  for (const absl::Duration timeout :
       {absl::Hours(24 * 25), absl::Hours(24 * 365 * 300),
        absl::InfiniteDuration()}) {
    Background<bool> wait([&] {
      PollResult ready;
      EXPECT_THAT(poller.Wait(timeout, &ready), IsOk());
      return ready.woken();
    });
    wait.AwaitAsleep();
    poller.Wake();
    EXPECT_TRUE(wait.Result());
  }
}

TEST_P(PollerContract, SignalsDoNotStretchOrEndIt) {
  if (!HaveSignals()) GTEST_SKIP() << "no signals here";
  Poller poller = MustCreatePoller(*this);
  const std::unique_ptr<SignalStorm> storm = BeginStorm(absl::Milliseconds(1));
  const int before = Signals();
  const absl::Duration start = Now();
  PollResult ready;
  while (Signals() < before + 5) {
    ASSERT_THAT(poller.Wait(absl::Milliseconds(20), &ready), IsOk());
    ASSERT_FALSE(ready.woken());
    ASSERT_GE(Now() - start, absl::Milliseconds(20));
  }
}

// Linux keeps the errors of such a socket in a queue, and reports the socket
// until the queue is empty.
TEST_P(PollerContract, ErrorQueueDrained) {
  const std::optional<Constant> wanted = FindConstant("IP_RECVERR");
  const int queue = platform().facts().wait_flags.error_queue;
  if (!wanted.has_value() || queue == 0) GTEST_SKIP() << "no queue of errors";
  auto [socket, peer] = MustConnectPair(UdpIpv4());
  ASSERT_THAT(socket.SetTimeout(absl::ZeroDuration()), IsOk());
  ASSERT_THAT(socket.SetSockOpt(kIpprotoIp, static_cast<int>(wanted->value), 1),
              IsOk());
  Poller poller = MustCreatePoller(*this);
  ASSERT_THAT(poller.Register(socket, kReadable, kKey), IsOk());
  ASSERT_THAT(peer.Close(), IsOk());
  // The port has been given back.
  ASSERT_THAT(socket.Send("x"), IsOk());
  PollResult ready;
  const auto look = [&](absl::Duration timeout) {
    EXPECT_THAT(poller.Wait(timeout, &ready), IsOk());
    return !ready.empty();
  };
  EXPECT_TRUE(look(kLong));
  EXPECT_THAT(socket.TakeError(), Fails(IsConnectionRefused));
  EXPECT_TRUE(look(absl::ZeroDuration()));
  EXPECT_THAT(RecvMsg(socket, 16, 256, queue).status(), IsOk());
  EXPECT_FALSE(look(absl::ZeroDuration()));
}

TEST_P(PollerContract, OneThreadWaits) {
  Poller poller = MustCreatePoller(*this);
  const auto is_refused = [](const absl::Status& status) {
    return status.code() == absl::StatusCode::kFailedPrecondition;
  };
  Background<absl::Status> first([&] {
    PollResult ready;
    absl::Status status;
    // The looks below may be in its way.
    AwaitThat([&] {
      status = poller.Wait(kLong, &ready);
      return !is_refused(status);
    });
    return status;
  });
  PollResult ready;
  AwaitThat(
      [&] { return is_refused(poller.Wait(absl::ZeroDuration(), &ready)); });
  poller.Wake();
  EXPECT_THAT(first.Result(), IsOk());
  EXPECT_THAT(poller.Wait(absl::ZeroDuration(), &ready), IsOk());
}

TEST_P(PollerContract, BadArgumentsAreNamed) {
  Poller poller = MustCreatePoller(*this);
  Socket socket = MustCreate(TcpIpv4());
  PollResult ready;
  EXPECT_THAT(poller.Wait(-absl::Nanoseconds(1), &ready),
              Fails(absl::StatusCode::kOutOfRange, IsUsageError));
  for (const PollEvents bad :
       {PollEvents::kEnded, kReadable | PollEvents::kFailed,
        static_cast<PollEvents>(16)}) {
    EXPECT_THAT(poller.Register(socket, bad, kKey),
                Fails(absl::StatusCode::kInvalidArgument, IsUsageError));
  }
  EXPECT_EQ(poller.size(), 0u);
  ASSERT_THAT(poller.Register(socket, PollEvents::kNone, kKey), IsOk());
  EXPECT_THAT(poller.Modify(socket, PollEvents::kEnded),
              Fails(absl::StatusCode::kInvalidArgument, IsUsageError));
  ASSERT_THAT(socket.Close(), IsOk());
  EXPECT_THAT(poller.Register(socket, kReadable, kKey),
              Fails(absl::StatusCode::kFailedPrecondition, IsClosed));
  EXPECT_THAT(poller.Register(NativeHandle(), kReadable, kKey),
              Fails(absl::StatusCode::kInvalidArgument, IsUsageError));
  EXPECT_EQ(poller.Unregister(NativeHandle(12345)).code(),
            absl::StatusCode::kNotFound);
}

TEST_P(PollerContract, APlatformThatWaitsInTheSameWayIsTheSame) {
  Platform other(platform().parts(), platform().facts());
  Poller poller = MustCreatePoller(*this);
  // The same way of waiting is the same system.
  absl::StatusOr<Socket> same = Socket::Create(kAfInet, kSockStream, 0, &other);
  ASSERT_THAT(same.status(), IsOk());
  EXPECT_THAT(poller.Register(*same, PollEvents::kNone, kKey), IsOk());
}

TEST_P(PollerContract, NoDescriptorsForAPoller) {
  if (!contract().handles_are_descriptors) GTEST_SKIP() << "has none";
  const std::unique_ptr<DescriptorFamine> famine = DescriptorFamine::Begin();
  if (famine == nullptr) GTEST_SKIP() << "this system cannot run out of them";
  EXPECT_EQ(Poller::Create(&platform()).status().code(),
            absl::StatusCode::kResourceExhausted);
}

TEST_P(PollerContract, MovedFromIsOfNoUse) {
  Poller poller = MustCreatePoller(*this);
  Poller moved = std::move(poller);
  PollResult ready;
  poller.Wake();
  EXPECT_EQ(poller.size(), 0u);
  EXPECT_FALSE(poller.native_handle().valid());
  EXPECT_EQ(poller.Wait(absl::ZeroDuration(), &ready).code(),
            absl::StatusCode::kFailedPrecondition);
  poller = MustCreatePoller(*this);
  EXPECT_THAT(poller.Wait(absl::ZeroDuration(), &ready), IsOk());
}

}  // namespace
}  // namespace contract
}  // namespace mortise
