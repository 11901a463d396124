// Cancellation: what holds for all calls together. cancel_contract.cc has what
// holds for each of them.

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/cancellation.h"
#include "mortise/core/create_connection.h"
#include "mortise/core/create_server.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_file.h"
#include "mortise/core/socket_types.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/status_matchers.h"
#include "mortise/tests/contract/test_thread.h"

namespace mortise {
namespace contract {
namespace {

absl::Status Receive(Socket& socket) { return socket.Recv(1).status(); }

// A cancelled receive has taken nothing, whenever it is cancelled: of the bytes
// that are sent meanwhile each arrives once, in order.
TEST_P(CancellationContract, EachByteArrivesOnceWhateverIsCancelled) {
  constexpr int kRounds = 10000;
  auto [client, server] = MustConnectPair(TcpIpv4());
  std::string received;
  int cancelled = 0;
  for (int i = 0; i < kRounds; ++i) {
    const Cancellation token;
    ASSERT_THAT(client.SetCancellation(token), IsOk());
    const char sent = static_cast<char>('a' + i % 26);
    TestThread other([&server = server, &token, sent, i] {
      if (i % 2 == 0) token.Cancel();
      EXPECT_THAT(server.Send(absl::string_view(&sent, 1)), IsOkAndHolds(1u));
      if (i % 2 != 0) token.Cancel();
    });
    absl::StatusOr<std::string> got = client.Recv(1);
    if (!got.ok()) {
      ASSERT_THAT(got.status(), Fails(IsCancelled));
      ++cancelled;
      other.join();
      // The byte is there, so that this needs no wait.
      got = client.Recv(1);
      while (!got.ok() && mortise::IsCancelled(got.status()))
        got = client.Recv(1);
    } else {
      other.join();
    }
    ASSERT_THAT(got, IsOk());
    ASSERT_EQ(*got, std::string(1, sent)) << "in round " << i;
  }
  RecordProperty("cancelled", cancelled);
}

TEST_P(CancellationContract, DataThatIsThereComesFirst) {
  auto [client, server] = MustConnectPair(TcpIpv4());
  const Cancellation token;
  ASSERT_THAT(client.SetCancellation(token), IsOk());
  token.Cancel();
  ASSERT_THAT(server.SendAll("ab"), IsOk());
  absl::StatusOr<std::string> got = client.Recv(1);
  while (!got.ok() && mortise::IsCancelled(got.status())) got = client.Recv(1);
  EXPECT_THAT(got, IsOkAndHolds("a"));
  EXPECT_THAT(client.Recv(1), IsOkAndHolds("b"));
  EXPECT_THAT(Receive(client), Fails(IsCancelled));
}

TEST_P(CancellationContract, OneTokenEndsAThousandThreads) {
  // The stacks of so many do not fit into 32 bits of addresses.
  constexpr int kThreads = sizeof(void*) >= 8 ? 1000 : 200;
  auto [client, server] = MustConnectPair(TcpIpv4());
  const Cancellation token;
  ASSERT_THAT(client.SetCancellation(token), IsOk());
  std::atomic<int> begun{0};
  std::atomic<int> ended{0};
  std::vector<TestThread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&client = client, &begun, &ended] {
      ++begun;
      if (mortise::IsCancelled(Receive(client))) ++ended;
    });
  }
  AwaitThat([&begun] { return begun == kThreads; });
  EXPECT_EQ(ended, 0);
  token.Cancel();
  for (TestThread& thread : threads) thread.join();
  EXPECT_EQ(ended, kThreads);
}

// Several threads accept from one listener. A connection wakes all of them, and
// those that get none must not get stuck inside of the system.
TEST_P(CancellationContract, EveryThreadThatAcceptsEnds) {
  constexpr int kThreads = 8;
  constexpr int kRounds = 20;
  for (int round = 0; round < kRounds; ++round) {
    Socket listener = MustListen(TcpIpv4());
    const Cancellation token;
    ASSERT_THAT(listener.SetCancellation(token), IsOk());
    std::atomic<int> accepted{0};
    std::vector<TestThread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&listener, &accepted] {
        absl::StatusOr<AcceptResult> client = listener.Accept();
        while (client.ok()) {
          EXPECT_FALSE(client->socket.GetCancellation().has_value());
          ++accepted;
          client = listener.Accept();
        }
        EXPECT_THAT(client.status(), Fails(IsCancelled));
      });
    }
    std::vector<Socket> clients;
    for (int i = 0; i < 3; ++i) {
      clients.push_back(MustCreate(kAfInet, kSockStream));
      EXPECT_THAT(clients.back().Connect(MustGetSockName(listener)), IsOk());
    }
    AwaitThat([&accepted] { return accepted == 3; });
    token.Cancel();
    for (TestThread& thread : threads) thread.join();
  }
}

TEST_P(CancellationContract, SendAllTellsHowMuchASlowReaderGets) {
  // More than the buffers of both ends hold.
  const std::string data = Pattern(32 << 20);
  auto [client, server] = MustConnectPair(TcpIpv4());
  const Cancellation token;
  ASSERT_THAT(client.SetCancellation(token), IsOk());
  std::size_t sent = 0;
  Background<absl::Status> sending([&client = client, &data, &sent] {
    return client.SendAll(data, 0, &sent);
  });
  std::string received;
  for (int i = 0; i < 20; ++i) {
    const absl::StatusOr<std::string> piece = server.Recv(10000);
    ASSERT_THAT(piece, IsOk());
    received += *piece;
  }
  token.Cancel();
  EXPECT_THAT(sending.Result(), Fails(IsCancelled));
  EXPECT_GE(sent, received.size());
  ASSERT_LT(sent, data.size());
  // The rest goes on exactly where it ended.
  ASSERT_THAT(client.SetCancellation(std::nullopt), IsOk());
  Background<absl::Status> rest([&client = client, &data, sent] {
    absl::Status status = client.SendAll(absl::string_view(data).substr(sent));
    if (status.ok()) status = client.Shutdown(ShutdownHow::kWrite);
    return status;
  });
  received += ReceiveToEnd(server);
  EXPECT_THAT(rest.Result(), IsOk());
  EXPECT_TRUE(received == data);
}

TEST_P(CancellationContract, AfterIsADeadlineForSeveralCalls) {
  auto [client, server] = MustConnectPair(TcpIpv4());
  const absl::Duration begin = Now();
  const absl::Duration limit = absl::Milliseconds(100);
  const Cancellation token = Cancellation::After(limit, &platform());
  ASSERT_THAT(client.SetCancellation(token), IsOk());
  absl::Status status;
  int calls = 0;
  while (status.ok()) {
    ASSERT_THAT(server.Send("x"), IsOkAndHolds(1u));
    status = Receive(client);
    // The first ones succeed, and the last one waits.
    if (++calls == 3) status = Receive(client);
  }
  EXPECT_THAT(status, Fails(absl::StatusCode::kDeadlineExceeded, IsTimeout));
  EXPECT_GE(Now() - begin, limit);
  EXPECT_TRUE(token.IsCancelled());
  // What came too late for the last call is still there.
  while (Receive(client).ok()) {
  }
  EXPECT_THAT(Receive(client), Fails(IsTimeout));
  // Cancel says more than the deadline.
  token.Cancel();
  EXPECT_THAT(Receive(client), Fails(IsCancelled));
}

TEST_P(CancellationContract, ADeadlineInThePastHasPassed) {
  for (const absl::Duration past :
       {absl::ZeroDuration(), -absl::Seconds(1), -absl::InfiniteDuration()}) {
    EXPECT_TRUE(Cancellation::After(past, &platform()).IsCancelled());
  }
  EXPECT_FALSE(Cancellation::After(kLong, &platform()).IsCancelled());
  EXPECT_FALSE(
      Cancellation::After(absl::InfiniteDuration(), &platform()).IsCancelled());
}

TEST_P(CancellationContract, CopiesAreOneToken) {
  const Cancellation token;
  Cancellation other;
  EXPECT_FALSE(token.IsCancelled());
  other = token;
  const Cancellation third(std::move(other));
  third.Cancel();
  EXPECT_TRUE(token.IsCancelled());
  EXPECT_TRUE(other.IsCancelled());  // NOLINT: moving is copying
}

TEST_P(CancellationContract, DupAndMakeFileCopyIt) {
  auto [client, server] = MustConnectPair(TcpIpv4());
  const Cancellation token;
  ASSERT_THAT(client.SetCancellation(token), IsOk());
  absl::StatusOr<Socket> copy = client.Dup();
  ASSERT_THAT(copy, IsOk());
  ASSERT_TRUE(copy->GetCancellation().has_value());
  absl::StatusOr<SocketFile> file = MakeFile(client, "rb");
  ASSERT_THAT(file, IsOk());
  // Each has its own from then on.
  ASSERT_THAT(client.SetCancellation(std::nullopt), IsOk());
  EXPECT_FALSE(client.GetCancellation().has_value());
  token.Cancel();
  EXPECT_THAT(Receive(*copy), Fails(IsCancelled));
  ASSERT_THAT(server.SendAll("half a "), IsOk());
  absl::StatusOr<std::string> line = file->ReadLine();
  EXPECT_THAT(line.status(), Fails(IsCancelled));
  // A file keeps what a cancelled call has read.
  ASSERT_THAT(file->SetCancellation(std::nullopt), IsOk());
  ASSERT_THAT(server.SendAll("line\n"), IsOk());
  EXPECT_THAT(file->ReadLine(), IsOkAndHolds("half a line\n"));
}

TEST_P(CancellationContract, AMoveKeepsItAndACloseLetsItGo) {
  auto [client, server] = MustConnectPair(TcpIpv4());
  const Cancellation token;
  ASSERT_THAT(client.SetCancellation(token), IsOk());
  Socket moved = std::move(client);
  ASSERT_TRUE(moved.GetCancellation().has_value());
  token.Cancel();
  EXPECT_THAT(Receive(moved), Fails(IsCancelled));
  ASSERT_THAT(moved.Close(), IsOk());
  EXPECT_FALSE(moved.GetCancellation().has_value());
  EXPECT_THAT(moved.SetCancellation(token), Fails(IsClosed));
}

// The socket keeps a copy, and the token does not need the socket.
TEST_P(CancellationContract, EitherMayGoFirst) {
  auto [client, server] = MustConnectPair(TcpIpv4());
  {
    const Cancellation token;
    ASSERT_THAT(client.SetCancellation(token), IsOk());
    token.Cancel();
  }
  EXPECT_THAT(Receive(client), Fails(IsCancelled));
  const Cancellation token = *client.GetCancellation();
  client = Socket();
  token.Cancel();
  EXPECT_TRUE(token.IsCancelled());
}

TEST_P(CancellationContract, ABlockingSocketStaysOneWhenItIsTakenAway) {
  auto [client, server] = MustConnectPair(TcpIpv4());
  const Cancellation token;
  ASSERT_THAT(client.SetCancellation(token), IsOk());
  EXPECT_EQ(client.GetTimeout(), absl::InfiniteDuration());
  EXPECT_EQ(client.wait_flags(), platform().facts().wait_flags.do_not_wait);
  token.Cancel();
  ASSERT_THAT(client.SetCancellation(std::nullopt), IsOk());
  EXPECT_EQ(client.wait_flags(), 0);
  Background<absl::Status> receiving(
      [&client = client] { return Receive(client); });
  receiving.AwaitAsleep();
  EXPECT_FALSE(receiving.ended());
  ASSERT_THAT(server.SendAll("x"), IsOk());
  EXPECT_THAT(receiving.Result(), IsOk());
}

TEST_P(CancellationContract, ATimeoutIsStillATimeout) {
  auto [client, server] = MustConnectPair(TcpIpv4());
  ASSERT_THAT(client.SetCancellation(Cancellation()), IsOk());
  ASSERT_THAT(client.SetTimeout(absl::Milliseconds(20)), IsOk());
  EXPECT_THAT(Receive(client), Fails(IsTimeout));
}

// As on a socket with a timeout, the flag has no effect.
TEST_P(CancellationContract, DontWaitWaits) {
  const int flag = platform().facts().wait_flags.do_not_wait;
  if (flag == 0) GTEST_SKIP() << "no flag against waiting";
  auto [client, server] = MustConnectPair(TcpIpv4());
  ASSERT_THAT(client.SetCancellation(
                  Cancellation::After(absl::Milliseconds(1), &platform())),
              IsOk());
  EXPECT_THAT(client.Recv(1, flag).status(), Fails(IsTimeout));
}

TEST_P(CancellationContract, CreateConnectionIsCancelled) {
  Socket listener = MustListen(TcpIpv4(), 1);
  std::vector<Socket> clients;
  const absl::Status full =
      FillBacklog(*this, MustGetSockName(listener), &clients);
  if (!full.ok()) GTEST_SKIP() << "a full backlog refuses: " << full;
  const HostPort address = {"127.0.0.1", MustGetSockName(listener).port()};
  for (const bool before : {true, false}) {
    const Cancellation token;
    std::vector<absl::Status> errors;
    CreateConnectionOptions options;
    options.platform = &platform();
    options.timeout = absl::InfiniteDuration();
    options.cancellation = token;
    options.all_errors = &errors;
    if (before) token.Cancel();
    Background<absl::Status> connecting(
        [&] { return CreateConnection(address, options).status(); });
    if (!before) connecting.AwaitAsleep();
    token.Cancel();
    EXPECT_THAT(connecting.Result(),
                Fails(absl::StatusCode::kCancelled, IsCancelled));
    EXPECT_EQ(errors.size(), 1u);
  }
}

TEST_P(CancellationContract, CreatorsGiveItToTheSocket) {
  const Cancellation token;
  CreateServerOptions server_options;
  server_options.platform = &platform();
  server_options.cancellation = token;
  absl::StatusOr<Socket> listener =
      CreateServer({"127.0.0.1", 0}, server_options);
  ASSERT_THAT(listener, IsOk());
  ASSERT_TRUE(listener->GetCancellation().has_value());
  CreateConnectionOptions options;
  options.platform = &platform();
  options.cancellation = token;
  absl::StatusOr<Socket> client = CreateConnection(
      HostPort{"127.0.0.1", MustGetSockName(*listener).port()}, options);
  ASSERT_THAT(client, IsOk());
  ASSERT_TRUE(client->GetCancellation().has_value());
  const absl::StatusOr<AcceptResult> server = listener->Accept();
  ASSERT_THAT(server, IsOk());
  token.Cancel();
  EXPECT_THAT(listener->Accept().status(), Fails(IsCancelled));
  EXPECT_THAT(Receive(*client), Fails(IsCancelled));
}

}  // namespace
}  // namespace contract
}  // namespace mortise
