#include "mortise/platform/winsock/readiness.h"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"
#include "mortise/platform/winsock/clock.h"
#include "mortise/platform/winsock/new_descriptor.h"
#include "mortise/platform/winsock/os_headers.h"
#include "mortise/platform/winsock/system_call.h"

namespace mortise {
namespace winsock {
namespace {

constexpr absl::Duration kLong = absl::Minutes(10);

class ReadinessTest : public ::testing::Test {
 protected:
  ReadinessTest() : pair_(NewSocketPair(AF_INET, SOCK_STREAM, 0).value) {}
  ~ReadinessTest() override {
    closesocket(AsSocket(pair_.first));
    CloseSecond();
  }

  void CloseSecond() {
    if (pair_.second.valid()) closesocket(AsSocket(pair_.second));
    pair_.second = NativeHandle();
  }

  HandlePair pair_;
  Readiness readiness_;
};

TEST_F(ReadinessTest, ASocketIsReadableOnceThereIsSomething) {
  SysResult<bool> ready =
      readiness_.Wait(pair_.first, WaitEvents::kReadable, absl::ZeroDuration());
  EXPECT_TRUE(ready.ok());
  EXPECT_FALSE(ready.value);
  ASSERT_EQ(send(AsSocket(pair_.second), "x", 1, 0), 1);
  ready = readiness_.Wait(pair_.first, WaitEvents::kReadable, kLong);
  EXPECT_TRUE(ready.ok());
  EXPECT_TRUE(ready.value);
}

TEST_F(ReadinessTest, ASocketIsWritableUntilItIsFull) {
  EXPECT_TRUE(readiness_.Wait(pair_.first, WaitEvents::kWritable, kLong).value);
  EXPECT_TRUE(
      readiness_.Wait(pair_.first, WaitEvents::kConnected, kLong).value);
  u_long non_blocking = 1;
  ASSERT_EQ(ioctlsocket(AsSocket(pair_.first), FIONBIO, &non_blocking), 0);
  const std::string data(64 * 1024, 'x');
  while (send(AsSocket(pair_.first), data.data(), static_cast<int>(data.size()),
              0) > 0) {
  }
  EXPECT_FALSE(
      readiness_.Wait(pair_.first, WaitEvents::kWritable, absl::ZeroDuration())
          .value);
}

TEST_F(ReadinessTest, TheEndOfAConnectionIsAnEvent) {
  CloseSecond();
  EXPECT_TRUE(readiness_.Wait(pair_.first, WaitEvents::kReadable, kLong).value);
}

TEST_F(ReadinessTest, AnAttemptThatFailsHasEnded) {
  // A port that is bound, but at which no socket listens.
  const NativeHandle silent = NewSocket(AF_INET, SOCK_STREAM, 0).value;
  NativeAddress address;
  address.in = {};
  address.in.sin_family = AF_INET;
  address.in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(bind(AsSocket(silent), address.get(), sizeof(address.in)), 0);
  address.length = sizeof(address.storage);
  ASSERT_EQ(getsockname(AsSocket(silent), address.get(), &address.length), 0);
  const NativeHandle client = NewSocket(AF_INET, SOCK_STREAM, 0).value;
  u_long non_blocking = 1;
  ASSERT_EQ(ioctlsocket(AsSocket(client), FIONBIO, &non_blocking), 0);
  connect(AsSocket(client), address.get(), address.length);
  const SysResult<bool> ended =
      readiness_.Wait(client, WaitEvents::kConnected, kLong);
  EXPECT_TRUE(ended.ok());
  EXPECT_TRUE(ended.value);
  int pending = 0;
  int size = sizeof(pending);
  getsockopt(AsSocket(client), SOL_SOCKET, SO_ERROR,
             reinterpret_cast<char*>(&pending), &size);
  EXPECT_EQ(pending, WSAECONNREFUSED);
  closesocket(AsSocket(client));
  closesocket(AsSocket(silent));
}

TEST_F(ReadinessTest, TheFirstOfSeveralThatIsReady) {
  const HandlePair other = NewSocketPair(AF_INET, SOCK_STREAM, 0).value;
  const auto wait = [&](absl::Duration timeout,
                        WaitEvents events = WaitEvents::kReadable) {
    const WaitTarget targets[] = {{pair_.first, events}, {other.first, events}};
    return readiness_.WaitInterruptibly(targets, {}, timeout);
  };
  // None is ready, so the result is the number of handles.
  const SysResult<std::size_t> ready = wait(absl::ZeroDuration());
  EXPECT_TRUE(ready.ok());
  EXPECT_EQ(ready.value, 2u);
  ASSERT_EQ(send(AsSocket(other.second), "x", 1, 0), 1);
  EXPECT_EQ(wait(kLong).value, 1u);
  ASSERT_EQ(send(AsSocket(pair_.second), "x", 1, 0), 1);
  EXPECT_EQ(wait(kLong).value, 0u);
  EXPECT_EQ(wait(kLong, WaitEvents::kConnected).value, 0u);
  EXPECT_EQ(wait(kLong, WaitEvents::kReadable | WaitEvents::kWritable).value,
            0u);
  closesocket(AsSocket(other.first));
  closesocket(AsSocket(other.second));
}

TEST_F(ReadinessTest, AsManyAsMayBeWaitedForAtOnce) {
  std::vector<WaitTarget> targets(Readiness::kMaxTargets,
                                  {pair_.first, WaitEvents::kReadable});
  EXPECT_EQ(
      readiness_.WaitInterruptibly(targets, {}, absl::ZeroDuration()).value,
      targets.size());
  for (const WaitEvents events :
       {WaitEvents::kWritable, WaitEvents::kConnected}) {
    targets.back().events = events;
    EXPECT_EQ(readiness_.WaitInterruptibly(targets, {}, kLong).value,
              targets.size() - 1);
  }
}

// The end of a connection attempt is waited for by another call than the rest.
TEST_F(ReadinessTest, AnInterruptEndsAWaitForAConnection) {
  const SysResult<std::unique_ptr<WaitInterrupt>> made =
      readiness_.NewInterrupt();
  ASSERT_EQ(made.error, 0);
  WaitInterrupt* const interrupt = made.value.get();
  // It is not connected, so no attempt ever ends.
  const NativeHandle idle = NewSocket(AF_INET, SOCK_STREAM, 0).value;
  const WaitTarget target = {idle, WaitEvents::kConnected};
  const auto wait = [&](absl::Duration timeout) {
    return readiness_.WaitInterruptibly(absl::MakeConstSpan(&target, 1),
                                        absl::MakeConstSpan(&interrupt, 1),
                                        timeout);
  };
  interrupt->Set();
  SysResult<std::size_t> ended = wait(kLong);
  EXPECT_EQ(ended.error, 0);
  EXPECT_EQ(ended.value, 1u);
  interrupt->Clear();
  ended = wait(absl::Milliseconds(1));
  EXPECT_EQ(ended.error, 0);
  EXPECT_EQ(ended.value, 1u);
  closesocket(AsSocket(idle));
}

TEST_F(ReadinessTest, ATimeoutIsNotShort) {
  Clock clock;
  constexpr absl::Duration kTimeout = absl::Milliseconds(50);
  const absl::Duration begin = clock.Now();
  const SysResult<bool> ready =
      readiness_.Wait(pair_.first, WaitEvents::kReadable, kTimeout);
  EXPECT_TRUE(ready.ok());
  EXPECT_FALSE(ready.value);
  EXPECT_GE(clock.Now() - begin, kTimeout);
}

TEST_F(ReadinessTest, ASleepIsNotShort) {
  Clock clock;
  constexpr absl::Duration kTime = absl::Milliseconds(50);
  const absl::Duration begin = clock.Now();
  readiness_.Sleep(kTime);
  EXPECT_GE(clock.Now() - begin, kTime);
}

TEST_F(ReadinessTest, WhatIsNoSocketIsAnErrorOrAnEvent) {
  for (const WaitEvents event :
       {WaitEvents::kReadable, WaitEvents::kWritable, WaitEvents::kConnected}) {
    const SysResult<bool> ready =
        readiness_.Wait(NativeHandle(1 << 20), event, kLong);
    EXPECT_TRUE(!ready.ok() || ready.value);
  }
}

}  // namespace
}  // namespace winsock
}  // namespace mortise
