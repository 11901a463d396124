// What TLS asks of the stream below it and says of itself, step by step: both
// ends are in one thread, and the test decides what each try below meets.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/poll_source.h"
#include "mortise/core/stream.h"
#include "mortise/core/tls/tls_context.h"
#include "mortise/core/tls/tls_error.h"
#include "mortise/core/tls/tls_socket.h"
#include "mortise/platform/poll_events.h"
#include "mortise/platform/readiness_calls.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/wait_interrupt.h"
#include "mortise/tests/core/tls/queue_stream.h"
#include "mortise/tests/core/tls/steps.h"
#include "mortise/tests/tls/tls_pair.h"
#include "openssl/err.h"

namespace mortise {
namespace testing_tls {
namespace {

constexpr PollEvents kBoth = PollEvents::kReadable | PollEvents::kWritable;

class TlsStepsTest : public TlsSteps {};

// --- The handshake -----------------------------------------------------------

TEST_F(TlsStepsTest, AHandshakeIsDoneWhenItsOwnBytesAreOut) {
  MeetUntilTheLastMessage();
  below_.client.room = 10;
  StreamTry tried = client_.TryHandshake();
  EXPECT_EQ(tried.wait, WaitEvents::kWritable);
  EXPECT_EQ(tried.size, 0u);
  below_.client.room = 10000;
  tried = client_.TryHandshake();
  EXPECT_EQ(tried.wait, WaitEvents::kNone);
  EXPECT_EQ(tried.size, 0u);
  EXPECT_TRUE(tried.status.ok()) << tried.status;
  EXPECT_EQ(server_.TryHandshake().wait, WaitEvents::kNone);
}

TEST_F(TlsStepsTest, AHandshakeWhoseLastBytesAreLostHasFailed) {
  MeetUntilTheLastMessage();
  below_.client.write_failure = Gone();
  EXPECT_EQ(client_.TryHandshake().status, Gone());
}

// Whatever the next call is, it sends the rest of the first message.
TEST_F(TlsStepsTest, EveryCallGoesOnWithTheHandshake) {
  using Call = void (*)(TlsSocket & client, absl::Span<char> buffer);
  for (const Call call : {
           +[](TlsSocket&client, absl::Span<char>) { client.TryHandshake(); },
           +[](TlsSocket&client, absl::Span<char> buffer) {
             client.TryRead(buffer, TryMode::kNow);
           },
           +[](TlsSocket&client, absl::Span<char>) {
             client.TryWrite("x", TryMode::kNow);
           },
           +[](TlsSocket&client, absl::Span<char>) {
             client.TryShutdown(ShutdownHow::kWrite);
           },
           +[](TlsSocket&client, absl::Span<char>) {
             EXPECT_TRUE(client.SetBlocking(false).ok());
             EXPECT_TRUE(IsWouldBlock(client.Unwrap().status()));
           },
           +[](TlsSocket&client, absl::Span<char>) {
             client.poll_source()->Ask(PollEvents::kNone, PollEvents::kNone);
           },
       }) {
    QueueEnds below;
    TlsSocket client = *TlsSocket::Create(
        DefaultClient(), std::make_unique<QueueStream>(below.client),
        "localhost");
    TlsSocket server = *TlsSocket::Create(
        DefaultServer(), std::make_unique<QueueStream>(below.server));
    below.client.room = 10;
    call(client, absl::MakeSpan(buffer_));
    EXPECT_EQ(below.server.arrived.size(), 10u);
    below.client.room = 100000;
    call(client, absl::MakeSpan(buffer_));
    EXPECT_EQ(server.TryHandshake().wait, WaitEvents::kReadable);
    call(client, absl::MakeSpan(buffer_));
    EXPECT_EQ(server.TryHandshake().wait, WaitEvents::kNone);
  }
}

// No answer will come, so there is nothing to wait for.
TEST_F(TlsStepsTest, AHandshakeThatCannotBeSentFails) {
  below_.client.write_failure = Gone();
  EXPECT_EQ(client_.TryHandshake().status, Gone());
  EXPECT_EQ(Read(client_).status, Gone());
  EXPECT_EQ(Write(client_, "x").status, Gone());
}

TEST_F(TlsStepsTest, AFailureToReceiveTheHandshakeIsOneOfSending) {
  below_.client.read_failure = Gone();
  EXPECT_EQ(client_.TryHandshake().status, Gone());
  EXPECT_EQ(Write(client_, "x").status, Gone());
  EXPECT_EQ(client_.poll_source()->Ask(kBoth, PollEvents::kNone).ready, kBoth);
}

TEST_F(TlsStepsTest, ACutHandshakeIsAFailureOfBoth) {
  TlsOptions options = Trusting(DefaultRoot());
  for (const bool is_end : {false, true}) {
    options.truncation_is_end = is_end;
    QueueEnds below;
    TlsSocket client = *TlsSocket::Create(
        MustClient(options), std::make_unique<QueueStream>(below.client),
        "localhost");
    below.client.has_ended = true;
    const absl::Status status = client.TryHandshake().status;
    EXPECT_TRUE(IsTlsTruncated(status)) << status;
    EXPECT_EQ(Read(client).status, status);
    EXPECT_EQ(Write(client, "x").status, status);
    EXPECT_EQ(client.poll_source()->Ask(kBoth, PollEvents::kNone).ready, kBoth);
  }
}

// --- Failures ----------------------------------------------------------------

TEST_F(TlsStepsTest, AfterAFailureToReceiveSendingGoesOn) {
  Meet();
  below_.client.read_failure = Gone();
  EXPECT_EQ(Read(client_).status, Gone());
  EXPECT_TRUE(Write(client_, "x").status.ok());
  EXPECT_EQ(Read(server_).size, 1u);
}

TEST_F(TlsStepsTest, AfterAnEndThatWasCutOffSendingGoesOn) {
  Meet();
  below_.client.has_ended = true;
  EXPECT_TRUE(IsTlsTruncated(Read(client_).status));
  EXPECT_TRUE(Write(client_, "x").status.ok());
  EXPECT_EQ(Read(server_).size, 1u);
}

TEST_F(TlsStepsTest, AfterAFailureToSendReadingWaits) {
  Meet();
  below_.client.write_failure = Gone();
  EXPECT_EQ(Write(client_, "x").status, Gone());
  EXPECT_EQ(Write(client_, "").status, Gone());
  const StreamTry tried = Read(client_);
  EXPECT_EQ(tried.wait, WaitEvents::kReadable);
  EXPECT_TRUE(tried.status.ok()) << tried.status;
  // It is not a change that would end others' waits, for every try again.
  EXPECT_EQ(Read(client_).moment, tried.moment);
}

TEST_F(TlsStepsTest, WhatAFailureHasDroppedIsNotSentLater) {
  Meet();
  below_.client.write_failure = Gone();
  EXPECT_EQ(Write(client_, "x").status, Gone());
  below_.client.write_failure = absl::OkStatus();
  EXPECT_EQ(Read(client_).wait, WaitEvents::kReadable);
  EXPECT_TRUE(below_.server.arrived.empty());
}

// The peer has given up, and hears nothing more.
TEST_F(TlsStepsTest, AfterAnAlertOfThePeerNothingIsSent) {
  Meet();
  below_.server.arrived =
      std::string("\x17\x03\x03\x00\x20", 5) + std::string(32, 'x');
  EXPECT_TRUE(IsTlsError(Read(server_).status));
  const absl::Status alert = Read(client_).status;
  EXPECT_TRUE(IsTlsAlert(alert)) << alert;
  EXPECT_EQ(Write(client_, "x").status, alert);
  const int before = below_.client.writes;
  EXPECT_TRUE(client_.Close().ok());
  EXPECT_EQ(below_.client.writes, before);
}

// What another user of BoringSSL has left in this thread says nothing about
// this connection.
TEST_F(TlsStepsTest, ErrorsOfOthersAreNotItsOwn) {
  Meet();
  ERR_put_error(ERR_LIB_USER, 0, 1, __FILE__, __LINE__);
  const StreamTry tried = Read(client_);
  EXPECT_EQ(tried.wait, WaitEvents::kReadable);
  EXPECT_TRUE(tried.status.ok()) << tried.status;
}

// Whoever waits has to look again.
TEST_F(TlsStepsTest, AFailureIsAChange) {
  Meet();
  below_.client.room = 10;
  EXPECT_EQ(Write(client_, "data").wait, WaitEvents::kWritable);
  const StreamTry before = Read(client_);
  EXPECT_EQ(Read(client_).moment, before.moment);
  below_.client.write_failure = Gone();
  const StreamTry after = Read(client_);
  EXPECT_NE(after.moment, before.moment);
  below_.client.read_failure = Gone();
  EXPECT_NE(Read(client_).moment, after.moment);
}

// --- Sending -----------------------------------------------------------------

TEST_F(TlsStepsTest, AWriteTakesOneRecord) {
  Meet();
  EXPECT_EQ(Write(client_, Pattern(100000)).size, TlsSocket::kRecordSize);
}

TEST_F(TlsStepsTest, AFlushWaitsForItsOwnBytes) {
  Meet();
  below_.client.room = 10;
  const StreamTry first = Write(client_, "first");
  EXPECT_EQ(first.size, 5u);
  EXPECT_EQ(first.wait, WaitEvents::kWritable);
  EXPECT_EQ(client_.TryFlush(first).wait, WaitEvents::kWritable);
  // Nothing more is taken.
  EXPECT_EQ(Write(client_, "second").size, 0u);
  // A record of 6 bytes has 22 more.
  below_.client.room = 40;
  EXPECT_EQ(Write(client_, "second").size, 6u);
  EXPECT_EQ(client_.TryFlush(first).wait, WaitEvents::kNone);
  below_.client.write_failure = Gone();
  EXPECT_TRUE(client_.TryFlush(first).status.ok());
}

TEST_F(TlsStepsTest, AFlushOfWhatIsLostFails) {
  Meet();
  below_.client.room = 10;
  const StreamTry written = Write(client_, "data");
  below_.client.write_failure = Gone();
  EXPECT_EQ(client_.TryFlush(written).status, Gone());
}

TEST_F(TlsStepsTest, WhatTheStreamBelowHoldsIsNotOut) {
  Meet();
  below_.client.holds = true;
  below_.client.flush.wait = WaitEvents::kReadable;
  const StreamTry written = Write(client_, "data");
  EXPECT_EQ(written.wait, WaitEvents::kWritable);
  below_.client.flush.moment = 7;
  const StreamTry flushed = client_.TryFlush(written);
  EXPECT_EQ(flushed.wait, WaitEvents::kReadable);
  EXPECT_TRUE(client_.Wait(flushed, kLong, {}).ok());
  ASSERT_EQ(below_.client.waits.size(), 1u);
  EXPECT_EQ(below_.client.waits[0].moment, 7u);
  below_.client.flush = StreamTry();
  EXPECT_EQ(client_.TryFlush(written).wait, WaitEvents::kNone);
  // Nor does anybody wait for it any longer.
  EXPECT_EQ(Read(client_).wait, WaitEvents::kReadable);
}

TEST_F(TlsStepsTest, WhatTheStreamBelowHasLostIsAFailure) {
  Meet();
  below_.client.holds = true;
  const StreamTry written = Write(client_, "data");
  below_.client.flush.status = Gone();
  EXPECT_EQ(client_.TryFlush(written).status, Gone());
}

TEST_F(TlsStepsTest, AReadWithNothingToSendSendsNothing) {
  Meet();
  ASSERT_TRUE(Write(client_, "data").status.ok());
  const int before = below_.client.writes;
  EXPECT_EQ(Read(client_).wait, WaitEvents::kReadable);
  EXPECT_EQ(below_.client.writes, before);
}

TEST_F(TlsStepsTest, AnEmptyReadReadsNothing) {
  Meet();
  ASSERT_TRUE(Write(server_, "data").status.ok());
  const StreamTry tried =
      client_.TryRead(absl::MakeSpan(buffer_.data(), 0), TryMode::kNow);
  EXPECT_EQ(tried.size, 0u);
  EXPECT_EQ(tried.wait, WaitEvents::kNone);
  EXPECT_TRUE(tried.status.ok()) << tried.status;
  EXPECT_EQ(Read(client_).size, 4u);
}

// No peer keeps a try from ending.
TEST_F(TlsStepsTest, ATryReadsALimitedNumberOfTimes) {
  Meet();
  ASSERT_TRUE(Write(server_, Pattern(1000)).status.ok());
  below_.client.most_read = 1;
  const int before = below_.client.reads;
  const StreamTry tried = Read(client_);
  EXPECT_EQ(tried.wait, WaitEvents::kReadable);
  EXPECT_LE(below_.client.reads, before + 128);
  ASSERT_FALSE(below_.client.arrived.empty());
  // There may be more in the stream below. Its moment tells it to look again.
  EXPECT_TRUE(client_.Wait(tried, kLong, {}).ok());
  ASSERT_EQ(below_.client.waits.size(), 1u);
  EXPECT_EQ(below_.client.waits[0].wait, WaitEvents::kReadable);
  EXPECT_EQ(below_.client.waits[0].moment, 1u);
  StreamTry last = tried;
  for (int tries = 0; tries < 20 && last.size == 0; ++tries) {
    last = Read(client_);
  }
  EXPECT_EQ(last.size, buffer_.size());
}

// --- Waiting -----------------------------------------------------------------

TEST_F(TlsStepsTest, AWaitIsForTheTryThatWasMade) {
  Meet();
  StreamTry tried = Read(client_);
  EXPECT_TRUE(client_.Wait(tried, kLong, {}).ok());
  ASSERT_EQ(below_.client.waits.size(), 1u);
  EXPECT_EQ(below_.client.waits[0].wait, WaitEvents::kReadable);
  EXPECT_EQ(below_.client.waits[0].moment, below_.client.read_moment);
  below_.client.room = 10;
  tried = Write(client_, "data");
  EXPECT_TRUE(client_.Wait(tried, kLong, {}).ok());
  ASSERT_EQ(below_.client.waits.size(), 2u);
  EXPECT_EQ(below_.client.waits[1].wait, WaitEvents::kWritable);
  EXPECT_EQ(below_.client.waits[1].moment, below_.client.write_moment);
  // A reader waits for room as well, and from the earlier moment of the two on.
  below_.client.room = 0;
  for (const std::uint64_t read_moment : {1000, 3000}) {
    below_.client.read_moment = read_moment;
    tried = Read(client_);
    EXPECT_TRUE(client_.Wait(tried, kLong, {}).ok());
    EXPECT_EQ(below_.client.waits.back().wait,
              WaitEvents::kReadable | WaitEvents::kWritable);
    EXPECT_EQ(below_.client.waits.back().moment,
              std::min(read_moment, below_.client.write_moment));
  }
}

// A try without a moment may be out of date, so the wait is for what is left.
TEST_F(TlsStepsTest, AWaitWithoutAMomentIsForWhatIsLeftToo) {
  Meet();
  StreamTry tried = Read(client_);
  tried.moment = 0;
  below_.client.room = 10;
  EXPECT_EQ(Write(client_, "data").wait, WaitEvents::kWritable);
  EXPECT_TRUE(client_.Wait(tried, kLong, {}).ok());
  ASSERT_EQ(below_.client.waits.size(), 1u);
  EXPECT_EQ(below_.client.waits[0].wait,
            WaitEvents::kReadable | WaitEvents::kWritable);
}

TEST_F(TlsStepsTest, AWaitThatAnotherCallEndsHasFoundSomething) {
  Meet();
  const StreamTry tried = Read(client_);
  below_.client.during_wait = [this] {
    EXPECT_TRUE(client_.TryShutdown(ShutdownHow::kRead).status.ok());
  };
  absl::StatusOr<bool> found = client_.Wait(tried, kLong, {});
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_TRUE(*found);
  // Nobody ends this one.
  found = client_.Wait(Read(client_), kLong, {});
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_FALSE(*found);
}

TEST_F(TlsStepsTest, AWaitHasALimitedNumberOfInterrupts) {
  Meet();
  const std::vector<WaitInterrupt*> many(ReadinessCalls::kMaxInterrupts);
  const absl::Status status = client_.Wait(Read(client_), kLong, many).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kOutOfRange) << status;
  EXPECT_TRUE(below_.client.waits.empty());
}

}  // namespace
}  // namespace testing_tls
}  // namespace mortise
