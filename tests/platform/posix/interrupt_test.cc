#include "mortise/platform/posix/interrupt.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <thread>
#include <utility>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/interrupt_pool.h"
#include "mortise/platform/posix/readiness.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {
namespace posix {
namespace {

class PosixInterruptTest : public ::testing::Test {
 protected:
  PosixInterruptTest() {
    SysResult<std::unique_ptr<WaitInterrupt>> made = readiness_.NewInterrupt();
    EXPECT_EQ(made.error, 0);
    interrupt_ = std::move(made.value);
  }

  Interrupt& interrupt() { return Interrupt::Of(*interrupt_); }

  void Wait(absl::Duration timeout) {
    WaitInterrupt* const one = interrupt_.get();
    EXPECT_EQ(
        readiness_.WaitInterruptibly({}, absl::MakeConstSpan(&one, 1), timeout)
            .error,
        0);
  }

  bool IsReadable() {
    pollfd entry = {interrupt().descriptor(), POLLIN, 0};
    return poll(&entry, 1, 0) == 1;
  }

  Readiness readiness_;
  std::unique_ptr<WaitInterrupt> interrupt_;
};

TEST_F(PosixInterruptTest, ItsDescriptorsAreClosedByExecAndDoNotBlock) {
  const SysResult<WakeDescriptors> opened = OpenWakeDescriptors();
  ASSERT_EQ(opened.error, 0);
  for (const int fd : {opened.value.readable, opened.value.writable}) {
    EXPECT_NE(fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
    EXPECT_NE(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
  }
  // Closes them.
  { const Interrupt owner(opened.value); }
  EXPECT_EQ(fcntl(opened.value.readable, F_GETFD), -1);
  EXPECT_EQ(fcntl(opened.value.writable, F_GETFD), -1);
}

TEST_F(PosixInterruptTest, IsReadableWhileItIsSet) {
  EXPECT_FALSE(IsReadable());
  interrupt().Set();
  interrupt().Set();
  EXPECT_TRUE(IsReadable());
  interrupt().Clear();
  EXPECT_FALSE(IsReadable());
}

// A Set that another thread was in the middle of signals after the Clear.
TEST_F(PosixInterruptTest, ASignalThatIsLateEndsOneWaitOnly) {
  const SysResult<WakeDescriptors> opened = OpenWakeDescriptors();
  ASSERT_EQ(opened.error, 0);
  const int writable = dup(opened.value.writable);
  interrupt_ = std::make_unique<Interrupt>(opened.value);
  const std::uint64_t token = 1;
  ASSERT_EQ(write(writable, &token, sizeof(token)), 8);
  close(writable);
  EXPECT_TRUE(IsReadable());
  Wait(absl::InfiniteDuration());
  EXPECT_FALSE(IsReadable());
}

Interrupt* set_by_handler = nullptr;

TEST_F(PosixInterruptTest, ASignalHandlerMaySetIt) {
  struct sigaction action = {};
  action.sa_handler = [](int) { set_by_handler->Set(); };
  struct sigaction before = {};
  ASSERT_EQ(sigaction(SIGUSR1, &action, &before), 0);
  set_by_handler = &interrupt();
  const pthread_t self = pthread_self();
  std::thread other([self] { pthread_kill(self, SIGUSR1); });
  while (!interrupt().is_set()) {
    WaitInterrupt* const one = interrupt_.get();
    readiness_.WaitInterruptibly({}, absl::MakeConstSpan(&one, 1),
                                 absl::InfiniteDuration());
  }
  other.join();
  EXPECT_TRUE(IsReadable());
  sigaction(SIGUSR1, &before, nullptr);
}

// The descriptor is one for both processes.
TEST_F(PosixInterruptTest, AChildThatSetsItDoesNotReachItsParent) {
  const pid_t child = fork();
  ASSERT_NE(child, -1);
  if (child == 0) {
    const bool of_the_parent = !interrupt().IsOfThisProcess();
    interrupt().Set();
    _exit(of_the_parent && interrupt().is_set() ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(interrupt().IsOfThisProcess());
  EXPECT_FALSE(IsReadable());
}

TEST_F(PosixInterruptTest, AChildThatClearsItTakesNothingFromItsParent) {
  interrupt().Set();
  const pid_t child = fork();
  ASSERT_NE(child, -1);
  if (child == 0) {
    interrupt().Clear();
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(IsReadable());
}

// A daemon closes all descriptors that it has inherited, and gets their numbers
// for its own files.
TEST_F(PosixInterruptTest, AChildsOwnFilesStayOpen) {
  InterruptPool pool;
  { const LeasedInterrupt of_the_parent(pool, readiness_); }
  const int highest = dup(0);
  const pid_t child = fork();
  ASSERT_NE(child, -1);
  if (child == 0) {
    for (int fd = 3; fd <= highest; ++fd) {
      if (dup2(1, fd) == -1) _exit(1);
    }
    { const LeasedInterrupt own(pool, readiness_); }
    for (int fd = 3; fd <= highest; ++fd) {
      if (fcntl(fd, F_GETFD) == -1) _exit(2);
    }
    _exit(0);
  }
  close(highest);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

// Whatever the program did to it, the thread must not spin.
TEST_F(PosixInterruptTest, ADescriptorThatIsGoneIsAnError) {
  const SysResult<WakeDescriptors> opened = OpenWakeDescriptors();
  ASSERT_EQ(opened.error, 0);
  const int kept = dup(opened.value.readable);
  interrupt_ = std::make_unique<Interrupt>(opened.value);
  close(opened.value.readable);
  WaitInterrupt* const one = interrupt_.get();
  EXPECT_EQ(readiness_
                .WaitInterruptibly({}, absl::MakeConstSpan(&one, 1),
                                   absl::InfiniteDuration())
                .error,
            EBADF);
  // The destructor closes it by its number.
  EXPECT_EQ(dup2(kept, opened.value.readable), opened.value.readable);
  close(kept);
}

TEST_F(PosixInterruptTest, AChildWaitsForItsOwn) {
  InterruptPool pool;
  { const LeasedInterrupt of_the_parent(pool, readiness_); }
  const pid_t child = fork();
  ASSERT_NE(child, -1);
  if (child == 0) {
    const LeasedInterrupt lease(pool, readiness_);
    if (lease.error() != 0 || !lease.get()->IsOfThisProcess()) _exit(1);
    lease.get()->Set();
    WaitInterrupt* const one = lease.get();
    readiness_.WaitInterruptibly({}, absl::MakeConstSpan(&one, 1),
                                 absl::InfiniteDuration());
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace posix
}  // namespace mortise
