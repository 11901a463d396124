// The poll sets of POSIX: forks, exec, signals, and descriptors that are not
// sockets.

#include "mortise/platform/poll_set.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_events.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/process.h"
#include "mortise/tests/platform/poll_set_test.h"
#include "mortise/tests/platform/posix/child.h"
#include "mortise/tests/platform/posix/descriptor.h"

namespace mortise {
namespace posix {
namespace {

class PosixPollSetTest : public PollSetTest {
 protected:
  std::unique_ptr<PollSet> MustMake() {
    SysResult<std::unique_ptr<PollSet>> made = GetParam().make();
    EXPECT_EQ(made.error, 0);
    return std::move(made.value);
  }

  // The descriptors that a new set takes.
  std::vector<int> DescriptorsOf(std::unique_ptr<PollSet>* made) {
    std::vector<bool> before;
    for (int fd = 0; fd < kMostDescriptors; ++fd) before.push_back(IsOpen(fd));
    *made = MustMake();
    std::vector<int> found;
    for (int fd = 0; fd < kMostDescriptors; ++fd) {
      if (!before[fd] && IsOpen(fd)) found.push_back(fd);
    }
    EXPECT_FALSE(found.empty());
    return found;
  }

 private:
  static constexpr int kMostDescriptors = 256;
};
MORTISE_ON_EVERY_POLL_SET(PosixPollSetTest);

TEST_P(PosixPollSetTest, ItsDescriptorsAreClosedByExec) {
  std::unique_ptr<PollSet> made;
  for (const int fd : DescriptorsOf(&made)) EXPECT_FALSE(IsInherited(fd));
}

// On Linux, parent and child have the same epoll instance.
TEST_P(PosixPollSetTest, AChildChangesNothing) {
  auto [ours, theirs] = MustMakePair();
  auto [others, peers] = MustMakePair();
  std::uint64_t cookie = 0;
  std::unique_ptr<PollSet> made = MustMake();
  const PollWish wish = {ours.native_handle(), kRead, PollMode::kLevel,
                         &cookie};
  const PollWish other = {others.native_handle(), kWrite, PollMode::kLevel,
                          &cookie};
  ASSERT_EQ(made->Add(wish).error, 0);
  const int code = ExitCodeOfChild([&] {
    PollReady ready;
    if (made->Add(other).error != kNotSupportedError) return 1;
    PollWish changed = wish;
    changed.events = kWrite;
    if (made->Change(changed).error != kNotSupportedError) return 2;
    if (made->Wait(absl::MakeSpan(&ready, 1), absl::InfiniteDuration()).error !=
        kNotSupportedError) {
      return 3;
    }
    if (!made->Remove(wish.handle).ok()) return 4;
    made->Wake();
    made.reset();
    return 0;
  });
  EXPECT_EQ(code, 0);
  std::vector<PollReady> ready(4);
  const auto wait = [&](absl::Duration timeout) {
    return made->Wait(absl::MakeSpan(ready), timeout).value;
  };
  // Neither woken, nor told of what the child has added or changed. The first
  // wait may end early because of the Add.
  EXPECT_EQ(wait(absl::ZeroDuration()), 0u);
  EXPECT_EQ(wait(absl::ZeroDuration()), 0u);
  // And what was there before is still there.
  ASSERT_TRUE(theirs.Send("x").ok());
  ASSERT_EQ(wait(absl::InfiniteDuration()), 1u);
  EXPECT_EQ(ready[0].cookie, &cookie);
}

// A daemon closes all descriptors that it has inherited, and gets their numbers
// for its own files.
TEST_P(PosixPollSetTest, AChildsOwnFilesStayOpen) {
  std::unique_ptr<PollSet> made;
  const std::vector<int> fds = DescriptorsOf(&made);
  const int code = ExitCodeOfChild([&] {
    for (const int fd : fds) {
      if (dup2(1, fd) == -1) return 1;
    }
    made->Wake();
    made.reset();
    for (const int fd : fds) {
      if (!IsOpen(fd)) return 2;
    }
    return 0;
  });
  EXPECT_EQ(code, 0);
}

TEST_P(PosixPollSetTest, AChildHasSetsOfItsOwn) {
  const auto [ours, theirs] = MustMakePair();
  const int code = ExitCodeOfChild([&, handle = ours.native_handle()] {
    const std::unique_ptr<PollSet> made = MustMake();
    std::uint64_t cookie = 0;
    if (!made->Add({handle, kWrite, PollMode::kLevel, &cookie}).ok()) return 1;
    PollReady ready;
    while (true) {
      const SysResult<std::size_t> count =
          made->Wait(absl::MakeSpan(&ready, 1), absl::InfiniteDuration());
      if (!count.ok()) return 2;
      if (count.value == 1) return ready.cookie == &cookie ? 0 : 3;
    }
  });
  EXPECT_EQ(code, 0);
}

TEST_P(PosixPollSetTest, AFileIsNotSupported) {
  std::string path = contract::MakeShortDirectory();
  const int directory = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_NE(directory, -1);
  std::string name = path + "/XXXXXX";
  const int file = mkstemp(name.data());
  ASSERT_NE(file, -1);
  for (const int fd : {directory, file}) {
    for (const PollEvents events : {kRead, kWrite}) {
      EXPECT_EQ(set().Add(NativeHandle(fd), events, 1), kNotSupportedError);
    }
    close(fd);
  }
  contract::RemoveTree(path);
  EXPECT_TRUE(set().Look().empty());
}

TEST_P(PosixPollSetTest, APipeCanBeWaitedFor) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  ASSERT_EQ(set().Add(NativeHandle(ends[0]), kRead, 1), 0);
  EXPECT_TRUE(set().Look().empty());
  ASSERT_EQ(write(ends[1], "x", 1), 1);
  EXPECT_EQ(set().Await().ReadinessOf(1), kRead);
  char byte;
  ASSERT_EQ(read(ends[0], &byte, 1), 1);
  EXPECT_TRUE(set().Look().empty());
  ASSERT_EQ(set().Add(NativeHandle(ends[1]), kWrite, 2), 0);
  EXPECT_EQ(set().Await().ReadinessOf(2), kWrite);
  // A reader that is gone is told before and after the writer is added.
  ASSERT_EQ(set().Remove(NativeHandle(ends[0])), 0);
  close(ends[0]);
  EXPECT_EQ(set().Await().ReadinessOf(2), kWrite);
  ASSERT_EQ(set().Remove(NativeHandle(ends[1])), 0);
  ASSERT_EQ(set().Add(NativeHandle(ends[1]), kWrite, 3), 0);
  EXPECT_EQ(set().Await().ReadinessOf(3), kWrite);
  ASSERT_EQ(set().Remove(NativeHandle(ends[1])), 0);
  close(ends[1]);
}

// An error that comes without data.
TEST_P(PosixPollSetTest, AnUnreachablePortIsReadable) {
  auto [ours, theirs] = MustConnectPair(contract::UdpIpv4());
  ASSERT_EQ(set().Add(ours.native_handle(), kRead, 1), 0);
  ASSERT_TRUE(theirs.Close().ok());
  ASSERT_TRUE(ours.Send("x").ok());
  EXPECT_EQ(set().Await().ReadinessOf(1), kRead);
  EXPECT_TRUE(IsConnectionRefused(ours.TakeError()));
  EXPECT_TRUE(set().Look().empty());
}

// Whatever has been written for Wake, it is one token.
TEST_P(PosixPollSetTest, APendingWakeTakesNoSystemCall) {
  std::unique_ptr<PollSet> made;
  const std::vector<int> fds = DescriptorsOf(&made);
  for (int i = 0; i < 100; ++i) made->Wake();
  std::uint64_t tokens = 0;
  for (const int fd : fds) {
    pollfd entry = {fd, POLLIN, 0};
    if (fd == made->handle().value() || poll(&entry, 1, 0) != 1) continue;
    std::uint64_t token = 0;
    if (read(fd, &token, sizeof(token)) == sizeof(token)) tokens += token;
    EXPECT_EQ(poll(&entry, 1, 0), 0);
  }
  EXPECT_LE(tokens, 1u);
}

PollSet* woken_by_handler = nullptr;

TEST_P(PosixPollSetTest, ASignalHandlerMayWakeIt) {
  struct sigaction action = {};
  action.sa_handler = [](int) { woken_by_handler->Wake(); };
  struct sigaction before = {};
  ASSERT_EQ(sigaction(SIGUSR1, &action, &before), 0);
  woken_by_handler = &set().get();
  for (int i = 0; i < 100; ++i) {
    const pthread_t self = pthread_self();
    std::thread other([self] { pthread_kill(self, SIGUSR1); });
    EXPECT_TRUE(set().Await().woken);
    other.join();
  }
  sigaction(SIGUSR1, &before, nullptr);
}

// So that another loop can wait for the set.
TEST_P(PosixPollSetTest, ItsHandleIsReadableIfAWaitWouldReport) {
  const NativeHandle handle = set().get().handle();
  if (!handle.valid()) GTEST_SKIP() << "this set is not one descriptor";
  pollfd entry = {static_cast<int>(handle.value()), POLLIN, 0};
  EXPECT_EQ(poll(&entry, 1, 0), 0);
  set().get().Wake();
  EXPECT_EQ(poll(&entry, 1, 0), 1);
  EXPECT_TRUE(set().Await().woken);
  EXPECT_EQ(poll(&entry, 1, 0), 0);
  auto [ours, theirs] = MustMakePair();
  ASSERT_EQ(set().Add(ours.native_handle(), kRead, 1), 0);
  EXPECT_EQ(poll(&entry, 1, 0), 0);
  ASSERT_TRUE(theirs.Send("x").ok());
  EXPECT_EQ(poll(&entry, 1, 0), 1);
}

}  // namespace
}  // namespace posix
}  // namespace mortise
