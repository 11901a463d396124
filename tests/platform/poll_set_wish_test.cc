// Which handles a poll set takes, and what it does after they have been changed
// or removed.

#include <cstdint>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_events.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/process.h"
#include "mortise/tests/platform/poll_set_test.h"

namespace mortise {
namespace {

using PollSetWishTest = PollSetTest;
MORTISE_ON_EVERY_POLL_SET(PollSetWishTest);

TEST_P(PollSetWishTest, TwiceIsExists) {
  auto [ours, theirs] = MustMakePair();
  EXPECT_EQ(set().Add(ours.native_handle(), kRead, 1), 0);
  EXPECT_EQ(set().Add(ours.native_handle(), kRead, 2),
            Native(ErrorCode::kEexist));
  // The first one holds.
  ASSERT_TRUE(theirs.Send("x").ok());
  EXPECT_EQ(set().Await().ReadinessOf(1), kRead);
}

TEST_P(PollSetWishTest, UnknownIsNotFound) {
  const auto [ours, theirs] = MustMakePair();
  // Windows has several numbers for this.
  const auto code_of = [this](int error) {
    return platform().facts().errors.Code(ErrorDomain::kOs, error);
  };
  EXPECT_EQ(code_of(set().Change(ours.native_handle(), kRead, 1)),
            ErrorCode::kEnoent);
  EXPECT_EQ(code_of(set().Remove(ours.native_handle())), ErrorCode::kEnoent);
  EXPECT_EQ(set().Add(ours.native_handle(), kRead, 1), 0);
  EXPECT_EQ(set().Remove(ours.native_handle()), 0);
  EXPECT_EQ(code_of(set().Remove(ours.native_handle())), ErrorCode::kEnoent);
}

TEST_P(PollSetWishTest, AHandleThatIsNotOpenIsAnError) {
  NativeHandle closed;
  {
    const Socket socket = MustCreate(kAfInet, kSockStream);
    closed = socket.native_handle();
  }
  for (const NativeHandle handle :
       {NativeHandle(), closed, NativeHandle(std::int64_t{1} << 40)}) {
    const int error = set().Add(handle, kRead, 1);
    EXPECT_TRUE(error == Native(ErrorCode::kEbadf) ||
                error == Native(ErrorCode::kEnotsock))
        << error;
  }
  EXPECT_TRUE(set().Look().empty());
}

TEST_P(PollSetWishTest, AWishIsWellFormed) {
  const auto [ours, theirs] = MustMakePair();
  const int invalid = Native(ErrorCode::kEinval);
  for (const PollEvents events :
       {PollEvents::kNone, PollEvents::kEnded, kRead | PollEvents::kFailed}) {
    EXPECT_EQ(set().Add(ours.native_handle(), events, 1), invalid) << events;
  }
  std::uint64_t aligned;
  for (void* const cookie :
       {static_cast<void*>(nullptr),
        static_cast<void*>(reinterpret_cast<char*>(&aligned) + 2)}) {
    EXPECT_EQ(set()
                  .get()
                  .Add({ours.native_handle(), kRead, PollMode::kLevel, cookie})
                  .error,
              invalid);
  }
  ASSERT_EQ(set().Add(ours.native_handle(), kRead, 1), 0);
  EXPECT_EQ(set().Change(ours.native_handle(), PollEvents::kNone, 1), invalid);
}

TEST_P(PollSetWishTest, AChangeIsOfEventsAndCookie) {
  auto [ours, theirs] = MustMakePair();
  ASSERT_EQ(set().Add(ours.native_handle(), kRead, 1), 0);
  EXPECT_TRUE(set().Look().empty());
  ASSERT_EQ(set().Change(ours.native_handle(), kWrite, 2), 0);
  Found found = set().Await();
  EXPECT_EQ(found.ReadinessOf(2), kWrite);
  EXPECT_EQ(found.events.size(), 1u);
  ASSERT_TRUE(theirs.Send("x").ok());
  ASSERT_EQ(set().Change(ours.native_handle(), kRead, 3), 0);
  found = set().Await();
  EXPECT_EQ(found.ReadinessOf(3), kRead);
  EXPECT_EQ(found.events.size(), 1u);
}

// Of a handle of which nothing is wanted, some systems would report errors.
TEST_P(PollSetWishTest, PausedReportsNothing) {
  auto [ours, theirs] = MustMakePair();
  ASSERT_EQ(set().Add(ours.native_handle(), kBoth, 1), 0);
  EXPECT_FALSE(set().Await().empty());
  ASSERT_EQ(set().Remove(ours.native_handle()), 0);
  ASSERT_TRUE(ours.Send("unread, so the connection is reset").ok());
  ASSERT_TRUE(theirs.Close().ok());
  EXPECT_TRUE(set().Look().empty());
  // It comes back with what has happened meanwhile.
  ASSERT_EQ(set().Add(ours.native_handle(), kRead, 1), 0);
  EXPECT_EQ(set().Await().ReadinessOf(1), kRead);
}

TEST_P(PollSetWishTest, NumberReused) {
  for (int round = 0; round < 100; ++round) {
    auto [ours, theirs] = MustMakePair();
    ASSERT_EQ(set().Add(ours.native_handle(), kRead, 1), 0);
    ASSERT_TRUE(theirs.Send("x").ok());
    if (round % 2 == 0) {
      ASSERT_EQ(set().Await().ReadinessOf(1), kRead);
    }
    ASSERT_EQ(set().Remove(ours.native_handle()), 0);
    ASSERT_TRUE(ours.Close().ok());
    // On POSIX it gets the number that has just become free.
    auto [next, peer] = MustMakePair();
    ASSERT_TRUE(set().Look().empty());
    ASSERT_EQ(set().Add(next.native_handle(), kRead, 2), 0);
    ASSERT_TRUE(set().Look().empty());
    ASSERT_TRUE(peer.Send("x").ok());
    const Found found = set().Await();
    ASSERT_EQ(found.ReadinessOf(2), kRead);
    ASSERT_EQ(found.events.size(), 1u);
    ASSERT_EQ(set().Remove(next.native_handle()), 0);
  }
}

// The duplicate keeps what the handle stood for alive in the kernel.
TEST_P(PollSetWishTest, ClosedWhileADuplicateLives) {
  auto [ours, theirs] = MustMakePair();
  absl::StatusOr<Socket> duplicate = ours.Dup();
  ASSERT_TRUE(duplicate.ok()) << duplicate.status();
  ASSERT_EQ(set().Add(ours.native_handle(), kRead, 1), 0);
  ASSERT_TRUE(theirs.Send("x").ok());
  ASSERT_EQ(set().Await().ReadinessOf(1), kRead);
  ASSERT_EQ(set().Remove(ours.native_handle()), 0);
  ASSERT_TRUE(ours.Close().ok());
  EXPECT_TRUE(set().Look().empty());
  // The duplicate is a handle of its own.
  ASSERT_EQ(set().Add(duplicate->native_handle(), kRead, 2), 0);
  const Found found = set().Await();
  EXPECT_EQ(found.ReadinessOf(2), kRead);
  EXPECT_EQ(found.events.size(), 1u);
}

TEST_P(PollSetWishTest, DuplicatesAreToldApart) {
  auto [ours, theirs] = MustMakePair();
  absl::StatusOr<Socket> duplicate = ours.Dup();
  ASSERT_TRUE(duplicate.ok()) << duplicate.status();
  ASSERT_EQ(set().Add(ours.native_handle(), kRead, 1), 0);
  ASSERT_EQ(set().Add(duplicate->native_handle(), kWrite, 2), 0);
  ASSERT_TRUE(theirs.Send("x").ok());
  Found found;
  while (found.events.size() < 2) {
    set().WaitOnce(absl::InfiniteDuration(), 2, &found);
  }
  EXPECT_EQ(found.ReadinessOf(1), kRead);
  EXPECT_EQ(found.ReadinessOf(2), kWrite);
}

// A set that goes first leaves the handles open.
TEST_P(PollSetWishTest, TheSetMayGoFirst) {
  auto [ours, theirs] = MustMakePair();
  {
    const SysResult<std::unique_ptr<PollSet>> other = GetParam().make();
    ASSERT_EQ(other.error, 0);
    std::uint64_t cookie;
    ASSERT_EQ(
        other.value
            ->Add({ours.native_handle(), kRead, PollMode::kLevel, &cookie})
            .error,
        0);
  }
  ASSERT_TRUE(ours.Send("x").ok());
  ASSERT_EQ(set().Add(theirs.native_handle(), kRead, 1), 0);
  EXPECT_EQ(set().Await().ReadinessOf(1), kRead);
}

TEST_P(PollSetWishTest, WithoutDescriptorsThereIsNoSet) {
  const std::unique_ptr<contract::DescriptorFamine> famine =
      contract::DescriptorFamine::Begin();
  if (famine == nullptr) GTEST_SKIP() << "no way to run out of descriptors";
  const SysResult<std::unique_ptr<PollSet>> made = GetParam().make();
  EXPECT_EQ(made.error, Native(ErrorCode::kEmfile));
  EXPECT_EQ(made.value, nullptr);
}

}  // namespace
}  // namespace mortise
