#include "mortise/platform/posix/detached_thread.h"

#include <signal.h>

#include "absl/synchronization/notification.h"
#include "gtest/gtest.h"

namespace mortise {
namespace posix {
namespace {

TEST(DetachedThreadTest, TheThreadTakesNoSignals) {
  // Making the thread must not change which signals this thread takes.
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
