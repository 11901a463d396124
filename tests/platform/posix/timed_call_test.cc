#include "mortise/platform/posix/timed_call.h"

#include <signal.h>

#include <functional>
#include <memory>

#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/platform/posix/clock.h"

namespace mortise {
namespace posix {
namespace {

constexpr absl::Duration kLong = absl::Minutes(10);

TEST(TimedCallTest, ACallThatEndsInTimeHasAResult) {
  int result = 0;
  int error = -1;
  EXPECT_EQ(CallWithTimeout(std::function<int()>([] { return 17; }), kLong,
                            &result, &error),
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
  Clock clock;
  const absl::Duration begin = clock.Now();
  EXPECT_EQ(CallWithTimeout(call, kTimeout, &result, &error),
            TimedCallEnd::kTimedOut);
  EXPECT_GE(clock.Now() - begin, kTimeout);
  EXPECT_EQ(result, 0);
  shared->go_on.Notify();
  shared->ended.WaitForNotification();
  EXPECT_EQ(result, 0);
}

TEST(TimedCallTest, TheThreadTakesNoSignals) {
  // Nor does making it change who else does.
  sigset_t before;
  pthread_sigmask(SIG_SETMASK, nullptr, &before);
  sigset_t inside;
  sigemptyset(&inside);
  absl::Notification done;
  ASSERT_EQ(RunDetached([&] {
              pthread_sigmask(SIG_SETMASK, nullptr, &inside);
              done.Notify();
            }),
            0);
  done.WaitForNotification();
  sigset_t after;
  pthread_sigmask(SIG_SETMASK, nullptr, &after);
  for (const int signal : {SIGINT, SIGTERM, SIGALRM, SIGUSR1, SIGCHLD}) {
    EXPECT_EQ(sigismember(&inside, signal), 1) << signal;
    EXPECT_EQ(sigismember(&after, signal), sigismember(&before, signal))
        << signal;
  }
}

}  // namespace
}  // namespace posix
}  // namespace mortise
