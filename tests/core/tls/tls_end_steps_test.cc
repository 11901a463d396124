// How a connection under TLS ends, step by step: what goes to the stream below,
// and when. Both ends are in one thread, and the test decides what each try
// below meets.

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/poll_source.h"
#include "mortise/core/stream.h"
#include "mortise/core/tls/tls_error.h"
#include "mortise/core/tls/tls_socket.h"
#include "mortise/platform/poll_events.h"
#include "mortise/platform/readiness_calls.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/tests/core/tls/steps.h"
#include "mortise/tests/tls/tls_pair.h"

namespace mortise {
namespace testing_tls {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class TlsEndStepsTest : public TlsSteps {};

TEST_F(TlsEndStepsTest, TheEndGoesBelowOnceAndAfterWhatWasTaken) {
  Meet();
  below_.client.room = 10;
  EXPECT_EQ(Write(client_, "data").wait, WaitEvents::kWritable);
  EXPECT_EQ(client_.TryShutdown(ShutdownHow::kWrite).wait,
            WaitEvents::kWritable);
  EXPECT_TRUE(IsBrokenPipe(Write(client_, "more").status));
  // There is room for the record, which has 4 + 22 bytes, and for a part of the
  // end of TLS.
  below_.client.room = 20;
  EXPECT_EQ(client_.TryShutdown(ShutdownHow::kWrite).wait,
            WaitEvents::kWritable);
  EXPECT_THAT(below_.client.shutdowns, IsEmpty());
  // Any call goes on with it.
  below_.client.room = 1000;
  EXPECT_EQ(Read(client_).wait, WaitEvents::kReadable);
  EXPECT_THAT(below_.client.shutdowns, ElementsAre(ShutdownHow::kWrite));
  const StreamTry done = client_.TryShutdown(ShutdownHow::kWrite);
  EXPECT_EQ(done.wait, WaitEvents::kNone);
  EXPECT_TRUE(done.status.ok()) << done.status;
  EXPECT_THAT(below_.client.shutdowns, ElementsAre(ShutdownHow::kWrite));
  // Nor does it read.
  const int before = below_.client.reads;
  EXPECT_TRUE(client_.TryFlush(done).status.ok());
  EXPECT_EQ(below_.client.reads, before);
  EXPECT_EQ(Read(server_).size, 4u);
  const StreamTry end = Read(server_);
  EXPECT_EQ(end.size, 0u);
  EXPECT_EQ(end.wait, WaitEvents::kNone);
  EXPECT_TRUE(end.status.ok()) << end.status;
  // The other half is open.
  ASSERT_TRUE(Write(server_, "answer").status.ok());
  EXPECT_EQ(Read(client_).size, 6u);
}

TEST_F(TlsEndStepsTest, TheEndWaitsForTheHandshake) {
  EXPECT_EQ(client_.TryShutdown(ShutdownHow::kWrite).wait,
            WaitEvents::kReadable);
  EXPECT_THAT(below_.client.shutdowns, IsEmpty());
  EXPECT_EQ(server_.TryHandshake().wait, WaitEvents::kReadable);
  EXPECT_EQ(client_.TryShutdown(ShutdownHow::kWrite).wait, WaitEvents::kNone);
  EXPECT_THAT(below_.client.shutdowns, ElementsAre(ShutdownHow::kWrite));
  const StreamTry end = Read(server_);
  EXPECT_EQ(end.size, 0u);
  EXPECT_EQ(end.wait, WaitEvents::kNone);
  EXPECT_TRUE(end.status.ok()) << end.status;
}

TEST_F(TlsEndStepsTest, TheEndBelowIsWaitedFor) {
  Meet();
  below_.client.shutdown_waits = true;
  EXPECT_EQ(client_.TryShutdown(ShutdownHow::kWrite).wait,
            WaitEvents::kWritable);
  EXPECT_EQ(Read(client_).wait, WaitEvents::kReadable | WaitEvents::kWritable);
  below_.client.shutdown_waits = false;
  EXPECT_EQ(Read(client_).wait, WaitEvents::kReadable);
  EXPECT_THAT(below_.client.shutdowns, ElementsAre(ShutdownHow::kWrite));
  EXPECT_EQ(client_.TryShutdown(ShutdownHow::kWrite).wait, WaitEvents::kNone);
  EXPECT_THAT(below_.client.shutdowns, ElementsAre(ShutdownHow::kWrite));
}

// The alert tells the peer what was wrong, so it goes before the end below.
TEST_F(TlsEndStepsTest, AnAlertIsOutBeforeTheEndBelow) {
  Meet();
  below_.client.room = 0;
  below_.client.arrived =
      std::string("\x17\x03\x03\x00\x20", 5) + std::string(32, 'x');
  const absl::Status failure = Read(client_).status;
  EXPECT_TRUE(IsTlsError(failure)) << failure;
  EXPECT_EQ(client_.TryShutdown(ShutdownHow::kWrite).wait,
            WaitEvents::kWritable);
  EXPECT_THAT(below_.client.shutdowns, IsEmpty());
  below_.client.room = 1000;
  EXPECT_EQ(client_.TryShutdown(ShutdownHow::kWrite).status, failure);
  EXPECT_THAT(below_.client.shutdowns, ElementsAre(ShutdownHow::kWrite));
  const absl::Status alert = Read(server_).status;
  EXPECT_TRUE(IsTlsAlert(alert)) << alert;
}

TEST_F(TlsEndStepsTest, AFailureOfTheEndBelowIsTold) {
  Meet();
  below_.client.shutdown_status = Gone();
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(client_.TryShutdown(ShutdownHow::kWrite).status, Gone());
  }
}

TEST_F(TlsEndStepsTest, AnEndThatCannotBeSentIsAFailure) {
  Meet();
  below_.client.write_failure = Gone();
  // The half below is ended all the same.
  below_.client.shutdown_waits = true;
  EXPECT_EQ(client_.TryShutdown(ShutdownHow::kWrite).wait,
            WaitEvents::kWritable);
  below_.client.shutdown_waits = false;
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(client_.TryShutdown(ShutdownHow::kWrite).status, Gone());
  }
  EXPECT_THAT(below_.client.shutdowns, ElementsAre(ShutdownHow::kWrite));
}

TEST_F(TlsEndStepsTest, TheEndOfReadingWaitsForTheHandshake) {
  EXPECT_EQ(client_.TryHandshake().wait, WaitEvents::kReadable);
  EXPECT_TRUE(client_.TryShutdown(ShutdownHow::kRead).status.ok());
  // The rest of the handshake has still to be received.
  EXPECT_THAT(below_.client.shutdowns, IsEmpty());
  const StreamTry end = Read(client_);
  EXPECT_EQ(end.wait, WaitEvents::kNone);
  EXPECT_TRUE(end.status.ok()) << end.status;
  EXPECT_EQ(client_.poll_source()
                ->Ask(PollEvents::kReadable, PollEvents::kNone)
                .ready,
            PollEvents::kReadable);
  EXPECT_EQ(server_.TryHandshake().wait, WaitEvents::kReadable);
  EXPECT_EQ(client_.TryHandshake().wait, WaitEvents::kNone);
  EXPECT_TRUE(client_.TryShutdown(ShutdownHow::kRead).status.ok());
  EXPECT_THAT(below_.client.shutdowns, ElementsAre(ShutdownHow::kRead));
  // The other half is open.
  EXPECT_EQ(Write(client_, "data").size, 4u);
}

TEST_F(TlsEndStepsTest, AfterAFailedHandshakeTheEndOfReadingIsNotPutOff) {
  below_.client.read_failure = Gone();
  EXPECT_EQ(client_.TryHandshake().status, Gone());
  EXPECT_TRUE(client_.TryShutdown(ShutdownHow::kRead).status.ok());
  EXPECT_THAT(below_.client.shutdowns, ElementsAre(ShutdownHow::kRead));
}

TEST_F(TlsEndStepsTest, TheEndOfBothSendsWhatThereIsRoomFor) {
  Meet();
  below_.client.room = 10;
  EXPECT_EQ(Write(client_, "data").wait, WaitEvents::kWritable);
  below_.client.room = 1000;
  EXPECT_TRUE(client_.TryShutdown(ShutdownHow::kBoth).status.ok());
  EXPECT_THAT(below_.client.shutdowns, ElementsAre(ShutdownHow::kBoth));
  EXPECT_EQ(Read(server_).size, 4u);
  const StreamTry end = Read(server_);
  EXPECT_EQ(end.size, 0u);
  EXPECT_EQ(end.wait, WaitEvents::kNone);
  EXPECT_TRUE(end.status.ok()) << end.status;
  // Nothing is left to be ended.
  EXPECT_TRUE(client_.TryShutdown(ShutdownHow::kWrite).status.ok());
  EXPECT_THAT(below_.client.shutdowns, ElementsAre(ShutdownHow::kBoth));
}

// A peer that sends without end does not keep Close from ending.
TEST_F(TlsEndStepsTest, CloseDiscardsALimitedPart) {
  Meet();
  for (int i = 0; i < 64; ++i) {
    ASSERT_TRUE(Write(server_, Pattern(TlsSocket::kRecordSize)).status.ok());
  }
  const std::size_t before = below_.client.arrived.size();
  EXPECT_TRUE(client_.Close().ok());
  EXPECT_LT(below_.client.arrived.size(), before);
  EXPECT_GT(below_.client.arrived.size(), before / 2);
}

// The end of TLS and what follows it arrive together.
TEST_F(TlsEndStepsTest, UnwrapLeavesWhatFollows) {
  Meet();
  ASSERT_TRUE(client_.SetBlocking(false).ok());
  EXPECT_TRUE(IsWouldBlock(client_.Unwrap().status()));
  const absl::StatusOr<std::unique_ptr<Stream>> server_below = server_.Unwrap();
  ASSERT_TRUE(server_below.ok()) << server_below.status();
  ASSERT_TRUE((*server_below)->WriteAll("in the clear").ok());
  const absl::StatusOr<std::unique_ptr<Stream>> client_below = client_.Unwrap();
  ASSERT_TRUE(client_below.ok()) << client_below.status();
  EXPECT_EQ(below_.client.arrived, "in the clear");
}

TEST_F(TlsEndStepsTest, UnwrapSendsItsEndFirst) {
  Meet();
  ASSERT_TRUE(client_.SetBlocking(false).ok());
  ASSERT_TRUE(Write(server_, "data").status.ok());
  below_.client.room = 10;
  EXPECT_TRUE(IsWouldBlock(client_.Unwrap().status()));
  // What has arrived is not touched before the end is out.
  const int before = below_.client.reads;
  EXPECT_TRUE(IsWouldBlock(client_.Unwrap().status()));
  EXPECT_EQ(below_.client.reads, before);
  EXPECT_TRUE(IsBrokenPipe(Write(client_, "more").status));
  below_.client.write_failure = Gone();
  EXPECT_EQ(client_.Unwrap().status().code(), Gone().code());
  EXPECT_EQ(Read(client_).size, 4u);
}

}  // namespace
}  // namespace testing_tls
}  // namespace mortise
