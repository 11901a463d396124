// Shutdown, Close, duplicates, and a peer that has gone.

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/stream.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/process.h"
#include "mortise/tests/contract/status_matchers.h"
#include "mortise/tests/contract/stream_pair.h"
#include "mortise/tests/contract/stream_pair_suites.h"

namespace mortise {
namespace contract {
namespace {

bool IsGone(const absl::Status& status) {
  return IsBrokenPipe(status) || IsConnectionReset(status) ||
         IsConnectionAborted(status);
}

TEST_P(StreamEndContract, AHalfThatHasEndedLeavesTheOther) {
  ASSERT_THAT(client().WriteAll("question"), IsOk());
  ASSERT_THAT(client().Shutdown(ShutdownHow::kWrite), IsOk());
  EXPECT_EQ(ReadToEnd(server()), "question");
  // The end stays.
  EXPECT_THAT(server().Read(1), IsOkAndHolds(""));
  EXPECT_THAT(server().Read(1), IsOkAndHolds(""));
  ASSERT_THAT(server().WriteAll("answer"), IsOk());
  ASSERT_THAT(server().Shutdown(ShutdownHow::kWrite), IsOk());
  EXPECT_EQ(ReadToEnd(client()), "answer");
}

TEST_P(StreamEndContract, NothingIsWrittenAfterTheEnd) {
  std::unique_ptr<BrokenPipeWatch> watch = BrokenPipeWatch::Begin();
  ASSERT_THAT(client().Shutdown(ShutdownHow::kWrite), IsOk());
  std::size_t sent = 9;
  EXPECT_THAT(client().WriteAll("x", &sent), Fails(IsBrokenPipe));
  EXPECT_EQ(sent, 0u);
  EXPECT_THAT(client().Write("x"), Fails(IsBrokenPipe));
  EXPECT_EQ(ReadToEnd(server()), "");
  if (watch != nullptr) {
    EXPECT_EQ(watch->signals(), 0);
  }
}

// An end that is told while the peer does not read waits for room, and what was
// written before comes first.
TEST_P(StreamEndContract, WhatWasWrittenComesBeforeTheEnd) {
  ASSERT_THAT(client().SetTimeout(absl::ZeroDuration()), IsOk());
  const std::string data = Pattern(kMuch);
  const std::size_t taken = WriteUntilFull(client(), data);
  EXPECT_GT(taken, 0u);
  ASSERT_THAT(client().SetTimeout(absl::InfiniteDuration()), IsOk());
  Background<absl::Status> ending(
      [this] { return client().Shutdown(ShutdownHow::kWrite); });
  EXPECT_TRUE(ReadToEnd(server()) == data.substr(0, taken));
  EXPECT_THAT(ending.Result(), IsOk());
}

TEST_P(StreamEndContract, CloseEndsTheConnection) {
  ASSERT_THAT(client().WriteAll("last words"), IsOk());
  ASSERT_THAT(client().Shutdown(ShutdownHow::kWrite), IsOk());
  EXPECT_TRUE(client().is_open());
  ASSERT_THAT(client().Close(), IsOk());
  EXPECT_FALSE(client().is_open());
  EXPECT_EQ(ReadToEnd(server()), "last words");
  EXPECT_THAT(server().Read(1), IsOkAndHolds(""));
}

TEST_P(StreamEndContract, AClosedStreamRefusesEveryCall) {
  // A Close without this may find no room for the end of the stream.
  ASSERT_THAT(client().Shutdown(ShutdownHow::kWrite), IsOk());
  ASSERT_THAT(client().Close(), IsOk());
  char byte = 0;
  std::size_t sent = 9;
  EXPECT_THAT(client().Close(),
              Fails(absl::StatusCode::kFailedPrecondition, IsClosed));
  EXPECT_THAT(client().Read(1), Fails(IsClosed));
  EXPECT_THAT(client().Read(absl::MakeSpan(&byte, 1)), Fails(IsClosed));
  EXPECT_THAT(client().Write("x"), Fails(IsClosed));
  EXPECT_THAT(client().WriteAll("x", &sent), Fails(IsClosed));
  EXPECT_EQ(sent, 0u);
  EXPECT_THAT(client().Shutdown(ShutdownHow::kBoth), Fails(IsClosed));
  EXPECT_THAT(client().Dup(), Fails(IsClosed));
  EXPECT_THAT(client().SetTimeout(absl::Seconds(1)), Fails(IsClosed));
}

TEST_P(StreamEndContract, TheConnectionEndsWithTheStream) {
  pair().client.reset();
  // What the peer sees depends on the protocol: the end, or an error.
  const absl::StatusOr<std::string> end = server().Read(1);
  if (end.ok()) {
    EXPECT_EQ(*end, "");
  }
}

TEST_P(StreamEndContract, WritingToAPeerThatHasGoneIsAnErrorWithoutASignal) {
  std::unique_ptr<BrokenPipeWatch> watch = BrokenPipeWatch::Begin();
  pair().server.reset();
  absl::Status status;
  for (int i = 0; i < 10000 && status.ok(); ++i) {
    status = client().WriteAll("x");
  }
  EXPECT_TRUE(IsGone(status)) << status;
  if (watch != nullptr) {
    EXPECT_EQ(watch->signals(), 0);
  }
}

TEST_P(StreamEndContract, ADuplicateIsTheSameConnection) {
  ASSERT_THAT(client().SetTimeout(kLong), IsOk());
  absl::StatusOr<std::unique_ptr<Stream>> copy = client().Dup();
  ASSERT_THAT(copy, IsOk());
  EXPECT_EQ((*copy)->GetTimeout(), kLong);
  ASSERT_THAT((*copy)->SetTimeout(absl::Seconds(77)), IsOk());
  EXPECT_EQ(client().GetTimeout(), kLong);
  ASSERT_THAT(client().WriteAll("one, "), IsOk());
  ASSERT_THAT(client().Close(), IsOk());
  EXPECT_TRUE((*copy)->is_open());
  // The connection is still there.
  ASSERT_THAT((*copy)->WriteAll("two"), IsOk());
  ASSERT_THAT(server().WriteAll("answer"), IsOk());
  std::string answer;
  while (answer.size() < 6) {
    const absl::StatusOr<std::string> more = (*copy)->Read(64);
    ASSERT_THAT(more, IsOk());
    ASSERT_NE(*more, "");
    answer += *more;
  }
  EXPECT_EQ(answer, "answer");
  ASSERT_THAT((*copy)->Shutdown(ShutdownHow::kWrite), IsOk());
  EXPECT_EQ(ReadToEnd(server()), "one, two");
  EXPECT_THAT((*copy)->Close(), IsOk());
}

// The timeouts with which Shutdown wakes a call. Without one the call may wait
// inside of the system, where Wine wakes nothing.
std::vector<absl::Duration> WokenTimeouts() {
  if (RunsUnderWine()) return {kLong};
  return {absl::InfiniteDuration(), kLong};
}

TEST_P(StreamEndContract, ShutdownWakesAReader) {
  for (const ShutdownHow how : {ShutdownHow::kRead, ShutdownHow::kBoth}) {
    for (const absl::Duration timeout : WokenTimeouts()) {
      ASSERT_NO_FATAL_FAILURE(MakeNewPair());
      ASSERT_THAT(client().SetTimeout(timeout), IsOk());
      Background<absl::StatusOr<std::string>> reading(
          [this] { return client().Read(64); });
      reading.AwaitAsleep();
      ASSERT_THAT(client().Shutdown(how), IsOk());
      EXPECT_THAT(reading.Result(), IsOkAndHolds(""));
    }
  }
}

TEST_P(StreamEndContract, ShutdownWakesAWriter) {
  const std::string data = Pattern(kMuch);
  for (const absl::Duration timeout : WokenTimeouts()) {
    ASSERT_NO_FATAL_FAILURE(MakeNewPair());
    ASSERT_THAT(client().SetTimeout(timeout), IsOk());
    std::size_t sent = 0;
    Background<absl::Status> writing(
        [&] { return client().WriteAll(data, &sent); });
    writing.AwaitAsleep();
    ASSERT_THAT(client().Shutdown(ShutdownHow::kBoth), IsOk());
    EXPECT_THAT(writing.Result(),
                Fails(absl::StatusCode::kUnavailable, IsBrokenPipe));
    EXPECT_LT(sent, data.size());
    // An end that does not wait can lose what was taken, but nothing else
    // arrives.
    const std::string got = ReadToEnd(server());
    EXPECT_LE(got.size(), sent);
    EXPECT_TRUE(got == data.substr(0, got.size()));
  }
}

TEST_P(StreamEndContract, ShutdownWakesAReaderAndAWriterTogether) {
  const std::string data = Pattern(kMuch);
  for (const absl::Duration timeout : WokenTimeouts()) {
    ASSERT_NO_FATAL_FAILURE(MakeNewPair());
    ASSERT_THAT(client().SetTimeout(timeout), IsOk());
    Background<absl::StatusOr<std::string>> reading(
        [this] { return client().Read(64); });
    Background<absl::Status> writing([&] { return client().WriteAll(data); });
    reading.AwaitAsleep();
    writing.AwaitAsleep();
    ASSERT_THAT(client().Shutdown(ShutdownHow::kBoth), IsOk());
    EXPECT_THAT(reading.Result(), IsOkAndHolds(""));
    EXPECT_THAT(writing.Result(), Fails(IsBrokenPipe));
  }
}

}  // namespace
}  // namespace contract
}  // namespace mortise
