#include "mortise/platform/posix/readiness.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/posix/clock.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/contract/process.h"
#include "mortise/tests/platform/posix/descriptor.h"

namespace mortise {
namespace posix {
namespace {

constexpr absl::Duration kLong = absl::Minutes(10);

TEST(ReadinessTest, ASocketIsReadableOnceThereIsSomething) {
  const StreamPair pair;
  const NativeHandle handle(pair.first());
  Readiness readiness;
  SysResult<bool> ready =
      readiness.Wait(handle, WaitEvents::kReadable, absl::ZeroDuration());
  EXPECT_TRUE(ready.ok());
  EXPECT_FALSE(ready.value);
  ASSERT_EQ(send(pair.second(), "x", 1, 0), 1);
  ready = readiness.Wait(handle, WaitEvents::kReadable, kLong);
  EXPECT_TRUE(ready.ok());
  EXPECT_TRUE(ready.value);
}

TEST(ReadinessTest, ASocketIsWritableUntilItIsFull) {
  const StreamPair pair;
  const NativeHandle handle(pair.first());
  Readiness readiness;
  EXPECT_TRUE(readiness.Wait(handle, WaitEvents::kWritable, kLong).value);
  EXPECT_TRUE(readiness.Wait(handle, WaitEvents::kConnected, kLong).value);
  const std::string data(64 * 1024, 'x');
  while (send(pair.first(), data.data(), data.size(), MSG_DONTWAIT) > 0) {
  }
  EXPECT_FALSE(
      readiness.Wait(handle, WaitEvents::kWritable, absl::ZeroDuration())
          .value);
}

TEST(ReadinessTest, TheEndOfAConnectionIsAnEvent) {
  StreamPair pair;
  pair.CloseSecond();
  Readiness readiness;
  for (const WaitEvents event :
       {WaitEvents::kReadable, WaitEvents::kWritable}) {
    EXPECT_TRUE(readiness.Wait(NativeHandle(pair.first()), event, kLong).value);
  }
}

TEST(ReadinessTest, ATimeoutIsNotShort) {
  const StreamPair pair;
  Readiness readiness;
  Clock clock;
  for (const absl::Duration timeout :
       {absl::Microseconds(1500), absl::Milliseconds(30)}) {
    const absl::Duration begin = clock.Now();
    const SysResult<bool> ready = readiness.Wait(
        NativeHandle(pair.first()), WaitEvents::kReadable, timeout);
    EXPECT_GE(clock.Now() - begin, timeout);
    EXPECT_TRUE(ready.ok());
    EXPECT_FALSE(ready.value);
  }
}

TEST(ReadinessTest, TheFirstOfSeveralThatIsReady) {
  const StreamPair pairs[3];
  Readiness readiness;
  const auto wait = [&](absl::Duration timeout,
                        WaitEvents events = WaitEvents::kReadable) {
    std::vector<WaitTarget> targets;
    for (const StreamPair& pair : pairs) {
      targets.push_back({NativeHandle(pair.first()), events});
    }
    return readiness.WaitInterruptibly(targets, {}, timeout);
  };
  // None is ready, so the result is the number of handles.
  SysResult<std::size_t> ready = wait(absl::ZeroDuration());
  EXPECT_TRUE(ready.ok());
  EXPECT_EQ(ready.value, 3u);
  ASSERT_EQ(send(pairs[2].second(), "x", 1, 0), 1);
  EXPECT_EQ(wait(kLong).value, 2u);
  ASSERT_EQ(send(pairs[1].second(), "x", 1, 0), 1);
  EXPECT_EQ(wait(kLong).value, 1u);
  EXPECT_EQ(wait(kLong, WaitEvents::kConnected).value, 0u);
  EXPECT_EQ(wait(kLong, WaitEvents::kReadable | WaitEvents::kWritable).value,
            0u);
}

TEST(ReadinessTest, AsManyAsMayBeWaitedForAtOnce) {
  const StreamPair pair;
  Readiness readiness;
  std::vector<WaitTarget> targets(
      Readiness::kMaxTargets,
      {NativeHandle(pair.first()), WaitEvents::kReadable});
  EXPECT_EQ(
      readiness.WaitInterruptibly(targets, {}, absl::ZeroDuration()).value,
      targets.size());
  targets.back().events = WaitEvents::kWritable;
  EXPECT_EQ(readiness.WaitInterruptibly(targets, {}, kLong).value,
            targets.size() - 1);
}

TEST(ReadinessTest, ASignalEndsAWaitAndASleep) {
  const StreamPair pair;
  Readiness readiness;
  const std::unique_ptr<contract::SignalStorm> storm =
      contract::SignalStorm::Begin(absl::Milliseconds(5));
  ASSERT_NE(storm, nullptr);
  const SysResult<bool> ready =
      readiness.Wait(NativeHandle(pair.first()), WaitEvents::kReadable, kLong);
  EXPECT_EQ(ready.error, EINTR);
  readiness.Sleep(kLong);
}

TEST(ReadinessTest, ASleepIsNotShort) {
  Readiness readiness;
  Clock clock;
  const absl::Duration begin = clock.Now();
  readiness.Sleep(absl::Milliseconds(20));
  EXPECT_GE(clock.Now() - begin, absl::Milliseconds(20));
}

// poll(2) ignores negative descriptors, and would wait for ever.
TEST(ReadinessTest, AHandleThatNoDescriptorCanBeIsNotWaitedFor) {
  const StreamPair pair;
  Readiness readiness;
  for (const std::int64_t value : {std::int64_t{-1}, std::int64_t{-5},
                                   (std::int64_t{1} << 32) + pair.first()}) {
    const NativeHandle handle(value);
    EXPECT_EQ(readiness.Wait(handle, WaitEvents::kWritable, kLong).error,
              EBADF);
    const WaitTarget targets[] = {
        {NativeHandle(pair.second()), WaitEvents::kReadable},
        {handle, WaitEvents::kReadable}};
    EXPECT_EQ(readiness.WaitInterruptibly(targets, {}, kLong).error, EBADF);
  }
}

}  // namespace
}  // namespace posix
}  // namespace mortise
