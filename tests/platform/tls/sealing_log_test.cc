#include "mortise/platform/tls/sealing_log.h"

#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/mman.h>
#include <sys/syscall.h>
#endif

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "gtest/gtest.h"

namespace mortise {
namespace tls {
namespace {

// Returns whether `body` returns true in a child that `fork_it` makes.
bool InChild(const std::function<bool()>& body, pid_t (*fork_it)() = &fork) {
  const pid_t child = fork_it();
  if (child == 0) _exit(body() ? 0 : 1);
  int status = -1;
  return waitpid(child, &status, 0) == child && status == 0;
}

TEST(SealingLogTest, OneProcessGoesOn) {
  SealingLog log;
  EXPECT_TRUE(log.IsOfThisProcess());
  EXPECT_FALSE(log.IsLast());
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(log.Note());
    EXPECT_TRUE(log.IsLast());
  }
}

TEST(SealingLogTest, AChildThatDoesNothingChangesNothing) {
  SealingLog log;
  EXPECT_TRUE(InChild([&] { return !log.IsLast() && !log.IsOfThisProcess(); }));
  EXPECT_TRUE(log.Note());
  EXPECT_TRUE(InChild([&] { return !log.IsLast(); }));
  EXPECT_TRUE(log.IsLast());
  EXPECT_TRUE(log.Note());
}

TEST(SealingLogTest, AfterTheChildTheParentIsRefused) {
  for (const bool before : {false, true}) {
    SealingLog log;
    if (before) {
      EXPECT_TRUE(log.Note());
    }
    EXPECT_TRUE(InChild([&] {
      return log.Note() && log.IsLast() && log.Note() && log.Note();
    }));
    EXPECT_FALSE(log.IsLast());
    EXPECT_FALSE(log.Note());
    EXPECT_FALSE(log.IsLast());
    EXPECT_FALSE(log.Note());
  }
}

TEST(SealingLogTest, AfterTheParentTheChildIsRefused) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  SealingLog log;
  ASSERT_TRUE(log.Note());
  const pid_t child = fork();
  if (child == 0) {
    char byte;
    if (read(ends[0], &byte, 1) != 1) _exit(2);
    _exit(!log.Note() && !log.IsLast() ? 0 : 1);
  }
  EXPECT_TRUE(log.Note());
  EXPECT_EQ(write(ends[1], "x", 1), 1);
  int status = -1;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(log.IsLast());
  close(ends[0]);
  close(ends[1]);
}

TEST(SealingLogTest, OfTwoChildrenTheFirstGoesOn) {
  SealingLog log;
  ASSERT_TRUE(log.Note());
  EXPECT_TRUE(InChild([&] { return log.Note(); }));
  EXPECT_TRUE(InChild([&] { return !log.Note(); }));
  // A grandchild counts as another process, just as a child does.
  SealingLog other;
  EXPECT_TRUE(InChild([&] {
    return InChild([&] { return other.Note() && other.IsLast(); }) &&
           !other.Note() && !other.IsLast();
  }));
  EXPECT_FALSE(other.Note());
}

// There are more logs than a page holds, and some of them are gone again. The
// logs belong to processes that do not know each other.
TEST(SealingLogTest, ManyDoNotConcernEachOther) {
  constexpr int kMany = 2000;
  std::vector<std::unique_ptr<SealingLog>> logs;
  for (int i = 0; i < kMany; ++i) {
    logs.push_back(std::make_unique<SealingLog>());
    if (i % 3 == 0) logs[static_cast<std::size_t>(i / 2)].reset();
  }
  // Logs that a child makes are different from those that the parent makes
  // later.
  EXPECT_TRUE(InChild([&] {
    for (const auto& log : logs) {
      if (log != nullptr && !log->Note()) return false;
    }
    for (int i = 0; i < kMany; ++i) {
      SealingLog own;
      if (own.IsLast() || !own.Note() || !own.IsLast()) return false;
    }
    return true;
  }));
  for (int i = 0; i < kMany; ++i) {
    SealingLog own;
    ASSERT_FALSE(own.IsLast());
    ASSERT_TRUE(own.Note());
    ASSERT_TRUE(own.IsLast());
  }
  for (const auto& log : logs) {
    ASSERT_TRUE(log == nullptr || !log->Note());
  }
}

// Only on Linux: macOS has such a call, which both processes return from with
// the same number.
#if defined(__linux__) && defined(SYS_fork)
// The C library does not take part, as in a program that calls clone(2) itself.
pid_t ForkBarely() { return static_cast<pid_t>(syscall(SYS_fork)); }

// Whether memory can be wiped in a child. qemu takes the advice, and does
// nothing.
bool ChildrenFindWipedMemory() {
#ifdef MADV_WIPEONFORK
  const auto size = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  void* const page = mmap(nullptr, size, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return false;
  auto* const byte = static_cast<volatile char*>(page);
  *byte = 1;
  const bool wiped = madvise(page, size, MADV_WIPEONFORK) == 0 &&
                     InChild([byte] { return *byte == 0; }, &ForkBarely);
  munmap(page, size);
  return wiped;
#else
  return false;
#endif
}

TEST(SealingLogTest, AChildOfTheBareCallIsAnotherProcess) {
  if (!ChildrenFindWipedMemory()) GTEST_SKIP() << "no MADV_WIPEONFORK here";
  SealingLog log;
  ASSERT_TRUE(log.Note());
  EXPECT_TRUE(InChild(
      [&] {
        // The memory was wiped in the child, so the log belongs to another
        // process from here on.
        return !log.IsLast() && !log.IsOfThisProcess() && log.Note();
      },
      &ForkBarely));
  EXPECT_FALSE(log.IsLast());
  EXPECT_FALSE(log.Note());
}
#endif

}  // namespace
}  // namespace tls
}  // namespace mortise
