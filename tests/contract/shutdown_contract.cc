// Shutdown, half of a connection at a time.

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
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

}  // namespace
}  // namespace contract
}  // namespace mortise
