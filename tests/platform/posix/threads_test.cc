#include "mortise/platform/posix/threads.h"

#include <sched.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/futex.h>
#include <sys/syscall.h>
#endif

#include <atomic>
#include <cstdint>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/platform/thread_calls.h"
#include "mortise/tests/contract/process.h"
#include "mortise/tests/platform/posix/child.h"

namespace mortise {
namespace posix {
namespace {

Threads threads;

TEST(ThreadsTest, AWaitLastsAsLongAsItIsToldByItsClock) {
  const std::unique_ptr<Monitor> monitor = threads.NewMonitor();
  const std::unique_ptr<Monitor::Condition> condition = monitor->NewCondition();
  monitor->Lock();
  const absl::Duration deadline = threads.Now() + absl::Milliseconds(20);
  int waits = 0;
  for (absl::Duration now = threads.Now(); now < deadline;
       now = threads.Now()) {
    condition->Wait(deadline - now);
    ++waits;
  }
  monitor->Unlock();
  // A wait may return early, but not every time. If the deadline were computed
  // with another clock than the condition's, it would be in the past, and every
  // wait would return at once.
  EXPECT_LT(waits, 10);
}

TEST(ThreadsTest, AWaitMayBeForEverAndIsEnded) {
  const std::unique_ptr<Monitor> monitor = threads.NewMonitor();
  const std::unique_ptr<Monitor::Condition> condition = monitor->NewCondition();
  bool done = false;
  std::thread waiter([&] {
    monitor->Lock();
    while (!done) condition->Wait(absl::InfiniteDuration());
    monitor->Unlock();
  });
  monitor->Lock();
  done = true;
  condition->Notify();
  monitor->Unlock();
  waiter.join();
}

// If time_t is wider than a long, the system call has another name.
#if defined(SYS_futex) && !defined(SYS_futex_time64)
// The kernel reports the system call in which a thread waits: futex(2). A flag
// of the call says whether it waits by the wall clock, which can be set.
TEST(ThreadsTest, NobodyCanSetTheClockOfAWait) {
  if (contract::RunsUnderQemu()) GTEST_SKIP() << "qemu waits in another way";
  const std::unique_ptr<Monitor> monitor = threads.NewMonitor();
  const std::unique_ptr<Monitor::Condition> condition = monitor->NewCondition();
  bool done = false;
  std::atomic<long> waiter_id{0};
  std::thread waiter([&] {
    monitor->Lock();
    waiter_id = syscall(SYS_gettid);
    while (!done) condition->Wait(absl::Minutes(10));
    monitor->Unlock();
  });
  while (waiter_id == 0) std::this_thread::yield();
  // Once this thread has the lock, the other one is in `Wait`: it sleeps there,
  // or is about to.
  monitor->Lock();
  const std::string path =
      absl::StrCat("/proc/self/task/", waiter_id.load(), "/syscall");
  bool readable = true;
  bool sleeps = false;
  unsigned long operation = 0;
  while (readable && !sleeps) {
    std::ifstream file(path);
    std::string number;
    std::string address;
    std::string operand;
    readable = static_cast<bool>(file >> number);
    // Otherwise the thread is running.
    if (!(file >> address >> operand) || number != absl::StrCat(SYS_futex)) {
      continue;
    }
    operation = std::stoul(operand, nullptr, 16);
    const unsigned long command = operation & FUTEX_CMD_MASK;
    sleeps = command == FUTEX_WAIT || command == FUTEX_WAIT_BITSET;
  }
  done = true;
  condition->Notify();
  monitor->Unlock();
  waiter.join();
  if (!readable) GTEST_SKIP() << path << " cannot be read";
  EXPECT_EQ(operation & FUTEX_CLOCK_REALTIME, 0u) << operation;
}
#endif

TEST(ThreadsTest, EveryProcessHasAnotherNumber) {
  const std::uint64_t own = threads.ProcessNumber();
  EXPECT_EQ(threads.ProcessNumber(), own);
  EXPECT_EQ(ExitCodeOfChild([own] {
              const std::uint64_t childs = threads.ProcessNumber();
              if (childs == own || threads.ProcessNumber() != childs) return 1;
              return ExitCodeOfChild([own, childs] {
                const std::uint64_t number = threads.ProcessNumber();
                return number == own || number == childs ? 1 : 0;
              });
            }),
            0);
  EXPECT_EQ(threads.ProcessNumber(), own);
}

#ifdef CLONE_NEWPID
// The first process is number 1 in a PID namespace, and its child is number 1
// in another one.
TEST(ThreadsTest, TwoProcessesWithOneNumberOfTheSystemDiffer) {
  constexpr int kSkipped = 77;
  const auto in_new_namespace = [](auto body) {
    if (unshare(CLONE_NEWPID) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWPID)) {
      return kSkipped;
    }
    return ExitCodeOfChild(body);
  };
  // In a child, because unshare(2) cannot be taken back.
  const int exit_code = ExitCodeOfChild([&in_new_namespace] {
    return in_new_namespace([&in_new_namespace] {
      const std::uint64_t parents = threads.ProcessNumber();
      if (getpid() != 1) return 2;
      return in_new_namespace([parents] {
        if (getpid() != 1) return 3;
        return threads.ProcessNumber() == parents ? 1 : 0;
      });
    });
  });
  if (exit_code == kSkipped) GTEST_SKIP() << "no PID namespace of its own";
  EXPECT_EQ(exit_code, 0);
}
#endif

}  // namespace
}  // namespace posix
}  // namespace mortise
