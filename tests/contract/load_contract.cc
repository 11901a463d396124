// Many connections, one after another and at once.

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/process.h"
#include "mortise/tests/contract/status_matchers.h"

namespace mortise {
namespace contract {
namespace {

constexpr int kConnections = 1000;

TEST_P(LoadContract, AThousandConnectionsAtOnce) {
  if (contract().handles_are_descriptors &&
      !AllowDescriptors(2 * kConnections + 100)) {
    GTEST_SKIP() << "this process may not have that many descriptors";
  }
  Socket listener = MustListen(TcpIpv4(), 128);
  std::vector<std::pair<Socket, Socket>> connections;
  for (int i = 0; i < kConnections; ++i) {
    connections.push_back(MustConnectTo(listener));
    ASSERT_TRUE(connections.back().second.is_open());
  }
  // The timeout shows that waiting works on each of the sockets. Some ways of
  // waiting, such as select(2), fail from the 1,024th descriptor on.
  for (int i = 0; i < kConnections; ++i) {
    ASSERT_THAT(connections[i].first.SetTimeout(kLong), IsOk());
    ASSERT_THAT(connections[i].first.SendAll(absl::StrCat("number ", i)),
                IsOk());
  }
  for (int i = 0; i < kConnections; ++i) {
    Socket& server = connections[i].second;
    ASSERT_THAT(server.Recv(64), IsOkAndHolds(absl::StrCat("number ", i)));
    ASSERT_THAT(server.SetTimeout(absl::Nanoseconds(1)), IsOk());
    ASSERT_THAT(server.Recv(64), Fails(IsTimeout));
  }
}

TEST_P(LoadContract, AThousandConnectionsOneAfterAnother) {
  Socket listener = MustListen(TcpIpv4());
  for (int i = 0; i < kConnections; ++i) {
    auto [client, server] = MustConnectTo(listener);
    ASSERT_THAT(client.SendAll("x"), IsOk());
    ASSERT_THAT(server.Recv(1), IsOkAndHolds("x"));
    // The client closes first, so that the server's port is not in TIME_WAIT.
    ASSERT_THAT(client.Close(), IsOk());
    ASSERT_THAT(server.Recv(1), IsOkAndHolds(""));
  }
}

TEST_P(LoadContract, FailuresLeaveNothingBehind) {
  // The fixture checks that no descriptor has been left open.
  const Socket silent = MustBind(TcpIpv4());
  for (int i = 0; i < 100; ++i) {
    Socket client = MustCreate(TcpIpv4());
    EXPECT_FALSE(client.Connect(MustGetSockName(silent)).ok());
    EXPECT_FALSE(client.Bind({"127.0.0.1", 70000}).ok());
    EXPECT_FALSE(Socket::Create(12345, kSockStream, 0, &platform()).ok());
    EXPECT_FALSE(SocketPair(12345, kSockStream, 0, &platform()).ok());
    Socket listener = MustListen(TcpIpv4());
    ASSERT_THAT(listener.SetBlocking(false), IsOk());
    EXPECT_FALSE(listener.Accept().ok());
  }
}

}  // namespace
}  // namespace contract
}  // namespace mortise
