// A child made by fork(2) has nothing of its parent's timed calls.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/config.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/platform/posix/threads.h"
#include "mortise/platform/thread_calls.h"
#include "mortise/platform/timed_call.h"
#include "mortise/tests/platform/posix/child.h"

namespace mortise {
namespace posix {
namespace {

constexpr absl::Duration kLong = absl::Minutes(10);

Threads os_threads;

// A call that lasts until it is told to go on. It does not use a lock, because
// a child cannot use a lock that its parent's threads hold.
struct Stuck {
  std::atomic<bool> go_on{false};

  std::function<int()> call() {
    return [this] {
      while (!go_on) std::this_thread::yield();
      return 17;
    };
  }
};

bool CallEnds(DetachedCalls& calls, std::function<int()> call,
              absl::Duration timeout) {
  int result = 0;
  int error = 0;
  return calls.Call(std::move(call), timeout, &result, &error) ==
         TimedCallEnd::kDone;
}

// Takes a place with a call that its caller has given up.
void Occupy(DetachedCalls& calls, Stuck& stuck) {
  // The time may be up before the call begins.
  while (calls.running() == 0) {
    CallEnds(calls, stuck.call(), absl::Milliseconds(1));
  }
}

bool QuickCallEnds(DetachedCalls& calls) {
  return CallEnds(
      calls, [] { return 18; }, kLong);
}

void AwaitRunning(DetachedCalls& calls, int running) {
  while (calls.running() != running) std::this_thread::yield();
}

TEST(TimedCallForkTest, AChildBeginsWithAllPlacesFree) {
  if (!ChildrenMayHaveThreads()) GTEST_SKIP() << "not in an emulator";
  static DetachedCalls calls(os_threads, /*most=*/1);
  static Stuck stuck;
  Occupy(calls, stuck);
  EXPECT_EQ(
      ExitCodeOfChild([] {
        if (!QuickCallEnds(calls)) return 1;
        AwaitRunning(calls, 0);
        Occupy(calls, stuck);
        // A child of the child, while the child's own place is taken.
        return ExitCodeOfChild([] { return QuickCallEnds(calls) ? 0 : 3; });
      }),
      0);
  // The parent's calls are unchanged.
  EXPECT_EQ(calls.running(), 1);
  EXPECT_FALSE(CallEnds(calls, stuck.call(), absl::ZeroDuration()));
  stuck.go_on = true;
  AwaitRunning(calls, 0);
  EXPECT_TRUE(QuickCallEnds(calls));
}

TEST(TimedCallForkTest, AChildDoesNotQueueBehindItsParentsCallers) {
  if (!ChildrenMayHaveThreads()) GTEST_SKIP() << "not in an emulator";
  static DetachedCalls calls(os_threads, /*most=*/1);
  static Stuck stuck;
  Occupy(calls, stuck);
  std::vector<std::thread> callers;
  std::atomic<int> served{0};
  for (int i = 0; i < 3; ++i) {
    callers.emplace_back([&served] {
      if (QuickCallEnds(calls)) ++served;
    });
  }
  while (calls.waiting() != callers.size()) std::this_thread::yield();
  EXPECT_EQ(ExitCodeOfChild([] {
              if (calls.waiting() != 0) return 1;
              return QuickCallEnds(calls) ? 0 : 2;
            }),
            0);
  stuck.go_on = true;
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(served, 3);
  AwaitRunning(calls, 0);
}

// A monitor whose lock is not released while `hold` is set.
class HeldThreads final : public ThreadCalls {
 public:
  std::unique_ptr<Monitor> NewMonitor() override {
    return std::make_unique<HeldMonitor>(this);
  }
  int RunDetached(std::function<void()> work) override {
    return os_threads.RunDetached(std::move(work));
  }
  absl::Duration Now() override { return os_threads.Now(); }
  std::uint64_t ProcessNumber() override { return os_threads.ProcessNumber(); }

  std::atomic<bool> hold{false};
  std::atomic<bool> held{false};

 private:
  class HeldMonitor final : public Monitor {
   public:
    explicit HeldMonitor(HeldThreads* threads) : threads_(threads) {}
    void Lock() override { os_->Lock(); }
    void Unlock() override {
      while (threads_->hold) {
        threads_->held = true;
        std::this_thread::yield();
      }
      os_->Unlock();
    }
    std::unique_ptr<Condition> NewCondition() override {
      return os_->NewCondition();
    }

   private:
    HeldThreads* const threads_;
    const std::unique_ptr<Monitor> os_ = os_threads.NewMonitor();
  };
};

TEST(TimedCallForkTest, AChildDoesNotInheritALockThatIsHeld) {
  if (!ChildrenMayHaveThreads()) GTEST_SKIP() << "not in an emulator";
  static HeldThreads threads;
  static DetachedCalls calls(threads, /*most=*/1);
  threads.hold = true;
  std::thread holder([] { EXPECT_TRUE(QuickCallEnds(calls)); });
  while (!threads.held) std::this_thread::yield();
  EXPECT_EQ(ExitCodeOfChild([] {
              threads.hold = false;
              return QuickCallEnds(calls) ? 0 : 1;
            }),
            0);
  threads.hold = false;
  holder.join();
  EXPECT_TRUE(QuickCallEnds(calls));
}

TEST(TimedCallForkTest, AChildGivesUpNothingOfItsParents) {
  static HeldThreads threads;
  static DetachedCalls calls(threads, /*most=*/1);
  static Stuck stuck;
  static std::atomic<bool> done{false};
  int error = 0;
  DetachedCalls::BegunPointer running = calls.Begin(
      stuck.call(), [] {}, &error);
  DetachedCalls::BegunPointer queued =
      calls.Begin([] {}, [] { done = true; }, &error);
  threads.hold = true;
  std::thread holder([] { EXPECT_EQ(calls.waiting(), 1u); });
  while (!threads.held) std::this_thread::yield();
  // The child would wait for the lock for ever.
  EXPECT_EQ(ExitCodeOfChild([&running, &queued] {
              queued.reset();
              running.reset();
              return 0;
            }),
            0);
  threads.hold = false;
  holder.join();
  EXPECT_EQ(calls.waiting(), 1u);
  stuck.go_on = true;
  while (!done) std::this_thread::yield();
  AwaitRunning(calls, 0);
}

// The fork can happen at any moment of a call.
TEST(TimedCallForkTest, AChildOfAProcessThatIsBusyCalling) {
  if (!ChildrenMayHaveThreads()) GTEST_SKIP() << "not in an emulator";
#ifdef ABSL_HAVE_ADDRESS_SANITIZER
  GTEST_SKIP() << "AddressSanitizer's allocator keeps its locks across a fork, "
                  "so that a child that allocates may wait forever";
#endif
  static DetachedCalls calls(os_threads, /*most=*/2);
  std::atomic<bool> over{false};
  std::vector<std::thread> callers;
  for (int i = 0; i < 3; ++i) {
    callers.emplace_back([&over] {
      while (!over) QuickCallEnds(calls);
    });
  }
  for (int i = 0; i < 30; ++i) {
    EXPECT_EQ(ExitCodeOfChild([] { return QuickCallEnds(calls) ? 0 : 1; }), 0);
  }
  over = true;
  for (std::thread& caller : callers) caller.join();
  AwaitRunning(calls, 0);
}

}  // namespace
}  // namespace posix
}  // namespace mortise
