// A child made by fork(2) has its own waits, whatever its parent's threads were
// doing with theirs.

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/platform/interrupt_pool.h"
#include "mortise/platform/posix/readiness.h"
#include "mortise/platform/wait_registry.h"
#include "mortise/tests/platform/posix/child.h"

namespace mortise {
namespace posix {
namespace {

constexpr std::uint64_t kSocket = 7;

Readiness readiness;

bool WaitsUntilWoken(RegisteredWait& wait) {
  while (!wait.TakeWake()) {
    if (!readiness
             .WaitInterruptibly({}, wait.interrupts(), absl::InfiniteDuration())
             .ok()) {
      return false;
    }
  }
  return true;
}

// A wait that another thread wakes.
bool IsWoken(WaitRegistry& registry) {
  RegisteredWait wait;
  if (!wait.Begin(registry, readiness, kSocket)) return false;
  std::thread other([&registry] { registry.Wake(kSocket); });
  const bool woken = WaitsUntilWoken(wait);
  other.join();
  return woken;
}

TEST(WaitRegistryForkTest, AChildWakesItsOwnWaitsOnly) {
  static InterruptPool pool;
  static WaitRegistry registry(pool);
  RegisteredWait of_the_parent;
  ASSERT_TRUE(of_the_parent.Begin(registry, readiness, kSocket));
  EXPECT_EQ(ExitCodeOfChild([] { return IsWoken(registry) ? 0 : 1; }), 0);
  EXPECT_FALSE(of_the_parent.TakeWake());
  registry.Wake(kSocket);
  EXPECT_TRUE(WaitsUntilWoken(of_the_parent));
}

TEST(WaitRegistryForkTest, AChildNeedsNothingThatItsParentsThreadsHold) {
  if (!ChildrenMayHaveThreads()) GTEST_SKIP() << "not in an emulator";
  static InterruptPool pool;
  static WaitRegistry registry(pool);
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&stop] {
      while (!stop) {
        RegisteredWait wait;
        if (!wait.Begin(registry, readiness, kSocket)) return;
        registry.Wake(kSocket);
      }
    });
  }
  // Each fork finds the threads at another place.
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(ExitCodeOfChild([] { return IsWoken(registry) ? 0 : 1; }), 0);
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(IsWoken(registry));
}

}  // namespace
}  // namespace posix
}  // namespace mortise
