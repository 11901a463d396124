// What ends a wait from outside: WaitInterrupt.

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/test_thread.h"

namespace mortise {
namespace contract {
namespace {

// A platform's readiness calls, with one interrupt.
class Interruptible {
 public:
  // Not from the platform's pool, which would keep the descriptors.
  explicit Interruptible(Platform& platform)
      : readiness_(platform.readiness()), made_(readiness_.NewInterrupt()) {
    EXPECT_EQ(made_.error, 0);
  }

  WaitInterrupt& interrupt() { return *made_.value; }

  // Returns the index of the target that is ready, or how many there are.
  std::size_t Wait(absl::Duration timeout, std::vector<WaitTarget> targets) {
    WaitInterrupt* const interrupt = made_.value.get();
    const SysResult<std::size_t> first = readiness_.WaitInterruptibly(
        targets, absl::MakeConstSpan(&interrupt, 1), timeout);
    EXPECT_EQ(first.error, 0);
    return first.value;
  }

 private:
  ReadinessCalls& readiness_;
  const SysResult<std::unique_ptr<WaitInterrupt>> made_;
};

class Pair {
 public:
  explicit Pair(Platform& platform) {
    absl::StatusOr<std::pair<Socket, Socket>> pair =
        SocketPair(kAfUnspec, kSockStream, 0, &platform);
    EXPECT_TRUE(pair.ok()) << pair.status();
    if (pair.ok()) pair_ = *std::move(pair);
  }

  WaitTarget readable() const {
    return {pair_.first.native_handle(), WaitEvents::kReadable};
  }
  void MakeReadable() { EXPECT_TRUE(pair_.second.Send("x").ok()); }

 private:
  std::pair<Socket, Socket> pair_;
};

TEST_P(InterruptContract, EndsAWaitThatIsUnderWay) {
  const Pair pair(platform());
  Interruptible waits(platform());
  Background<std::size_t> wait(
      [&] { return waits.Wait(absl::InfiniteDuration(), {pair.readable()}); });
  wait.AwaitAsleep();
  EXPECT_FALSE(wait.ended());
  waits.interrupt().Set();
  EXPECT_EQ(wait.Result(), 1u);
  EXPECT_TRUE(waits.interrupt().is_set());
}

TEST_P(InterruptContract, EndsEveryWaitUntilItIsCleared) {
  const Pair pair(platform());
  Interruptible waits(platform());
  waits.interrupt().Set();
  waits.interrupt().Set();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(waits.Wait(absl::InfiniteDuration(), {pair.readable()}), 1u);
  }
  waits.interrupt().Clear();
  EXPECT_FALSE(waits.interrupt().is_set());
  // Now it waits again, until the next one.
  Background<std::size_t> wait(
      [&] { return waits.Wait(absl::InfiniteDuration(), {pair.readable()}); });
  wait.AwaitAsleep();
  EXPECT_FALSE(wait.ended());
  waits.interrupt().Set();
  EXPECT_EQ(wait.Result(), 1u);
}

TEST_P(InterruptContract, AHandleThatIsReadyGoesBeforeIt) {
  const Pair silent(platform());
  Pair ready(platform());
  ready.MakeReadable();
  Interruptible waits(platform());
  waits.interrupt().Set();
  EXPECT_EQ(waits.Wait(absl::InfiniteDuration(),
                       {silent.readable(), ready.readable()}),
            1u);
}

TEST_P(InterruptContract, CanBeAllThatIsWaitedFor) {
  Interruptible waits(platform());
  Background<std::size_t> wait(
      [&] { return waits.Wait(absl::InfiniteDuration(), {}); });
  wait.AwaitAsleep();
  EXPECT_FALSE(wait.ended());
  waits.interrupt().Set();
  EXPECT_EQ(wait.Result(), 0u);
}

TEST_P(InterruptContract, TimePassesWithoutIt) {
  const Pair pair(platform());
  Interruptible waits(platform());
  const absl::Duration begin = platform().clock().Now();
  const absl::Duration end = begin + absl::Milliseconds(20);
  // It may end early.
  while (platform().clock().Now() < end) {
    EXPECT_EQ(waits.Wait(end - platform().clock().Now(), {pair.readable()}),
              1u);
  }
  EXPECT_FALSE(waits.interrupt().is_set());
}

// Each round would hang if its signal were lost.
TEST_P(InterruptContract, NoneIsLostInManyRounds) {
  constexpr int kRounds = 10000;
  Interruptible ping(platform());
  Interruptible pong(platform());
  const auto await = [](Interruptible& waits) {
    while (!waits.interrupt().is_set()) {
      waits.Wait(absl::InfiniteDuration(), {});
    }
    waits.interrupt().Clear();
  };
  TestThread other([&] {
    for (int i = 0; i < kRounds; ++i) {
      await(ping);
      pong.interrupt().Set();
    }
  });
  for (int i = 0; i < kRounds; ++i) {
    ping.interrupt().Set();
    await(pong);
  }
  other.join();
}

TEST_P(InterruptContract, ThreadsEndEachOthersWaits) {
  constexpr int kThreads = 16;
  const Pair pair(platform());
  std::vector<std::unique_ptr<Interruptible>> waits;
  std::vector<std::unique_ptr<Background<std::size_t>>> threads;
  for (int i = 0; i < kThreads; ++i) {
    waits.push_back(std::make_unique<Interruptible>(platform()));
    threads.push_back(std::make_unique<Background<std::size_t>>(
        [&pair, one = waits.back().get()] {
          return one->Wait(absl::InfiniteDuration(), {pair.readable()});
        }));
  }
  for (const auto& thread : threads) {
    thread->AwaitAsleep();
    EXPECT_FALSE(thread->ended());
  }
  for (int i = kThreads - 1; i >= 0; --i) waits[i]->interrupt().Set();
  for (const auto& thread : threads) EXPECT_EQ(thread->Result(), 1u);
}

}  // namespace
}  // namespace contract
}  // namespace mortise
