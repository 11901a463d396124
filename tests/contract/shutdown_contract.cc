// Shutdown, half of a connection at a time, and of listeners.

#include <memory>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/status_matchers.h"

namespace mortise {
namespace contract {
namespace {

TEST_P(ShutdownContract, TheEndOfTheSendingHalfLeavesTheOtherOpen) {
  auto [client, server] = MustConnectPair(transport());
  ASSERT_THAT(client.SendAll("question"), IsOk());
  ASSERT_THAT(client.Shutdown(ShutdownHow::kWrite), IsOk());
  // The peer reads all of the data, and then the end of the stream. It can
  // still answer.
  EXPECT_EQ(ReceiveToEnd(server), "question");
  ASSERT_THAT(server.SendAll("answer"), IsOk());
  ASSERT_THAT(server.Shutdown(ShutdownHow::kWrite), IsOk());
  EXPECT_EQ(ReceiveToEnd(client), "answer");
}

TEST_P(ShutdownContract, TheEndOfTheReceivingHalfIsTheEndOfTheStream) {
  auto [client, server] = MustConnectPair(transport());
  ASSERT_THAT(client.Shutdown(ShutdownHow::kRead), IsOk());
  EXPECT_THAT(client.Recv(16), IsOkAndHolds(""));
  // The client can still send.
  ASSERT_THAT(client.SendAll("still"), IsOk());
  EXPECT_THAT(server.Recv(16), IsOkAndHolds("still"));
}

TEST_P(ShutdownContract, BothHalvesAreBoth) {
  auto [client, server] = MustConnectPair(transport());
  ASSERT_THAT(client.Shutdown(ShutdownHow::kBoth), IsOk());
  EXPECT_THAT(client.Recv(16), IsOkAndHolds(""));
  EXPECT_THAT(client.Send("x"), Fails(IsBrokenPipe));
  EXPECT_THAT(server.Recv(16), IsOkAndHolds(""));
  EXPECT_TRUE(client.is_open());
  EXPECT_THAT(client.Close(), IsOk());
}

TEST_P(ShutdownContract, AnUnconnectedSocketHasNothingToShutDown) {
  Socket socket = MustCreate(transport());
  for (const ShutdownHow how :
       {ShutdownHow::kRead, ShutdownHow::kWrite, ShutdownHow::kBoth}) {
    const absl::Status status = socket.Shutdown(how);
    // On Linux, an unconnected AF_UNIX socket can be shut down.
    if (status.ok() && !transport().is_ip()) continue;
    ASSERT_THAT(status,
                Fails(absl::StatusCode::kFailedPrecondition, IsNotConnected));
    EXPECT_EQ(ErrorOf(status)->operation, "shutdown");
  }
}

TEST_P(ShutdownContract, AllSocketsOnADescriptorAreShutDown) {
  auto [client, server] = MustConnectPair(transport());
  absl::StatusOr<Socket> copy =
      Socket::FromFd(client.native_handle(), transport().family,
                     transport().type, 0, &platform());
  ASSERT_THAT(copy, IsOk());
  ASSERT_THAT(copy->Shutdown(ShutdownHow::kWrite), IsOk());
  EXPECT_THAT(client.Send("x"), Fails(IsBrokenPipe));
  EXPECT_THAT(server.Recv(1), IsOkAndHolds(""));
}

// Expects the error of Accept on a listener that has been shut down.
void ExpectNotAccepting(const absl::Status& status) {
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  ASSERT_TRUE(ErrorOf(status).has_value());
  EXPECT_EQ(ErrorOf(status)->code, ErrorCode::kEinval);
  EXPECT_EQ(ErrorOf(status)->operation, "accept");
}

TEST_P(ShutdownContract, AListenerThatIsShutDownAcceptsNoMore) {
  for (const ShutdownHow how : {ShutdownHow::kRead, ShutdownHow::kBoth}) {
    for (const absl::Duration mode :
         {absl::ZeroDuration(), kLong, absl::InfiniteDuration()}) {
      Socket listener = MustListen(transport());
      ASSERT_THAT(listener.SetTimeout(mode), IsOk());
      ASSERT_THAT(listener.Shutdown(how), IsOk());
      for (int i = 0; i < 3; ++i) {
        ExpectNotAccepting(listener.Accept().status());
      }
      EXPECT_THAT(listener.Close(), IsOk());
    }
  }
}

TEST_P(ShutdownContract, EveryAcceptThatWaitsIsWoken) {
  constexpr int kThreads = 4;
  for (const ShutdownHow how : {ShutdownHow::kRead, ShutdownHow::kBoth}) {
    for (const absl::Duration mode : {kLong, absl::InfiniteDuration()}) {
      Socket listener = MustListen(transport());
      ASSERT_THAT(listener.SetTimeout(mode), IsOk());
      std::vector<std::unique_ptr<Background<absl::Status>>> acceptors;
      for (int i = 0; i < kThreads; ++i) {
        acceptors.push_back(std::make_unique<Background<absl::Status>>(
            [&listener] { return listener.Accept().status(); }));
      }
      for (const auto& acceptor : acceptors) acceptor->AwaitAsleep();
      ASSERT_THAT(listener.Shutdown(how), IsOk());
      for (const auto& acceptor : acceptors) {
        ExpectNotAccepting(acceptor->Result());
      }
    }
  }
}

// It would hang if Accept could miss the shutdown on its way into the wait.
TEST_P(ShutdownContract, NoMomentIsTooEarlyToEndAccept) {
  constexpr int kRounds = 15;
  for (const absl::Duration mode : {kLong, absl::InfiniteDuration()}) {
    for (int i = 0; i < kRounds; ++i) {
      Socket listener = MustListen(transport());
      ASSERT_THAT(listener.SetTimeout(mode), IsOk());
      Background<absl::Status> accepting(
          [&listener] { return listener.Accept().status(); });
      for (int j = 0; j < i; ++j) std::this_thread::yield();
      ASSERT_THAT(listener.Shutdown(ShutdownHow::kBoth), IsOk());
      ExpectNotAccepting(accepting.Result());
    }
  }
}

TEST_P(ShutdownContract, TheSendingHalfOfAListenerIsNothing) {
  for (const absl::Duration mode : {kLong, absl::InfiniteDuration()}) {
    Socket listener = MustListen(transport());
    ASSERT_THAT(listener.SetTimeout(mode), IsOk());
    Background<absl::Status> accepting(
        [&listener] { return listener.Accept().status(); });
    accepting.AwaitAsleep();
    ASSERT_THAT(listener.Shutdown(ShutdownHow::kWrite), IsOk());
    Socket client = MustCreate(transport());
    EXPECT_THAT(client.Connect(MustGetSockName(listener)), IsOk());
    EXPECT_THAT(accepting.Result(), IsOk());
  }
}

}  // namespace
}  // namespace contract
}  // namespace mortise
