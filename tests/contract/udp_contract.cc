// The behaviour of datagram sockets that is particular to UDP.

#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/platform/error_code.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/status_matchers.h"

namespace mortise {
namespace contract {
namespace {

TEST_P(UdpContract, AConnectedSocketReceivesFromItsPeerOnly) {
  auto [one, two] = MustConnectPair(transport());
  Socket stranger = MustBind(transport());
  ASSERT_THAT(stranger.SendTo("from a stranger", MustGetSockName(two)), IsOk());
  ASSERT_THAT(one.Send("from the peer"), IsOk());
  EXPECT_THAT(two.Recv(64), IsOkAndHolds("from the peer"));
}

TEST_P(UdpContract, APeerThatIsTakenBackIsNoPeer) {
  MORTISE_SKIP_UNDER_WINE("connecting to zeros connects to this machine");
  // The port is given by number, because Linux gives up a port that it has
  // chosen itself.
  Socket one = MustCreate(transport());
  SocketAddress name;
  do {
    name = MustGetSockName(MustBind(transport()));
  } while (IsAddressInUse(one.Bind(name)));
  Socket two = MustBind(transport());
  Socket three = MustBind(transport());
  ASSERT_EQ(MustGetSockName(one), name);
  ASSERT_THAT(one.Connect(MustGetSockName(two)), IsOk());
  ASSERT_THAT(two.SendTo("from the former peer", name), IsOk());
  ASSERT_THAT(one.Disconnect(), IsOk());
  EXPECT_THAT(one.GetPeerName(), Fails(IsNotConnected));
  ASSERT_EQ(MustGetSockName(one), name);
  EXPECT_THAT(one.Recv(64), IsOkAndHolds("from the former peer"));
  // Every socket may send to it again, and it may send to every socket.
  ASSERT_THAT(three.SendTo("from another", name), IsOk());
  EXPECT_THAT(one.Recv(64), IsOkAndHolds("from another"));
  ASSERT_THAT(one.SendTo("to another", MustGetSockName(three)), IsOk());
  EXPECT_THAT(three.Recv(64), IsOkAndHolds("to another"));
  // A second Disconnect has nothing to do. A new peer can be chosen.
  EXPECT_THAT(one.Disconnect(), IsOk());
  ASSERT_THAT(one.Connect(MustGetSockName(three)), IsOk());
  ASSERT_THAT(one.Send("to the new peer"), IsOk());
  EXPECT_THAT(three.Recv(64), IsOkAndHolds("to the new peer"));
}

TEST_P(UdpContract, WithoutAPeerThereIsNothingToTakeBack) {
  Socket socket = MustCreate(transport());
  EXPECT_THAT(socket.Disconnect(), IsOk());
  EXPECT_THAT(socket.GetPeerName(), Fails(IsNotConnected));
}

TEST_P(UdpContract, TheLargestDatagramOfUdpArrives) {
  auto [one, two] = MustConnectPair(transport());
  const std::string data = Pattern(65507);
  const absl::StatusOr<std::size_t> sent = one.Send(data);
  const std::optional<Error> error = ErrorOf(sent.status());
  if (error.has_value() && error->code == ErrorCode::kEmsgsize) {
    GTEST_SKIP() << "the system's limit is lower: " << sent.status();
  }
  EXPECT_THAT(sent, IsOkAndHolds(data.size()));
  EXPECT_THAT(two.Recv(70000), IsOkAndHolds(data));
}

TEST_P(UdpContract, AnIcmpMessageIsNoErrorOfALaterReceive) {
  Socket socket = MustBind(transport());
  Socket silent = MustBind(transport());
  const SocketAddress nobody = MustGetSockName(silent);
  ASSERT_THAT(silent.Close(), IsOk());
  ASSERT_THAT(socket.SendTo("anybody?", nobody), IsOk());
  Socket other = MustBind(transport());
  ASSERT_THAT(other.SendTo("hello", MustGetSockName(socket)), IsOk());
  EXPECT_THAT(socket.Recv(64), IsOkAndHolds("hello"));
}

}  // namespace
}  // namespace contract
}  // namespace mortise
