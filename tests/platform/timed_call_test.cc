#include "mortise/platform/timed_call.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/call_limit.h"
#include "mortise/platform/thread_calls.h"
#include "mortise/platform/wait_interrupt.h"
#ifdef _WIN32
#include "mortise/platform/winsock/threads.h"
#else
#include "mortise/platform/posix/threads.h"
#endif

namespace mortise {
namespace {

constexpr absl::Duration kLong = absl::Minutes(10);

// The threads of the backend.
#ifdef _WIN32
winsock::Threads os_threads;
#else
posix::Threads os_threads;
#endif

using IntCall = std::function<int()>;

const IntCall kQuick = [] { return 18; };

// Returns an object that lives for ever, as a backend's does, because the
// threads may use it until the process ends.
DetachedCalls& NewCalls(ThreadCalls& threads, int most) {
  static auto* const all = new std::vector<std::unique_ptr<DetachedCalls>>();
  all->push_back(std::make_unique<DetachedCalls>(threads, most));
  return *all->back();
}

// A call that lasts until it is told to go on. All copies are the same call.
class Stuck {
 public:
  int operator()() const {
    shared_->go_on.WaitForNotification();
    return 17;
  }
  void GoOn() const { shared_->go_on.Notify(); }

 private:
  struct Shared {
    absl::Notification go_on;
  };
  std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
};

TimedCallEnd CallFor(DetachedCalls& calls, IntCall call,
                     const CallLimit& limit) {
  int result = 0;
  int error = 0;
  return calls.Call(std::move(call), limit, &result, &error);
}

// Takes a place with a call that its caller has given up.
void Occupy(DetachedCalls& calls, const Stuck& stuck) {
  // The time may be up before the call begins.
  for (const int before = calls.running(); calls.running() == before;) {
    EXPECT_EQ(CallFor(calls, stuck, absl::Milliseconds(1)),
              TimedCallEnd::kTimedOut);
  }
}

// A call that another thread of the test waits for, with a long timeout.
class CallInThread {
 public:
  CallInThread(DetachedCalls& calls, IntCall call,
               const CallLimit& limit = kLong)
      : thread_([this, &calls, call = std::move(call), limit] {
          end_ = CallFor(calls, call, limit);
        }) {}
  TimedCallEnd Join() {
    thread_.join();
    return end_;
  }

 private:
  TimedCallEnd end_ = TimedCallEnd::kNoThread;
  std::thread thread_;
};

void AwaitRunning(DetachedCalls& calls, int running) {
  while (calls.running() != running) std::this_thread::yield();
}

void AwaitWaiting(DetachedCalls& calls, std::size_t waiting) {
  while (calls.waiting() != waiting) std::this_thread::yield();
}

TEST(TimedCallTest, ACallThatEndsInTimeHasAResult) {
  int result = 0;
  int error = -1;
  DetachedCalls& calls = NewCalls(os_threads, 1);
  EXPECT_EQ(calls.Call(kQuick, kLong, &result, &error), TimedCallEnd::kDone);
  EXPECT_EQ(result, 18);
  EXPECT_EQ(error, 0);
  AwaitRunning(calls, 0);
}

TEST(TimedCallTest, ACallMayWaitForEver) {
  EXPECT_EQ(CallFor(NewCalls(os_threads, 1), kQuick, absl::InfiniteDuration()),
            TimedCallEnd::kDone);
}

TEST(TimedCallTest, ACallThatDoesNotIsGivenUpAndGoesOn) {
  const Stuck stuck;
  int result = 0;
  int error = -1;
  constexpr absl::Duration kTimeout = absl::Milliseconds(500);
  const auto begin = std::chrono::steady_clock::now();
  DetachedCalls& calls = NewCalls(os_threads, 1);
  EXPECT_EQ(calls.Call(IntCall(stuck), kTimeout, &result, &error),
            TimedCallEnd::kTimedOut);
  EXPECT_GE(absl::FromChrono(std::chrono::steady_clock::now() - begin),
            kTimeout);
  EXPECT_EQ(calls.running(), 1);
  stuck.GoOn();
  AwaitRunning(calls, 0);
  EXPECT_EQ(result, 0);
}

// The limit counts calls that their callers have given up, and calls for which
// they still wait.
TEST(TimedCallTest, AllThatRunAreLimited) {
  const Stuck stuck;
  DetachedCalls& calls = NewCalls(os_threads, 2);
  Occupy(calls, stuck);
  CallInThread waited_for(calls, stuck);
  AwaitRunning(calls, 2);

  std::atomic<bool> called{false};
  const IntCall call = [&called] {
    called = true;
    return 19;
  };
  EXPECT_EQ(CallFor(calls, call, absl::ZeroDuration()),
            TimedCallEnd::kTimedOut);
  EXPECT_EQ(CallFor(calls, call, absl::Milliseconds(1)),
            TimedCallEnd::kTimedOut);
  EXPECT_EQ(calls.running(), 2);
  EXPECT_EQ(calls.waiting(), 0u);

  stuck.GoOn();
  EXPECT_EQ(waited_for.Join(), TimedCallEnd::kDone);
  AwaitRunning(calls, 0);
  EXPECT_FALSE(called);
  EXPECT_EQ(CallFor(calls, call, kLong), TimedCallEnd::kDone);
  EXPECT_TRUE(called);
}

TEST(TimedCallTest, ThePlacesGoToThoseWhoCameFirst) {
  const Stuck stuck;
  DetachedCalls& calls = NewCalls(os_threads, 1);
  Occupy(calls, stuck);

  // Only one thread at a time writes it, because there is one place.
  std::vector<int> order;
  std::vector<std::unique_ptr<CallInThread>> callers;
  constexpr int kCallers = 8;
  for (int i = 0; i < kCallers; ++i) {
    callers.push_back(std::make_unique<CallInThread>(calls, [&order, i] {
      order.push_back(i);
      return i;
    }));
    AwaitWaiting(calls, callers.size());
  }
  stuck.GoOn();
  for (auto& caller : callers) EXPECT_EQ(caller->Join(), TimedCallEnd::kDone);
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7}));
  AwaitRunning(calls, 0);
}

// A caller that has given up waiting does not get the place.
TEST(TimedCallTest, ACallerThatHasLeftTheQueueIsPassedOver) {
  const Stuck stuck;
  DetachedCalls& calls = NewCalls(os_threads, 1);
  Occupy(calls, stuck);
  CallInThread first(calls, kQuick);
  AwaitWaiting(calls, 1);
  EXPECT_EQ(CallFor(calls, kQuick, absl::Milliseconds(1)),
            TimedCallEnd::kTimedOut);
  CallInThread last(calls, kQuick);
  AwaitWaiting(calls, 2);
  stuck.GoOn();
  EXPECT_EQ(first.Join(), TimedCallEnd::kDone);
  EXPECT_EQ(last.Join(), TimedCallEnd::kDone);
  AwaitRunning(calls, 0);
}

TEST(TimedCallTest, WithoutTimeNothingBegins) {
  DetachedCalls& calls = NewCalls(os_threads, 1);
  std::atomic<bool> called{false};
  const IntCall call = [&called] {
    called = true;
    return 19;
  };
  EXPECT_EQ(CallFor(calls, call, absl::ZeroDuration()),
            TimedCallEnd::kTimedOut);
  EXPECT_EQ(calls.running(), 0);
  EXPECT_FALSE(called);
}

// A call that can be given up.
class Interrupted {
 public:
  CallLimit limit() {
    CallLimit limit(kLong);
    limit.given_up = given_up_.get();
    limit.readiness = &readiness_;
    limit.done = readiness_.NewInterrupt().value;
    return limit;
  }
  void GiveUp() { given_up_->Set(); }

 private:
  ReadinessCalls& readiness_ = Platform::Default().readiness();
  const std::unique_ptr<WaitInterrupt> given_up_ =
      readiness_.NewInterrupt().value;
};

TEST(TimedCallTest, ACallIsGivenUpBeforeItBegins) {
  DetachedCalls& calls = NewCalls(os_threads, 1);
  Interrupted interrupted;
  interrupted.GiveUp();
  EXPECT_EQ(CallFor(calls, kQuick, interrupted.limit()),
            TimedCallEnd::kCancelled);
  EXPECT_EQ(calls.running(), 0);
}

TEST(TimedCallTest, ACallerThatGivesUpInTheQueueLeavesThePlaceToTheNext) {
  const Stuck stuck;
  DetachedCalls& calls = NewCalls(os_threads, 1);
  Occupy(calls, stuck);
  Interrupted interrupted;
  std::atomic<bool> called{false};
  CallInThread first(
      calls,
      [&called] {
        called = true;
        return 19;
      },
      interrupted.limit());
  AwaitWaiting(calls, 1);
  CallInThread next(calls, kQuick);
  AwaitWaiting(calls, 2);
  interrupted.GiveUp();
  EXPECT_EQ(first.Join(), TimedCallEnd::kCancelled);
  EXPECT_EQ(calls.waiting(), 1u);
  stuck.GoOn();
  EXPECT_EQ(next.Join(), TimedCallEnd::kDone);
  EXPECT_FALSE(called);
  AwaitRunning(calls, 0);
}

// A call that runs, and whose caller waits for it and may give up.
struct RunningCall {
  RunningCall() { AwaitRunning(calls, 1); }

  const Stuck stuck;
  DetachedCalls& calls = NewCalls(os_threads, 1);
  Interrupted interrupted;
  CallInThread caller{calls, stuck, interrupted.limit()};
};

TEST(TimedCallTest, ACallThatIsGivenUpWhileItRunsGoesOn) {
  RunningCall running;
  running.interrupted.GiveUp();
  EXPECT_EQ(running.caller.Join(), TimedCallEnd::kCancelled);
  EXPECT_EQ(running.calls.running(), 1);
  running.stuck.GoOn();
  AwaitRunning(running.calls, 0);
}

TEST(TimedCallTest, AThousandAnswersThatComeTooLateAreDropped) {
  DetachedCalls& calls = NewCalls(os_threads, 1);
  for (int i = 0; i < 1000; ++i) {
    const Stuck stuck;
    Interrupted interrupted;
    // The caller gives up as soon as its call runs.
    const IntCall call = [&interrupted, stuck] {
      interrupted.GiveUp();
      return stuck();
    };
    int result = 0;
    int error = 0;
    ASSERT_EQ(calls.Call(call, interrupted.limit(), &result, &error),
              TimedCallEnd::kCancelled);
    stuck.GoOn();
    AwaitRunning(calls, 0);
    ASSERT_EQ(result, 0);
  }
}

TEST(TimedCallTest, AnAnswerReachesACallerThatMayGiveUp) {
  RunningCall running;
  running.stuck.GoOn();
  EXPECT_EQ(running.caller.Join(), TimedCallEnd::kDone);
  AwaitRunning(running.calls, 0);
}

TEST(TimedCallTest, APlaceReachesACallerThatMayGiveUp) {
  const Stuck stuck;
  DetachedCalls& calls = NewCalls(os_threads, 1);
  Occupy(calls, stuck);
  Interrupted interrupted;
  CallInThread caller(calls, kQuick, interrupted.limit());
  AwaitWaiting(calls, 1);
  stuck.GoOn();
  EXPECT_EQ(caller.Join(), TimedCallEnd::kDone);
  AwaitRunning(calls, 0);
}

// Calls that end just when they are given up, and callers that give up just
// when they are handed a place, lose no place.
TEST(TimedCallTest, EndingAndGivingUpAtOnceGoTogether) {
  DetachedCalls& calls = NewCalls(os_threads, 2);
  const auto call_often = [&calls] {
    for (int i = 0; i < 300; ++i) {
      int result = 0;
      int error = 0;
      const TimedCallEnd end =
          calls.Call(kQuick, absl::Microseconds(i % 100), &result, &error);
      EXPECT_EQ(result, end == TimedCallEnd::kDone ? 18 : 0);
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(call_often);
  for (std::thread& thread : threads) thread.join();
  AwaitRunning(calls, 0);
  EXPECT_EQ(calls.waiting(), 0u);
}

// Passes everything on to the OS. A test overrides the methods that it wants to
// change.
class Forwarding : public ThreadCalls {
 public:
  std::unique_ptr<Monitor> NewMonitor() override {
    return os_threads.NewMonitor();
  }
  int RunDetached(std::function<void()> work) override {
    return os_threads.RunDetached(std::move(work));
  }
  absl::Duration Now() override { return os_threads.Now(); }
  std::uint64_t ProcessNumber() override { return os_threads.ProcessNumber(); }
};

// A system that may have no threads left.
class NoThreads final : public Forwarding {
 public:
  int RunDetached(std::function<void()> work) override {
    if (error != 0) return error;
    return Forwarding::RunDetached(std::move(work));
  }
  std::atomic<int> error{0};
};

TEST(TimedCallTest, WithoutAThreadNothingIsCalledAndThePlaceIsFree) {
  static NoThreads threads;
  DetachedCalls& calls = NewCalls(threads, 1);
  threads.error = 11;
  std::atomic<bool> called{false};
  int result = 0;
  int error = 0;
  EXPECT_EQ(calls.Call(IntCall([&called] {
                         called = true;
                         return 17;
                       }),
                       kLong, &result, &error),
            TimedCallEnd::kNoThread);
  EXPECT_EQ(error, 11);
  EXPECT_EQ(result, 0);
  EXPECT_EQ(calls.Begin([&called] { called = true; },
                        [&called] { called = true; }, &error),
            nullptr);
  EXPECT_EQ(error, 11);
  EXPECT_FALSE(called);
  EXPECT_EQ(calls.running(), 0);

  threads.error = 0;
  EXPECT_EQ(CallFor(calls, kQuick, kLong), TimedCallEnd::kDone);
}

// The thread that gives the place back runs what waits for it.
TEST(TimedCallTest, WhatWaitsForAPlaceNeedsNoThreadOfItsOwn) {
  static NoThreads threads;
  DetachedCalls& calls = NewCalls(threads, 1);
  const Stuck stuck;
  Occupy(calls, stuck);
  CallInThread waits(calls, kQuick);
  AwaitWaiting(calls, 1);
  threads.error = 11;
  stuck.GoOn();
  EXPECT_EQ(waits.Join(), TimedCallEnd::kDone);
  AwaitRunning(calls, 0);
  threads.error = 0;
}

// Calls that nobody waits for.

TEST(TimedCallTest, WhatHasBegunTellsThatItIsDone) {
  DetachedCalls& calls = NewCalls(os_threads, 1);
  const Stuck stuck;
  std::atomic<bool> worked{false};
  absl::Notification done;
  int error = -1;
  const DetachedCalls::BegunPointer begun = calls.Begin(
      [&worked, stuck] {
        stuck();
        worked = true;
      },
      [&worked, &done] {
        EXPECT_TRUE(worked);
        done.Notify();
      },
      &error);
  ASSERT_NE(begun, nullptr);
  EXPECT_EQ(error, 0);
  EXPECT_FALSE(done.HasBeenNotified());
  stuck.GoOn();
  done.WaitForNotification();
  AwaitRunning(calls, 0);
}

TEST(TimedCallTest, WhatIsGivenUpInTheQueueNeverBegins) {
  DetachedCalls& calls = NewCalls(os_threads, 1);
  const Stuck stuck;
  Occupy(calls, stuck);
  std::atomic<bool> called{false};
  const auto call = [&called] { called = true; };
  int error = 0;
  DetachedCalls::BegunPointer given_up = calls.Begin(call, call, &error);
  absl::Notification done;
  const DetachedCalls::BegunPointer next =
      calls.Begin([] {}, [&done] { done.Notify(); }, &error);
  EXPECT_EQ(calls.waiting(), 2u);
  given_up.reset();
  EXPECT_EQ(calls.waiting(), 1u);
  stuck.GoOn();
  done.WaitForNotification();
  EXPECT_FALSE(called);
  AwaitRunning(calls, 0);
}

TEST(TimedCallTest, WhatIsGivenUpWhileItRunsGoesOn) {
  DetachedCalls& calls = NewCalls(os_threads, 1);
  const Stuck stuck;
  absl::Notification done;
  int error = 0;
  calls.Begin([stuck] { stuck(); }, [&done] { done.Notify(); }, &error).reset();
  EXPECT_EQ(calls.running(), 1);
  stuck.GoOn();
  done.WaitForNotification();
  AwaitRunning(calls, 0);
}

// A clock that only waiting moves. It shows that no other clock is used: the
// wall clock can be set while a call waits.
class OwnClock final : public Forwarding {
 public:
  std::unique_ptr<Monitor> NewMonitor() override {
    return std::make_unique<QuickMonitor>(this);
  }
  absl::Duration Now() override { return now; }

  absl::Duration now = absl::Hours(1);

 private:
  // There are no notifications here: every wait lasts until its timeout.
  class QuickMonitor final : public Monitor {
   public:
    explicit QuickMonitor(OwnClock* clock) : clock_(clock) {}
    void Lock() override { os_->Lock(); }
    void Unlock() override { os_->Unlock(); }
    std::unique_ptr<Condition> NewCondition() override {
      return std::make_unique<QuickCondition>(clock_);
    }

   private:
    class QuickCondition final : public Condition {
     public:
      explicit QuickCondition(OwnClock* clock) : clock_(clock) {}
      // In two steps, because a wait may end early.
      void Wait(absl::Duration timeout) override {
        clock_->now += timeout > absl::Minutes(1) ? timeout / 2 : timeout;
      }
      void Notify() override {}

     private:
      OwnClock* const clock_;
    };

    OwnClock* const clock_;
    const std::unique_ptr<Monitor> os_ = os_threads.NewMonitor();
  };
};

TEST(TimedCallTest, OneDeadlineByTheClockOfTheThreads) {
  static OwnClock threads;
  DetachedCalls& calls = NewCalls(threads, 1);
  const absl::Duration begin = threads.now;
  const Stuck stuck;
  EXPECT_EQ(CallFor(calls, stuck, kLong), TimedCallEnd::kTimedOut);
  EXPECT_EQ(threads.now, begin + kLong);
  // The place is not free, so this call waits for it.
  EXPECT_EQ(CallFor(calls, stuck, kLong), TimedCallEnd::kTimedOut);
  EXPECT_EQ(threads.now, begin + 2 * kLong);
  stuck.GoOn();
  AwaitRunning(calls, 0);
}

class OtherProcess final : public Forwarding {
 public:
  std::uint64_t ProcessNumber() override { return process; }
  std::atomic<std::uint64_t> process{1};
};

TEST(TimedCallTest, AnotherProcessBeginsWithAllPlacesFree) {
  static OtherProcess threads;
  DetachedCalls& calls = NewCalls(threads, 1);
  const Stuck stuck;
  for (int process = 1; process < 4; ++process) {
    threads.process = process;
    EXPECT_EQ(calls.running(), 0);
    EXPECT_EQ(CallFor(calls, kQuick, kLong), TimedCallEnd::kDone);
    AwaitRunning(calls, 0);
    Occupy(calls, stuck);
    EXPECT_EQ(calls.running(), 1);
  }
  stuck.GoOn();
  AwaitRunning(calls, 0);
}

}  // namespace
}  // namespace mortise
