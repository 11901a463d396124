// Timeouts, non-blocking streams, tries, waits that are ended, and signals.

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/stream.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/readiness_calls.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/process.h"
#include "mortise/tests/contract/status_matchers.h"
#include "mortise/tests/contract/stream_pair.h"
#include "mortise/tests/contract/stream_pair_suites.h"

namespace mortise {
namespace contract {
namespace {

constexpr absl::Duration kShort = absl::Milliseconds(20);

// Sends some more of `data` after `sent` bytes, and expects that the peer gets
// all of it up to there, once. Not the whole rest, which takes a stream that
// sends ten bytes at a time a minute under Wine.
void ExpectMoreArrives(Stream& client, Stream& server, const std::string& data,
                       std::size_t sent) {
  constexpr std::size_t kMore = std::size_t{20} << 10;
  const std::string all = data.substr(0, sent + kMore);
  ASSERT_THAT(client.SetTimeout(absl::InfiniteDuration()), IsOk());
  Background<absl::Status> writing([&] {
    absl::Status status = client.WriteAll(absl::string_view(all).substr(sent));
    if (status.ok()) status = client.Shutdown(ShutdownHow::kWrite);
    return status;
  });
  EXPECT_TRUE(ReadToEnd(server) == all);
  EXPECT_THAT(writing.Result(), IsOk());
}

TEST_P(StreamWaitContract, AReadThatTimesOutLosesNothing) {
  ASSERT_THAT(client().SetTimeout(kShort), IsOk());
  EXPECT_EQ(client().GetTimeout(), kShort);
  const absl::Duration begin = Now();
  const absl::Status status = client().Read(64).status();
  EXPECT_THAT(status, Fails(absl::StatusCode::kDeadlineExceeded, IsTimeout));
  EXPECT_EQ(ErrorOf(status)->operation, "read");
  EXPECT_GE(Now() - begin, kShort);
  ASSERT_THAT(client().SetTimeout(kLong), IsOk());
  ASSERT_THAT(server().WriteAll("late"), IsOk());
  ASSERT_THAT(server().Shutdown(ShutdownHow::kWrite), IsOk());
  EXPECT_EQ(ReadToEnd(client()), "late");
}

TEST_P(StreamWaitContract, WriteAllThatTimesOutSaysHowMuchWasTaken) {
  const std::string data = Pattern(kMuch);
  for (const absl::Duration timeout : {absl::ZeroDuration(), kShort}) {
    ASSERT_NO_FATAL_FAILURE(MakeNewPair());
    ASSERT_THAT(client().SetTimeout(timeout), IsOk());
    const absl::Duration begin = Now();
    std::size_t sent = 0;
    const absl::Status status = client().WriteAll(data, &sent);
    if (timeout == absl::ZeroDuration()) {
      EXPECT_THAT(status, Fails(absl::StatusCode::kUnavailable, IsWouldBlock));
    } else {
      EXPECT_THAT(status,
                  Fails(absl::StatusCode::kDeadlineExceeded, IsTimeout));
      EXPECT_GE(Now() - begin, timeout);
    }
    EXPECT_EQ(ErrorOf(status)->operation, "write");
    EXPECT_GT(sent, 0u);
    EXPECT_LT(sent, data.size());
    ExpectMoreArrives(client(), server(), data, sent);
  }
}

// What comes after a failed call may be anything. The rest is not owed.
TEST_P(StreamWaitContract, OtherDataMayFollowACallThatFailed) {
  const std::string data = Pattern(kMuch);
  ASSERT_THAT(client().SetTimeout(kShort), IsOk());
  std::size_t sent = 0;
  EXPECT_THAT(client().WriteAll(data, &sent), Fails(IsTimeout));
  ExpectMoreArrives(client(), server(), data.substr(0, sent) + "other", sent);
}

TEST_P(StreamWaitContract, WhatWasTakenIsOutWhenWriteAllSaysSo) {
  const std::string data = Pattern(kMuch);
  ASSERT_THAT(client().SetTimeout(absl::ZeroDuration()), IsOk());
  const std::size_t taken = WriteUntilFull(client(), data);
  ASSERT_THAT(client().SetTimeout(kLong), IsOk());
  Background<std::string> reading([this] { return ReadToEnd(server()); });
  std::size_t sent = 9;
  EXPECT_THAT(client().WriteAll("", &sent), IsOk());
  EXPECT_EQ(sent, 0u);
  ASSERT_THAT(client().Shutdown(ShutdownHow::kWrite), IsOk());
  EXPECT_TRUE(reading.Result() == data.substr(0, taken));
}

TEST_P(StreamWaitContract, ANonBlockingStreamDoesNotWait) {
  ASSERT_THAT(client().SetTimeout(absl::ZeroDuration()), IsOk());
  EXPECT_THAT(client().Read(64),
              Fails(absl::StatusCode::kUnavailable, IsWouldBlock));
  ASSERT_THAT(server().WriteAll("data"), IsOk());
  std::string got;
  while (got.size() < 4) {
    char buffer[64];
    const StreamTry tried =
        client().TryRead(absl::MakeSpan(buffer), TryMode::kNow);
    ASSERT_THAT(tried.status, IsOk());
    if (tried.wait != WaitEvents::kNone) {
      ASSERT_THAT(client().Wait(tried, kLong, {}), IsOk());
      continue;
    }
    ASSERT_GT(tried.size, 0u);
    got.append(buffer, tried.size);
  }
  EXPECT_EQ(got, "data");
  const std::string data = Pattern(kMuch);
  const std::size_t taken = WriteUntilFull(client(), data);
  EXPECT_GT(taken, 0u);
  EXPECT_LT(taken, data.size());
  ExpectMoreArrives(client(), server(), data, taken);
}

// A try with kNow waits on no stream, and leaves a blocking one as it is.
TEST_P(StreamWaitContract, TriesDoNotWait) {
  char buffer[64];
  StreamTry read = client().TryRead(absl::MakeSpan(buffer), TryMode::kNow);
  ASSERT_THAT(read.status, IsOk());
  EXPECT_EQ(read.size, 0u);
  EXPECT_TRUE(Has(read.wait, WaitEvents::kReadable));
  EXPECT_THAT(client().Wait(read, absl::ZeroDuration(), {}),
              IsOkAndHolds(false));
  const std::string data = Pattern(kMuch);
  std::size_t taken = 0;
  for (int refusals = 0; refusals < 2;) {
    const StreamTry written =
        client().TryWrite(absl::string_view(data).substr(taken), TryMode::kNow);
    ASSERT_THAT(written.status, IsOk());
    taken += written.size;
    ASSERT_LT(taken, data.size());
    refusals = written.size > 0 ? 0 : refusals + 1;
    if (written.size == 0) {
      EXPECT_NE(written.wait, WaitEvents::kNone);
    }
  }
  ASSERT_THAT(server().WriteAll("x"), IsOk());
  EXPECT_THAT(client().Read(64), IsOkAndHolds("x"));
  EXPECT_EQ(client().GetTimeout(), absl::InfiniteDuration());
  ExpectMoreArrives(client(), server(), data, taken);
}

TEST_P(StreamWaitContract, AnInterruptEndsAWait) {
  const SysResult<std::unique_ptr<WaitInterrupt>> interrupt =
      platform().readiness().NewInterrupt();
  ASSERT_TRUE(interrupt.ok());
  WaitInterrupt* const interrupts[] = {interrupt.value.get()};
  char byte;
  const StreamTry tried =
      client().TryRead(absl::MakeSpan(&byte, 1), TryMode::kNow);
  ASSERT_EQ(tried.wait, WaitEvents::kReadable);
  Background<absl::StatusOr<bool>> waiting(
      [&] { return client().Wait(tried, kLong, interrupts); });
  waiting.AwaitAsleep();
  interrupt.value->Set();
  EXPECT_THAT(waiting.Result(), IsOk());
  EXPECT_THAT(client().Wait(tried, kLong, interrupts), IsOk());
}

// A signal never makes a call fail.
constexpr absl::Duration kPeriod = absl::Milliseconds(2);
// Enough signals so that some of them arrive while the call waits.
constexpr int kSignals = 10;

// Runs `call` of `test` in a thread that gets signals. When there have been
// some, lets `release` end what the call waits for.
template <typename T>
T InStorm(const ContractTestBase& test, std::function<T()> call,
          const std::function<void()>& release) {
  Background<T> running([&test, call = std::move(call)] {
    const std::unique_ptr<SignalStorm> storm = test.BeginStorm(kPeriod);
    return call();
  });
  running.AwaitAsleep();
  const int enough = test.Signals() + kSignals;
  while (test.Signals() < enough && !running.ended()) {
    absl::SleepFor(kPeriod);
  }
  release();
  return std::move(running.Result());
}

TEST_P(StreamWaitContract, SignalsDoNotEndARead) {
  if (!HaveSignals()) GTEST_SKIP() << "no signals here";
  for (const absl::Duration timeout : {absl::InfiniteDuration(), kLong}) {
    ASSERT_THAT(client().SetTimeout(timeout), IsOk());
    EXPECT_THAT(InStorm<absl::StatusOr<std::string>>(
                    *this, [this] { return client().Read(1); },
                    [this] { EXPECT_THAT(server().WriteAll("x"), IsOk()); }),
                IsOkAndHolds("x"));
  }
}

TEST_P(StreamWaitContract, SignalsDoNotEndAWrite) {
  if (!HaveSignals()) GTEST_SKIP() << "no signals here";
  const std::string data = Pattern(kMuch);
  for (const absl::Duration timeout : {absl::InfiniteDuration(), kLong}) {
    ASSERT_NO_FATAL_FAILURE(MakeNewPair());
    ASSERT_THAT(client().SetTimeout(timeout), IsOk());
    std::size_t sent = 0;
    std::unique_ptr<Background<std::string>> reading;
    EXPECT_THAT(InStorm<absl::Status>(
                    *this, [&] { return client().WriteAll(data, &sent); },
                    [&] {
                      reading = std::make_unique<Background<std::string>>(
                          [this] { return ReadToEnd(server()); });
                    }),
                IsOk());
    EXPECT_EQ(sent, data.size());
    ASSERT_THAT(client().Shutdown(ShutdownHow::kWrite), IsOk());
    EXPECT_TRUE(reading->Result() == data);
  }
}

TEST_P(StreamWaitContract, SignalsNeitherShortenNorStretchATimeout) {
  constexpr absl::Duration kTimeout = absl::Milliseconds(100);
  if (!HaveSignals()) GTEST_SKIP() << "no signals here";
  const std::unique_ptr<SignalStorm> storm = BeginStorm(kPeriod);
  ASSERT_THAT(client().SetTimeout(kTimeout), IsOk());
  const absl::Duration begin = Now();
  EXPECT_THAT(client().Read(1), Fails(IsTimeout));
  EXPECT_GE(Now() - begin, kTimeout);
}

}  // namespace
}  // namespace contract
}  // namespace mortise
