// Recv, RecvFrom, Send, SendAll on a stream.

#include <cstddef>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/constants.h"
#include "mortise/core/error.h"
#include "mortise/core/message.h"
#include "mortise/core/send_file.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_file.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/process.h"
#include "mortise/tests/contract/status_matchers.h"

namespace mortise {
namespace contract {
namespace {

// More than the buffers of both ends hold together.
constexpr std::size_t kBig = 16 << 20;

// Two sockets that are connected to each other.
using Pair = std::pair<Socket, Socket>;

TEST_P(StreamContract, BytesArriveAsTheyWereSent) {
  auto [client, server] = MustConnectPair(transport());
  const std::string data("\0 \xff\n\r\0x", 7);
  EXPECT_THAT(client.Send(data), IsOkAndHolds(data.size()));
  EXPECT_THAT(server.Recv(64), IsOkAndHolds(data));
  EXPECT_THAT(server.Send(data), IsOkAndHolds(data.size()));
  char buffer[64];
  const absl::StatusOr<std::size_t> size = client.Recv(absl::MakeSpan(buffer));
  ASSERT_THAT(size, IsOkAndHolds(data.size()));
  EXPECT_EQ(absl::string_view(buffer, *size), data);
}

// On Linux, MSG_TRUNC makes TCP discard bytes and report how many they were.
TEST_P(StreamContract, BytesThatWereThrownAwayAreNothingElseInstead) {
  auto [client, server] = MustConnectPair(transport());
  ASSERT_THAT(client.SendAll("0123456789"), IsOk());
  const absl::StatusOr<std::string> got = server.Recv(5, kMsgTrunc);
  if (!got.ok()) GTEST_SKIP() << "no MSG_TRUNC: " << got.status();
  EXPECT_TRUE(*got == "01234" || *got == std::string(5, '\0')) << *got;
  const absl::StatusOr<std::string> rest = server.Recv(100, kMsgTrunc);
  ASSERT_THAT(rest, IsOk());
  EXPECT_TRUE(*rest == "56789" || *rest == std::string(5, '\0')) << *rest;
}

TEST_P(StreamContract, RecvTakesNoMoreThanItWasAskedFor) {
  auto [client, server] = MustConnectPair(transport());
  ASSERT_THAT(client.SendAll("abcdefghij"), IsOk());
  EXPECT_THAT(server.Recv(3), IsOkAndHolds("abc"));
  char buffer[8] = "-------";
  EXPECT_THAT(server.Recv(absl::MakeSpan(buffer, 2)), IsOkAndHolds(2u));
  EXPECT_STREQ(buffer, "de-----");
  const absl::StatusOr<RecvFromStringResult> from = server.RecvFrom(2);
  ASSERT_THAT(from, IsOk());
  EXPECT_EQ(from->data, "fg");
  const absl::StatusOr<RecvFromResult> into =
      server.RecvFrom(absl::MakeSpan(buffer, 2));
  ASSERT_THAT(into, IsOk());
  EXPECT_EQ(into->size, 2u);
  EXPECT_STREQ(buffer, "hi-----");
  EXPECT_THAT(server.Recv(64), IsOkAndHolds("j"));
}

TEST_P(StreamContract, RecvTakesLargeBuffersAndReturnsWhatIsThere) {
  auto [client, server] = MustConnectPair(transport());
  // Sizes just below and just above those at which an implementation may change
  // its method.
  for (const std::size_t bufsize :
       {std::size_t{1} << 14, (std::size_t{1} << 14) + 1,
        std::size_t{8} << 20}) {
    ASSERT_THAT(client.SendAll("little"), IsOk());
    EXPECT_THAT(server.Recv(bufsize), IsOkAndHolds("little"));
    ASSERT_THAT(client.SendAll("little"), IsOk());
    const absl::StatusOr<RecvFromStringResult> from = server.RecvFrom(bufsize);
    ASSERT_THAT(from, IsOk());
    EXPECT_EQ(from->data, "little");
  }
}

TEST_P(StreamContract, ABufsizeIsAtMostAGibibyte) {
  auto [client, server] = MustConnectPair(transport());
  ASSERT_THAT(client.SendAll("data"), IsOk());
  for (const std::size_t bufsize :
       {Socket::kMaxBufSize + 1, static_cast<std::size_t>(-1)}) {
    EXPECT_THAT(
        server.Recv(bufsize),
        RefusesArgument(absl::StatusCode::kOutOfRange, "recv", "bufsize"));
    EXPECT_THAT(
        server.RecvFrom(bufsize),
        RefusesArgument(absl::StatusCode::kOutOfRange, "recvfrom", "bufsize"));
  }
  EXPECT_THAT(server.Recv(16), IsOkAndHolds("data"));
}

TEST_P(StreamContract, AnEmptyBufferTakesNothing) {
  auto [client, server] = MustConnectPair(transport());
  ASSERT_THAT(client.SendAll("data"), IsOk());
  EXPECT_THAT(server.Recv(absl::Span<char>()), IsOkAndHolds(0u));
  EXPECT_THAT(server.Recv(0), IsOkAndHolds(""));
  EXPECT_THAT(server.RecvFrom(0), IsOk());
  EXPECT_THAT(server.Recv(16), IsOkAndHolds("data"));
}

TEST_P(StreamContract, PeekLeavesTheBytesThere) {
  auto [client, server] = MustConnectPair(transport());
  ASSERT_THAT(client.SendAll("look"), IsOk());
  EXPECT_THAT(server.Recv(16, kMsgPeek), IsOkAndHolds("look"));
  const absl::StatusOr<RecvFromStringResult> peeked =
      server.RecvFrom(16, kMsgPeek);
  ASSERT_THAT(peeked, IsOk());
  EXPECT_EQ(peeked->data, "look");
  EXPECT_THAT(server.Recv(16), IsOkAndHolds("look"));
}

TEST_P(StreamContract, AStreamDoesNotTellWhoSent) {
  auto [client, server] = MustConnectPair(transport());
  ASSERT_THAT(client.SendAll("anonymous"), IsOk());
  const absl::StatusOr<RecvFromStringResult> from = server.RecvFrom(16);
  ASSERT_THAT(from, IsOk());
  EXPECT_EQ(from->data, "anonymous");
  if (transport().is_ip()) {
    EXPECT_EQ(from->address, SocketAddress());
  } else {
    // Some systems report an AF_UNIX address without a name.
    EXPECT_EQ(from->address.bytes(), "");
  }
}

TEST_P(StreamContract, TheEndOfTheStreamIsEmptyAndStays) {
  auto [client, server] = MustConnectPair(transport());
  ASSERT_THAT(client.SendAll("the rest"), IsOk());
  ASSERT_THAT(client.Close(), IsOk());
  EXPECT_THAT(server.Recv(16), IsOkAndHolds("the rest"));
  char buffer[4];
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(server.Recv(16), IsOkAndHolds(""));
    EXPECT_THAT(server.Recv(absl::MakeSpan(buffer)), IsOkAndHolds(0u));
    const absl::StatusOr<RecvFromStringResult> from = server.RecvFrom(16);
    ASSERT_THAT(from, IsOk());
    EXPECT_EQ(from->data, "");
  }
}

TEST_P(StreamContract, SendTakesAsMuchAsThereIsRoomFor) {
  auto [client, server] = MustConnectPair(transport());
  ASSERT_THAT(client.SetBlocking(false), IsOk());
  const std::string data = Pattern(kBig);
  std::size_t sent = 0;
  for (;;) {
    const absl::StatusOr<std::size_t> size =
        client.Send(absl::string_view(data).substr(sent));
    if (!size.ok()) {
      EXPECT_THAT(size, Fails(absl::StatusCode::kUnavailable, IsWouldBlock));
      break;
    }
    EXPECT_GT(*size, 0u);
    sent += *size;
    ASSERT_LT(sent, kBig) << "buffers hold everything";
  }
  ASSERT_THAT(client.Close(), IsOk());
  EXPECT_TRUE(ReceiveToEnd(server) == data.substr(0, sent));
}

TEST_P(StreamContract, SendingNothingSendsNothing) {
  auto [client, server] = MustConnectPair(transport());
  EXPECT_THAT(client.Send(""), IsOkAndHolds(0u));
  EXPECT_THAT(client.SendAll(""), IsOk());
  ASSERT_THAT(server.SetBlocking(false), IsOk());
  EXPECT_THAT(server.Recv(16), Fails(IsWouldBlock));
}

TEST_P(StreamContract, SendAllSendsAllToASlowReader) {
  const std::string data = Pattern(kBig);
  for (const absl::Duration mode : {absl::InfiniteDuration(), kLong}) {
    auto [client, server] = MustConnectPair(transport());
    ASSERT_THAT(client.SetTimeout(mode), IsOk());
    Background<absl::Status> sending([&client = client, &data] {
      absl::Status status = client.SendAll(data);
      if (status.ok()) status = client.Shutdown(ShutdownHow::kWrite);
      return status;
    });
    // The sender has to wait, because nothing has been read yet.
    sending.AwaitAsleep();
    EXPECT_FALSE(sending.ended());
    std::string received;
    while (received.size() < data.size()) {
      const absl::StatusOr<std::string> more = server.Recv(5000);
      ASSERT_THAT(more, IsOk());
      ASSERT_NE(*more, "");
      received += *more;
    }
    EXPECT_THAT(sending.Result(), IsOk());
    EXPECT_THAT(server.Recv(1), IsOkAndHolds(""));
    EXPECT_TRUE(received == data);
  }
}

TEST_P(StreamContract, ANonBlockingSendAllFailsWhereItWouldWait) {
  auto [client, server] = MustConnectPair(transport());
  ASSERT_THAT(client.SetBlocking(false), IsOk());
  const std::string data = Pattern(kBig);
  EXPECT_THAT(client.SendAll(data), Fails(IsWouldBlock));
  ASSERT_THAT(client.Close(), IsOk());
  // The bytes that were sent until then are not lost, and not sent twice.
  const std::string received = ReceiveToEnd(server);
  EXPECT_NE(received, "");
  EXPECT_TRUE(received == data.substr(0, received.size()));
}

TEST_P(StreamContract, SendAllHasOneTimeoutForTheWhole) {
  auto [client, server] = MustConnectPair(transport());
  constexpr absl::Duration kTimeout = absl::Milliseconds(400);
  ASSERT_THAT(client.SetTimeout(kTimeout), IsOk());
  const std::string data = Pattern(kBig);
  // Reads a little again and again, so that no single wait is long, but far too
  // slowly for all of the data to be received in time.
  absl::Notification enough;
  Background<bool> reading([&server = server, &enough] {
    while (!enough.WaitForNotificationWithTimeout(absl::Milliseconds(5))) {
      if (!server.Recv(16 * 1024).ok()) return false;
    }
    return true;
  });
  const absl::Duration begin = Now();
  const absl::Status status = client.SendAll(data);
  const absl::Duration took = Now() - begin;
  enough.Notify();
  EXPECT_THAT(status, Fails(absl::StatusCode::kDeadlineExceeded, IsTimeout));
  EXPECT_GE(took, kTimeout);
  EXPECT_TRUE(reading.Result());
}

TEST_P(StreamContract, WaitallWaitsForAllOfIt) {
  MORTISE_SKIP_UNDER_WINE("MSG_WAITALL does not wait");
  auto [client, server] = MustConnectPair(transport());
  Background<absl::StatusOr<std::string>> receiving(
      [&server = server] { return server.Recv(8, kMsgWaitall); });
  ASSERT_THAT(client.SendAll("half"), IsOk());
  receiving.AwaitAsleep();
  ASSERT_THAT(client.SendAll("half"), IsOk());
  EXPECT_THAT(receiving.Result(), IsOkAndHolds("halfhalf"));
}

TEST_P(StreamContract, SendingToAPeerThatHasGoneFailsWithoutASignal) {
  std::unique_ptr<BrokenPipeWatch> watch = BrokenPipeWatch::Begin();
  // The sender is made in each of the possible ways: connected, accepted,
  // copied, or one of a pair.
  for (int how = 0; how < 4; ++how) {
    SCOPED_TRACE(how);
    auto [client, server] = MustConnectPair(transport());
    Socket sender;
    if (how == 0) sender = std::move(client);
    if (how == 1) sender = std::move(server);
    if (how == 2) {
      absl::StatusOr<Socket> copy =
          Socket::FromFd(client.native_handle(), transport().family,
                         transport().type, 0, &platform());
      ASSERT_THAT(copy, IsOk());
      sender = *std::move(copy);
    }
    if (how == 3) {
      absl::StatusOr<Pair> pair =
          SocketPair(transport().family, transport().type, 0, &platform());
      if (!pair.ok()) continue;
      sender = std::move(pair->first);
    }
    // Closes the peer.
    client = Socket();
    server = Socket();
    absl::Status status;
    while (status.ok()) status = sender.Send("x").status();
    EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
    EXPECT_TRUE(IsBrokenPipe(status) || IsConnectionReset(status)) << status;
    status = sender.SendAll("x");
    EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
    EXPECT_TRUE(IsBrokenPipe(status) || IsConnectionReset(status)) << status;
    EXPECT_FALSE(sender.SendTo("x", FreeAddress(transport()).WithPort(9)).ok());
  }
  if (watch != nullptr) {
    EXPECT_EQ(watch->signals(), 0);
  }
}

TEST_P(StreamContract, SendingAfterOnesOwnEndFailsWithoutASignal) {
  std::unique_ptr<BrokenPipeWatch> watch = BrokenPipeWatch::Begin();
  auto [client, server] = MustConnectPair(transport());
  ASSERT_THAT(client.Shutdown(ShutdownHow::kWrite), IsOk());
  EXPECT_THAT(client.Send("x"),
              Fails(absl::StatusCode::kUnavailable, IsBrokenPipe));
  EXPECT_THAT(client.SendAll("x"),
              Fails(absl::StatusCode::kUnavailable, IsBrokenPipe));
  // The error names the peer if the system still knows the peer and the peer
  // has a name.
  const absl::StatusOr<SocketAddress> peer = client.GetPeerName();
  const bool is_named = peer.ok() && !peer->bytes().empty();
  EXPECT_EQ(ErrorOf(client.Send("x").status())->address,
            is_named ? peer->ToString() : "");
  if (watch != nullptr) {
    EXPECT_EQ(watch->signals(), 0);
  }
}

TEST_P(StreamContract, AResetIsTold) {
  MORTISE_SKIP_UNDER_WINE(
      "a reset before the receive is the end of the stream");
  auto [client, server] = MustConnectPair(transport());
  // Closing a socket with unread data resets the connection.
  ASSERT_THAT(client.SendAll("unread"), IsOk());
  ASSERT_THAT(server.Recv(1), IsOkAndHolds("u"));
  ASSERT_THAT(server.Close(), IsOk());
  EXPECT_THAT(client.Recv(16),
              Fails(absl::StatusCode::kUnavailable, IsConnectionReset));
}

TEST_P(StreamContract, AnUnconnectedStreamReceivesNothing) {
  Socket socket = MustCreate(transport());
  const absl::Status status = socket.Recv(16).status();
  // For AF_UNIX, Linux returns EINVAL.
  if (transport().is_ip()) {
    EXPECT_THAT(status,
                Fails(absl::StatusCode::kFailedPrecondition, IsNotConnected));
  } else {
    EXPECT_FALSE(status.ok());
    EXPECT_FALSE(IsWouldBlock(status)) << status;
  }
}

TEST_P(StreamContract, AnUnconnectedStreamSendsNothingWithoutASignal) {
  MORTISE_SKIP_UNDER_WINE("an unconnected stream was reset by its peer");
  std::unique_ptr<BrokenPipeWatch> watch = BrokenPipeWatch::Begin();
  Socket socket = MustCreate(transport());
  absl::StatusOr<SocketFile> file = MakeFile(socket, "wb");
  ASSERT_THAT(file, IsOk());
  ASSERT_THAT(file->Write("x"), IsOk());
  std::FILE* const contents = std::tmpfile();
  ASSERT_NE(contents, nullptr);
  std::fputs("x", contents);
  std::fflush(contents);
  for (const absl::Status& status :
       {socket.Send("x").status(), socket.SendAll("x"),
        SendMsg(socket, {absl::string_view("x")}).status(), file->Flush(),
        SendFile(socket, contents).status()}) {
    ASSERT_FALSE(status.ok());
    // Linux returns EPIPE for a TCP socket that was never connected.
    EXPECT_TRUE(IsNotConnected(status) || IsBrokenPipe(status)) << status;
    EXPECT_EQ(status.code(), IsNotConnected(status)
                                 ? absl::StatusCode::kFailedPrecondition
                                 : absl::StatusCode::kUnavailable);
  }
  std::fclose(contents);
  if (watch != nullptr) {
    EXPECT_EQ(watch->signals(), 0);
  }
}

}  // namespace
}  // namespace contract
}  // namespace mortise
