#include "mortise/platform/timed_call.h"

#include <chrono>
#include <functional>
#include <memory>
#include <thread>

#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#ifdef _WIN32
#include "mortise/platform/winsock/detached_thread.h"
#else
#include "mortise/platform/posix/detached_thread.h"
#endif

namespace mortise {
namespace {

constexpr absl::Duration kLong = absl::Minutes(10);

// The backend's.
#ifdef _WIN32
using winsock::RunDetached;
#else
using posix::RunDetached;
#endif

void AwaitNoneGivenUp(const DetachedCalls& calls) {
  while (calls.given_up() != 0) std::this_thread::yield();
}

TEST(TimedCallTest, ACallThatEndsInTimeHasAResult) {
  int result = 0;
  int error = -1;
  DetachedCalls calls(&RunDetached);
  EXPECT_EQ(calls.Call(std::function<int()>([] { return 17; }), kLong, &result,
                       &error),
            TimedCallEnd::kDone);
  EXPECT_EQ(result, 17);
  EXPECT_EQ(error, 0);
  EXPECT_EQ(calls.given_up(), 0);
}

TEST(TimedCallTest, ACallThatDoesNotIsGivenUpAndGoesOn) {
  // Shared with the call, which outlives all that is here.
  struct Shared {
    absl::Notification go_on;
    absl::Notification ended;
  };
  const auto shared = std::make_shared<Shared>();
  const std::function<int()> call = [shared] {
    shared->go_on.WaitForNotification();
    shared->ended.Notify();
    return 17;
  };
  int result = 0;
  int error = -1;
  constexpr absl::Duration kTimeout = absl::Milliseconds(20);
  const auto begin = std::chrono::steady_clock::now();
  // For ever, as a backend's are: the thread uses it last.
  static DetachedCalls calls(&RunDetached);
  EXPECT_EQ(calls.Call(call, kTimeout, &result, &error),
            TimedCallEnd::kTimedOut);
  EXPECT_GE(absl::FromChrono(std::chrono::steady_clock::now() - begin),
            kTimeout);
  EXPECT_EQ(result, 0);
  EXPECT_EQ(calls.given_up(), 1);
  shared->go_on.Notify();
  shared->ended.WaitForNotification();
  EXPECT_EQ(result, 0);
  AwaitNoneGivenUp(calls);
}

TEST(TimedCallTest, ThoseThatWereGivenUpAndGoOnAreLimited) {
  const auto go_on = std::make_shared<absl::Notification>();
  static DetachedCalls calls(&RunDetached, /*most_given_up=*/2);
  const std::function<int()> stuck = [go_on] {
    go_on->WaitForNotification();
    return 17;
  };
  const std::function<int()> quick = [] { return 18; };
  int result = 0;
  int error = -1;
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(calls.Call(quick, kLong, &result, &error), TimedCallEnd::kDone);
    EXPECT_EQ(calls.Call(stuck, absl::ZeroDuration(), &result, &error),
              TimedCallEnd::kTimedOut);
  }
  result = 0;
  EXPECT_EQ(calls.Call(quick, kLong, &result, &error), TimedCallEnd::kTooMany);
  EXPECT_EQ(result, 0);
  EXPECT_EQ(calls.given_up(), 2);

  go_on->Notify();
  AwaitNoneGivenUp(calls);
  EXPECT_EQ(calls.Call(quick, kLong, &result, &error), TimedCallEnd::kDone);
  EXPECT_EQ(result, 18);
}

// Calls that end just when they are given up are counted by nobody in the end,
// and have a result if the caller says that they are done.
TEST(TimedCallTest, EndingAndGivingUpAtOnceGoTogether) {
  static DetachedCalls calls(&RunDetached);
  for (int i = 0; i < 300; ++i) {
    int result = 0;
    int error = 0;
    const TimedCallEnd end =
        calls.Call(std::function<int()>([] { return 17; }),
                   absl::Microseconds(i % 100), &result, &error);
    if (end == TimedCallEnd::kTooMany) {
      AwaitNoneGivenUp(calls);
    } else {
      EXPECT_EQ(result, end == TimedCallEnd::kDone ? 17 : 0);
    }
  }
  AwaitNoneGivenUp(calls);
}

TEST(TimedCallTest, WithoutAThreadNothingIsCalled) {
  bool called = false;
  int result = 0;
  int error = 0;
  const std::function<int()> call = [&called] {
    called = true;
    return 17;
  };
  DetachedCalls calls([](std::function<void()>) { return 11; });
  EXPECT_EQ(calls.Call(call, kLong, &result, &error), TimedCallEnd::kNoThread);
  EXPECT_EQ(error, 11);
  EXPECT_EQ(result, 0);
  EXPECT_FALSE(called);
}

}  // namespace
}  // namespace mortise
