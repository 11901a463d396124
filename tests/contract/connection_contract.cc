// Listen, Accept, Connect, ConnectEx.

#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/process.h"
#include "mortise/tests/contract/status_matchers.h"
#include "mortise/tests/contract/waiting_call.h"

namespace mortise {
namespace contract {
namespace {

constexpr absl::Duration kModes[] = {absl::InfiniteDuration(), kLong};

// Waits until a non-blocking attempt to connect `socket` has ended, and returns
// its result.
absl::Status EndOfAttempt(Socket& socket) {
  const SysResult<bool> ended = socket.platform()->readiness().Wait(
      socket.native_handle(), WaitEvents::kConnected, kLong);
  EXPECT_TRUE(ended.ok() && ended.value);
  return socket.TakeError();
}

TEST_P(ConnectionContract, ConnectAndAcceptMakeAConnection) {
  for (const absl::Duration mode : kModes) {
    Socket listener = MustListen(transport());
    Socket client = MustCreate(transport());
    ASSERT_THAT(listener.SetTimeout(mode), IsOk());
    ASSERT_THAT(client.SetTimeout(mode), IsOk());
    ASSERT_THAT(client.Connect(MustGetSockName(listener)), IsOk());
    absl::StatusOr<AcceptResult> accepted = listener.Accept();
    ASSERT_THAT(accepted, IsOk());
    ASSERT_THAT(client.SendAll("ping"), IsOk());
    EXPECT_THAT(accepted->socket.Recv(16), IsOkAndHolds("ping"));
    ASSERT_THAT(accepted->socket.SendAll("pong"), IsOk());
    EXPECT_THAT(client.Recv(16), IsOkAndHolds("pong"));
  }
}

TEST_P(ConnectionContract, AcceptSaysWhoConnected) {
  Socket listener = MustListen(transport());
  Socket client = MustBind(transport());
  ASSERT_THAT(client.Connect(MustGetSockName(listener)), IsOk());
  const absl::StatusOr<AcceptResult> accepted = listener.Accept();
  ASSERT_THAT(accepted, IsOk());
  EXPECT_EQ(accepted->address, MustGetSockName(client));
  EXPECT_THAT(accepted->socket.GetPeerName(), IsOkAndHolds(accepted->address));
}

TEST_P(ConnectionContract, AnAcceptedSocketIsBlockingWhateverTheListenerIs) {
  for (const absl::Duration mode :
       {absl::InfiniteDuration(), kLong, absl::ZeroDuration()}) {
    Socket listener = MustListen(transport());
    Socket client = MustCreate(transport());
    ASSERT_THAT(client.Connect(MustGetSockName(listener)), IsOk());
    // Wait until the connection is there, as a non-blocking listener does not
    // wait for it.
    platform().readiness().Wait(listener.native_handle(), WaitEvents::kReadable,
                                kLong);
    ASSERT_THAT(listener.SetTimeout(mode), IsOk());
    absl::StatusOr<AcceptResult> accepted = listener.Accept();
    ASSERT_THAT(accepted, IsOk());
    Socket& server = accepted->socket;
    EXPECT_EQ(server.GetTimeout(), absl::InfiniteDuration());
    EXPECT_EQ(server.family(), transport().family);
    EXPECT_EQ(server.type(), transport().type);
    EXPECT_EQ(server.platform(), &platform());

    Background<absl::StatusOr<std::string>> receiving(
        [&server] { return server.Recv(16); });
    receiving.AwaitAsleep();
    ASSERT_THAT(client.SendAll("awaited"), IsOk());
    EXPECT_THAT(receiving.Result(), IsOkAndHolds("awaited"));
  }
}

TEST_P(ConnectionContract, ConnectionsWaitInTheirOrder) {
  Socket listener = MustListen(transport(), 8);
  std::vector<Socket> clients;
  for (int i = 0; i < 5; ++i) {
    clients.push_back(MustCreate(transport()));
    ASSERT_THAT(clients.back().Connect(MustGetSockName(listener)), IsOk());
    ASSERT_THAT(clients.back().SendAll(absl::StrCat("client ", i)), IsOk());
  }
  for (int i = 0; i < 5; ++i) {
    absl::StatusOr<AcceptResult> accepted = listener.Accept();
    ASSERT_THAT(accepted, IsOk());
    EXPECT_THAT(accepted->socket.Recv(16),
                IsOkAndHolds(absl::StrCat("client ", i)));
  }
}

TEST_P(ConnectionContract, AListenerServesManyClientsInTurn) {
  Socket listener = MustListen(transport(), 4);
  constexpr int kClients = 100;
  Background<int> server([&listener] {
    int served = 0;
    for (; served < kClients; ++served) {
      absl::StatusOr<AcceptResult> accepted = listener.Accept();
      if (!accepted.ok()) break;
      const absl::StatusOr<std::string> question = accepted->socket.Recv(64);
      if (!question.ok()) break;
      if (!accepted->socket.SendAll(absl::StrCat(*question, "!")).ok()) break;
    }
    return served;
  });
  for (int i = 0; i < kClients; ++i) {
    Socket client = MustCreate(transport());
    ASSERT_THAT(client.Connect(MustGetSockName(listener)), IsOk());
    ASSERT_THAT(client.SendAll(absl::StrCat("hello ", i)), IsOk());
    EXPECT_EQ(ReceiveToEnd(client), absl::StrCat("hello ", i, "!"));
  }
  EXPECT_EQ(server.Result(), kClients);
}

TEST_P(ConnectionContract, ABacklogIsNotNegative) {
  Socket listener = MustBind(transport());
  for (const int backlog : {-1, -2147483647 - 1}) {
    EXPECT_THAT(
        listener.Listen(backlog),
        RefusesArgument(absl::StatusCode::kOutOfRange, "listen", "backlog"));
  }
  // The listener does not listen: the platform refuses to accept.
  EXPECT_THAT(listener.Accept(), Fails(absl::StatusCode::kInvalidArgument,
                                       [](const absl::Status& status) {
                                         return !IsUsageError(status);
                                       }));
  EXPECT_THAT(listener.Listen(1), IsOk());
}

TEST_P(ConnectionContract, ABacklogIsLoweredToWhatTheSystemTakes) {
  for (const int backlog : {0, 1, 2147483647}) {
    Socket listener = MustListen(transport(), backlog);
    auto [client, server] = MustConnectTo(listener);
    ASSERT_THAT(client.SendAll("x"), IsOk());
    EXPECT_THAT(server.Recv(1), IsOkAndHolds("x"));
  }
}

TEST_P(ConnectionContract, OnlyAListenerAccepts) {
  Socket socket = MustBind(transport());
  const absl::Status status = socket.Accept().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  EXPECT_EQ(ErrorOf(status)->code, ErrorCode::kEinval);
  EXPECT_EQ(ErrorOf(status)->operation, "accept");
}

TEST_P(ConnectionContract, WhereNobodyListensTheConnectionIsRefused) {
  // It is bound, so that no other program can listen on its address.
  const Socket silent = MustBind(transport());
  const SocketAddress address = MustGetSockName(silent);
  for (const absl::Duration mode : kModes) {
    Socket client = MustCreate(transport());
    ASSERT_THAT(client.SetTimeout(mode), IsOk());
    const absl::Status status = client.Connect(address);
    ASSERT_THAT(status,
                Fails(absl::StatusCode::kUnavailable, IsConnectionRefused));
    const std::optional<Error> error = ErrorOf(status);
    ASSERT_TRUE(error.has_value());
    EXPECT_EQ(error->domain, ErrorDomain::kOs);
    EXPECT_EQ(error->native_code, Native(ErrorCode::kEconnrefused));
    EXPECT_EQ(error->code, ErrorCode::kEconnrefused);
    EXPECT_EQ(error->operation, "connect");
    EXPECT_EQ(error->address, address.ToString());
  }
}

TEST_P(ConnectionContract, ConnectExTellsTheSystemsNumber) {
  Socket listener = MustListen(transport());
  const Socket silent = MustBind(transport());
  for (const absl::Duration mode : kModes) {
    Socket client = MustCreate(transport());
    ASSERT_THAT(client.SetTimeout(mode), IsOk());
    EXPECT_THAT(client.ConnectEx(MustGetSockName(listener)), IsOkAndHolds(0));

    Socket refused = MustCreate(transport());
    ASSERT_THAT(refused.SetTimeout(mode), IsOk());
    EXPECT_THAT(refused.ConnectEx(MustGetSockName(silent)),
                IsOkAndHolds(Native(ErrorCode::kEconnrefused)));
  }
}

TEST_P(ConnectionContract, ATimeoutOfConnectExIsWouldBlocksNumber) {
  Socket listener = MustListen(transport(), 1);
  const SocketAddress address = MustGetSockName(listener);
  std::vector<Socket> clients;
  const absl::Status full = FillBacklog(*this, address, &clients);
  if (!full.ok()) GTEST_SKIP() << "a full backlog refuses: " << full;
  for (;;) {
    Socket client = MustCreate(transport());
    ASSERT_THAT(client.SetTimeout(absl::Milliseconds(100)), IsOk());
    const absl::Duration begin = Now();
    const absl::StatusOr<int> number = client.ConnectEx(address);
    const absl::Duration took = Now() - begin;
    ASSERT_THAT(number, IsOk());
    if (*number == 0) {  // There was still room.
      clients.push_back(std::move(client));
      continue;
    }
    EXPECT_EQ(*number, Native(ErrorCode::kEagain));
    EXPECT_GE(took, absl::Milliseconds(100));
    return;
  }
}

TEST_P(ConnectionContract, ANonBlockingConnectGoesOn) {
  Socket listener = MustListen(transport());
  Socket client = MustCreate(transport());
  ASSERT_THAT(client.SetBlocking(false), IsOk());
  const absl::Status status = client.Connect(MustGetSockName(listener));
  if (!status.ok()) {
    ASSERT_THAT(status, Fails(absl::StatusCode::kUnavailable, IsInProgress));
    EXPECT_TRUE(IsWouldBlock(status));
  }
  EXPECT_THAT(EndOfAttempt(client), IsOk());
  absl::StatusOr<AcceptResult> accepted = listener.Accept();
  ASSERT_THAT(accepted, IsOk());
  EXPECT_THAT(client.Send("x"), IsOkAndHolds(1u));
  EXPECT_THAT(accepted->socket.Recv(1), IsOkAndHolds("x"));
}

TEST_P(ConnectionContract, ANonBlockingConnectExGoesOn) {
  Socket listener = MustListen(transport());
  Socket client = MustCreate(transport());
  ASSERT_THAT(client.SetBlocking(false), IsOk());
  const absl::StatusOr<int> number =
      client.ConnectEx(MustGetSockName(listener));
  ASSERT_THAT(number, IsOk());
  EXPECT_TRUE(*number == 0 || *number == Native(ErrorCode::kEinprogress))
      << *number;
  EXPECT_THAT(EndOfAttempt(client), IsOk());
  EXPECT_THAT(client.Send("x"), IsOkAndHolds(1u));
}

TEST_P(ConnectionContract, ANonBlockingConnectThatFailsSaysSoWhenItEnds) {
  const Socket silent = MustBind(transport());
  Socket client = MustCreate(transport());
  ASSERT_THAT(client.SetBlocking(false), IsOk());
  const absl::StatusOr<int> number = client.ConnectEx(MustGetSockName(silent));
  ASSERT_THAT(number, IsOk());
  if (*number == Native(ErrorCode::kEconnrefused)) return;
  ASSERT_EQ(*number, Native(ErrorCode::kEinprogress));
  const absl::Status ended = EndOfAttempt(client);
  EXPECT_THAT(ended,
              Fails(absl::StatusCode::kUnavailable, IsConnectionRefused));
  EXPECT_EQ(ErrorOf(ended)->native_code, Native(ErrorCode::kEconnrefused));
}

TEST_P(ConnectionContract, AnErrorThatWasTakenIsNotReportedAgain) {
  MORTISE_SKIP_UNDER_WINE("SO_ERROR goes on reporting a connect that failed");
  const Socket silent = MustBind(transport());
  Socket client = MustCreate(transport());
  ASSERT_THAT(client.SetBlocking(false), IsOk());
  const absl::StatusOr<int> number = client.ConnectEx(MustGetSockName(silent));
  ASSERT_THAT(number, IsOk());
  if (*number != Native(ErrorCode::kEinprogress)) {
    GTEST_SKIP() << "connect itself reports the error";
  }
  ASSERT_FALSE(EndOfAttempt(client).ok());
  EXPECT_THAT(client.TakeError(), IsOk());
}

TEST_P(ConnectionContract, AConnectionHasNoPeerThatCanBeTakenBack) {
  auto [client, server] = MustConnectPair(transport());
  EXPECT_THAT(client.Disconnect(),
              RefusesArgument(absl::StatusCode::kInvalidArgument, "disconnect",
                              "socket"));
  ASSERT_THAT(client.SendAll("as before"), IsOk());
  EXPECT_THAT(server.Recv(16), IsOkAndHolds("as before"));
}

TEST_P(ConnectionContract, AConnectedSocketDoesNotConnectAgain) {
  auto [client, server] = MustConnectPair(transport());
  Socket listener = MustListen(transport());
  EXPECT_THAT(client.Connect(MustGetSockName(listener)),
              FailsWithCode(ErrorCode::kEisconn));
  EXPECT_THAT(client.ConnectEx(MustGetSockName(listener)),
              IsOkAndHolds(Native(ErrorCode::kEisconn)));
  ASSERT_THAT(client.SendAll("as before"), IsOk());
  EXPECT_THAT(server.Recv(16), IsOkAndHolds("as before"));
}

TEST_P(ConnectionContract, WithoutDescriptorsAcceptFailsAndTheConnectionWaits) {
  if (!contract().handles_are_descriptors) {
    GTEST_SKIP() << "the platform's handles are not descriptors";
  }
  Socket listener = MustListen(transport());
  Socket client = MustCreate(transport());
  ASSERT_THAT(client.Connect(MustGetSockName(listener)), IsOk());
  std::unique_ptr<DescriptorFamine> famine = DescriptorFamine::Begin();
  if (famine == nullptr) GTEST_SKIP() << "descriptors cannot be limited here";
  const absl::Status status = listener.Accept().status();
  famine.reset();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
  EXPECT_THAT(listener.Accept(), IsOk());
}

TEST_P(ConnectionContract, AcceptOutlivesAConnectionThatWasResetInTheQueue) {
  Socket listener = MustListen(transport());
  {
    Socket gone = MustCreate(transport());
    ASSERT_THAT(gone.Connect(MustGetSockName(listener)), IsOk());
    // With SO_LINGER on and a time of 0, closing resets the connection.
    const absl::StatusOr<std::string> lingering =
        gone.GetSockOpt(kSolSocket, kSoLinger, Socket::kMaxOptionSize);
    ASSERT_THAT(lingering, IsOk());
    std::string on(lingering->size(), '\0');
    const int one = 1;
    std::memcpy(&on[0], &one, on.size() / 2);
    ASSERT_THAT(gone.SetSockOpt(kSolSocket, kSoLinger, on), IsOk());
  }
  Socket client = MustCreate(transport());
  ASSERT_THAT(client.Connect(MustGetSockName(listener)), IsOk());
  ASSERT_THAT(client.SendAll("alive"), IsOk());
  // Some systems return the dead connection from Accept, others skip it.
  for (int i = 0; i < 2; ++i) {
    absl::StatusOr<AcceptResult> accepted = listener.Accept();
    ASSERT_THAT(accepted, IsOk());
    const absl::StatusOr<std::string> got = accepted->socket.Recv(16);
    if (!got.ok() || got->empty()) continue;
    EXPECT_EQ(*got, "alive");
    return;
  }
  ADD_FAILURE() << "the living connection did not come";
}

}  // namespace
}  // namespace contract
}  // namespace mortise
