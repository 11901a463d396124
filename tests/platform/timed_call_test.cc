#include "mortise/platform/timed_call.h"

#include <chrono>
#include <functional>
#include <memory>
#include <thread>
#include <utility>

#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace mortise {
namespace {

constexpr absl::Duration kLong = absl::Minutes(10);

int RunDetached(std::function<void()> work) {
  std::thread(std::move(work)).detach();
  return 0;
}

TEST(TimedCallTest, ACallThatEndsInTimeHasAResult) {
  int result = 0;
  int error = -1;
  EXPECT_EQ(
      CallWithTimeout(&RunDetached, std::function<int()>([] { return 17; }),
                      kLong, &result, &error),
      TimedCallEnd::kDone);
  EXPECT_EQ(result, 17);
  EXPECT_EQ(error, 0);
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
  EXPECT_EQ(CallWithTimeout(&RunDetached, call, kTimeout, &result, &error),
            TimedCallEnd::kTimedOut);
  EXPECT_GE(absl::FromChrono(std::chrono::steady_clock::now() - begin),
            kTimeout);
  EXPECT_EQ(result, 0);
  shared->go_on.Notify();
  shared->ended.WaitForNotification();
  EXPECT_EQ(result, 0);
}

TEST(TimedCallTest, WithoutAThreadNothingIsCalled) {
  bool called = false;
  int result = 0;
  int error = 0;
  const std::function<int()> call = [&called] {
    called = true;
    return 17;
  };
  EXPECT_EQ(CallWithTimeout([](std::function<void()>) { return 11; }, call,
                            kLong, &result, &error),
            TimedCallEnd::kNoThread);
  EXPECT_EQ(error, 11);
  EXPECT_EQ(result, 0);
  EXPECT_FALSE(called);
}

}  // namespace
}  // namespace mortise
