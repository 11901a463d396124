// Waits over TLS: who is woken, and who is not.

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "mortise/core/constants.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/stream.h"
#include "mortise/core/tls/tls_error.h"
#include "mortise/core/tls/tls_socket.h"
#include "mortise/platform/readiness_calls.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/tests/contract/process.h"
#include "mortise/tests/tls/tls_pair.h"
#include "mortise/tests/tls/watched_platform.h"

namespace mortise {
namespace testing_tls {
namespace {

constexpr absl::Duration kShort = absl::Milliseconds(20);

class TlsWaitingTest : public testing::Test {
 protected:
  ~TlsWaitingTest() override {
    below().LetSend();
    below().LieAboutSent(nullptr);
  }

  static WatchedPlatform& below() {
    static auto* const below = new WatchedPlatform;
    return *below;
  }

  // Returns a client that has not begun its handshake, and its peer's socket.
  static std::pair<TlsSocket, Socket> Begin() {
    auto [client_socket, server_socket] = MustConnect();
    Socket watched = *Socket::Adopt(client_socket.Detach(), kAfInet,
                                    kSockStream, 0, &below().platform());
    EXPECT_TRUE(watched.SetTimeout(kLong).ok());
    return {
        *TlsSocket::Create(DefaultClient(), std::move(watched), "localhost"),
        std::move(server_socket)};
  }
};

// A reader and a writer run the handshake together. The one that does not
// receive the last message of it has to be woken by the other.
TEST_F(TlsWaitingTest, AReaderAndAWriterEnterTheHandshakeTogether) {
  for (int round = 0; round < 500; ++round) {
    auto [client, server_socket] = Begin();
    TlsSocket server =
        *TlsSocket::Create(DefaultServer(), std::move(server_socket));
    std::array<absl::Status, 2> written;
    std::array<absl::StatusOr<std::string>, 2> read;
    std::thread threads[] = {
        std::thread([&, &client = client] { read[0] = client.Read(1); }),
        std::thread(
            [&, &client = client] { written[0] = client.WriteAll("c"); }),
        std::thread([&] { read[1] = server.Read(1); }),
        std::thread([&] { written[1] = server.WriteAll("s"); }),
    };
    for (std::thread& thread : threads) thread.join();
    ASSERT_TRUE(written[0].ok()) << round << written[0];
    ASSERT_TRUE(written[1].ok()) << round << written[1];
    ASSERT_EQ(read[0].value_or(read[0].status().ToString()), "s") << round;
    ASSERT_EQ(read[1].value_or(read[1].status().ToString()), "c") << round;
  }
}

TEST_F(TlsWaitingTest, AHandshakeWithoutAnAnswerWaitsOnce) {
  auto [client, silent] = Begin();
  ASSERT_TRUE(client.SetTimeout(kShort).ok());
  const int before = below().waits();
  EXPECT_TRUE(IsTimeout(client.Handshake()));
  EXPECT_EQ(below().waits(), before + 1);
}

TEST_F(TlsWaitingTest, ASenderWithoutRoomWaitsOnce) {
  Ends ends = MustMeet(TlsVersion::kTls13, &below().platform());
  ASSERT_TRUE(ends.client.SetTimeout(kShort).ok());
  below().HoldSendingAfter(1000);
  const int before = below().waits();
  EXPECT_TRUE(IsTimeout(ends.client.WriteAll(Pattern(100000))));
  EXPECT_EQ(below().waits(), before + 1);
}

TEST_F(TlsWaitingTest, AReaderWithoutDataWaitsOnce) {
  Ends ends = MustMeet(TlsVersion::kTls12, &below().platform());
  ASSERT_TRUE(ends.client.SetTimeout(kShort).ok());
  const int before = below().waits();
  EXPECT_TRUE(IsTimeout(ends.client.Read(1).status()));
  EXPECT_EQ(below().waits(), before + 1);
}

// Each record has two bytes, one for each of two readers. The second of them is
// not in the system any more when the first has been read.
TEST_F(TlsWaitingTest, WhatOneReaderLeavesWakesAnother) {
  Ends ends = MustMeet(TlsVersion::kTls13, &below().platform());
  for (int round = 0; round < 300; ++round) {
    std::array<absl::StatusOr<std::string>, 2> read;
    std::thread first([&] { read[0] = ends.client.Read(1); });
    std::thread second([&] { read[1] = ends.client.Read(1); });
    ASSERT_TRUE(ends.server.WriteAll("ab").ok());
    first.join();
    second.join();
    ASSERT_TRUE(read[0].ok() && read[1].ok()) << round;
    EXPECT_NE(*read[0], *read[1]);
  }
}

// The same, but the other thread reads between a try and its wait.
TEST_F(TlsWaitingTest, WhatIsLeftEndsAWaitThatBeginsLater) {
  Ends ends = MustMeet(TlsVersion::kTls13, &below().platform());
  char byte;
  const StreamTry tried =
      ends.client.TryRead(absl::MakeSpan(&byte, 1), TryMode::kNow);
  ASSERT_EQ(tried.wait, WaitEvents::kReadable);
  ASSERT_TRUE(ends.server.WriteAll("ab").ok());
  EXPECT_EQ(ends.client.Read(1).value_or(""), "a");
  const absl::StatusOr<bool> ready = ends.client.Wait(tried, kLong, {});
  EXPECT_TRUE(ready.ok() && *ready) << ready.status();
}

// The system tells of a reset once.
TEST_F(TlsWaitingTest, AFailureToReadStays) {
  Ends ends = MustMeet(TlsVersion::kTls12, &below().platform());
  // The peer goes without having read what has arrived, which resets the
  // connection.
  ASSERT_TRUE(ends.client.WriteAll("unread").ok());
  ASSERT_TRUE(ends.server.socket()->Recv(1, kMsgPeek).ok());
  ends.server = TlsSocket();
  const absl::Status failure = ends.client.Read(1).status();
  // Wine takes a reset for the end of the stream if it comes before the read.
  EXPECT_TRUE(IsConnectionReset(failure) ||
              (contract::RunsUnderWine() && IsTlsTruncated(failure)))
      << failure;
  EXPECT_EQ(ends.client.Read(1).status(), failure);
}

// The peer ends TLS, and the connection stays open. The end is read once.
TEST_F(TlsWaitingTest, TheEndIsToldToEveryReader) {
  for (int round = 0; round < 50; ++round) {
    Ends ends = MustMeet(TlsVersion::kTls13, &below().platform());
    ASSERT_TRUE(ends.client.SetTimeout(absl::InfiniteDuration()).ok());
    const int before = below().waits();
    std::array<absl::StatusOr<std::string>, 2> read;
    std::thread first([&] { read[0] = ends.client.Read(1); });
    std::thread second([&] { read[1] = ends.client.Read(1); });
    below().AwaitWaits(before + 2);
    ASSERT_TRUE(ends.server.SetBlocking(false).ok());
    EXPECT_TRUE(IsWouldBlock(ends.server.Unwrap().status()));
    first.join();
    second.join();
    EXPECT_EQ(read[0].value_or("failed"), "");
    EXPECT_EQ(read[1].value_or("failed"), "");
  }
}

// Each of them sees that the other has asked for the same.
TEST_F(TlsWaitingTest, TwoShutdownsDoNotWakeEachOtherForEver) {
  Ends ends = MustMeet(TlsVersion::kTls13, &below().platform());
  ASSERT_TRUE(ends.client.SetBlocking(false).ok());
  below().HoldSendingAfter(1000);
  EXPECT_TRUE(IsWouldBlock(ends.client.WriteAll(Pattern(16000))));
  ASSERT_TRUE(ends.client.SetTimeout(kShort).ok());
  const int before = below().waits();
  std::thread other([&] {
    EXPECT_TRUE(IsTimeout(ends.client.Shutdown(ShutdownHow::kWrite)));
  });
  EXPECT_TRUE(IsTimeout(ends.client.Shutdown(ShutdownHow::kWrite)));
  other.join();
  EXPECT_LE(below().waits(), before + 4);
}

TEST_F(TlsWaitingTest, AHandshakeThatHasBeenRunWaitsForNobody) {
  Ends ends = MustMeet(TlsVersion::kTls13, &below().platform());
  ASSERT_TRUE(ends.client.SetBlocking(false).ok());
  below().HoldSendingAfter(1000);
  EXPECT_TRUE(IsWouldBlock(ends.client.WriteAll(Pattern(16000))));
  EXPECT_TRUE(ends.client.Handshake().ok());
}

TEST_F(TlsWaitingTest, ShutdownWakesThoseInTheHandshake) {
  for (const ShutdownHow how : {ShutdownHow::kRead, ShutdownHow::kBoth}) {
    auto [client, silent] = Begin();
    ASSERT_TRUE(client.SetTimeout(absl::InfiniteDuration()).ok());
    const int before = below().waits();
    absl::StatusOr<std::string> read = absl::UnknownError("");
    std::thread reading([&, &client = client] { read = client.Read(1); });
    below().AwaitWaits(before + 1);
    EXPECT_TRUE(client.Shutdown(how).ok());
    reading.join();
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(*read, "");
  }
}

// What has arrived can be read, although nothing can be sent any more.
TEST_F(TlsWaitingTest, AfterAFailureToSendReadingGoesOn) {
  Ends ends = MustMeet(TlsVersion::kTls13, &below().platform());
  ASSERT_TRUE(ends.server.WriteAll("last words").ok());
  below().LieAboutSent([](std::size_t) -> std::size_t { return 0; });
  const absl::Status failure = ends.client.WriteAll("x");
  EXPECT_TRUE(IsBrokenPipe(failure)) << failure;
  EXPECT_EQ(ends.client.Write("y").status(), failure);
  EXPECT_EQ(ends.client.Read(64).value_or("nothing"), "last words");
  ASSERT_TRUE(ends.server.Close().ok());
  absl::Status end;
  EXPECT_EQ(ReadToEnd(ends.client, &end), "");
  EXPECT_TRUE(end.ok()) << end;
  // The failure has been told.
  const absl::Status closed = ends.client.Close();
  EXPECT_TRUE(closed.ok()) << closed;
}

// There is no data that could be lost, and no end of TLS to tell.
TEST_F(TlsWaitingTest, CloseDuringTheHandshakeOnlyCloses) {
  auto [client, silent] = Begin();
  ASSERT_EQ(client.TryHandshake().wait, WaitEvents::kReadable);
  const int before = below().transfers();
  const absl::Status closed = client.Close();
  EXPECT_TRUE(closed.ok()) << closed;
  EXPECT_EQ(below().transfers(), before);
}

// There is no room for the alert when the fault is found.
TEST_F(TlsWaitingTest, AnAlertIsNotLostForWantOfRoom) {
  for (const bool closes : {true, false}) {
    Ends ends = MustMeet(TlsVersion::kTls13, &below().platform());
    ASSERT_TRUE(ends.client.SetBlocking(false).ok());
    const std::string data = Pattern(16000);
    below().HoldSendingAfter(1000);
    std::size_t sent = 0;
    EXPECT_TRUE(IsWouldBlock(ends.client.WriteAll(data, &sent)));
    EXPECT_EQ(sent, data.size());
    // A whole record that was not sealed.
    ASSERT_TRUE(ends.server.socket()
                    ->SendAll(std::string("\x17\x03\x03\x00\x20", 5) +
                              std::string(32, 'x'))
                    .ok());
    ASSERT_TRUE(ends.client.SetTimeout(kLong).ok());
    const absl::Status failure = ends.client.Read(1).status();
    EXPECT_TRUE(IsTlsError(failure)) << failure;
    if (closes) {
      below().LetSend();
      ends.client.Close().IgnoreError();
    } else {
      absl::Status ended;
      std::thread ending(
          [&] { ended = ends.client.Shutdown(ShutdownHow::kWrite); });
      below().LetSend();
      ending.join();
      EXPECT_TRUE(IsTlsError(ended)) << ended;
    }
    absl::Status end;
    EXPECT_TRUE(ReadToEnd(ends.server, &end) == data);
    EXPECT_TRUE(IsTlsAlert(end)) << end;
  }
}

// Write said that the bytes were taken, so somebody has to say that they are
// lost.
TEST_F(TlsWaitingTest, CloseTellsWhatWasLostAfterWriteHadTakenIt) {
  Ends ends = MustMeet(TlsVersion::kTls13, &below().platform());
  ASSERT_TRUE(ends.client.SetTimeout(absl::InfiniteDuration()).ok());
  below().HoldSendingAfter(1000);
  absl::StatusOr<std::size_t> taken = absl::UnknownError("");
  const std::string data = Pattern(16000);
  std::thread writing([&] { taken = ends.client.Write(data); });
  below().AwaitHeld();
  below().LieAboutSent([](std::size_t) -> std::size_t { return 0; });
  below().LetSend();
  writing.join();
  ASSERT_TRUE(taken.ok()) << taken.status();
  EXPECT_EQ(*taken, data.size());
  const absl::Status closed = ends.client.Close();
  EXPECT_EQ(closed.code(), absl::StatusCode::kDataLoss) << closed;
}

TEST_F(TlsWaitingTest, CloseTellsWhatFoundNoRoom) {
  Ends ends = MustMeet(TlsVersion::kTls13, &below().platform());
  ASSERT_TRUE(ends.client.SetBlocking(false).ok());
  below().HoldSendingAfter(1000);
  EXPECT_TRUE(IsWouldBlock(ends.client.WriteAll(Pattern(16000))));
  const absl::Status closed = ends.client.Close();
  EXPECT_EQ(closed.code(), absl::StatusCode::kDataLoss) << closed;
  EXPECT_FALSE(ends.client.is_open());
  absl::Status end;
  EXPECT_EQ(ReadToEnd(ends.server, &end), "");
  EXPECT_TRUE(IsTlsTruncated(end)) << end;
}

}  // namespace
}  // namespace testing_tls
}  // namespace mortise
