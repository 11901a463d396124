// What is UDP's among the datagrams.

#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/contract/contract_suites.h"
#include "mortise/contract/contract_test.h"
#include "mortise/contract/status_matchers.h"
#include "mortise/error.h"
#include "mortise/platform/error_code.h"
#include "mortise/socket.h"
#include "mortise/socket_address.h"

namespace mortise {
namespace contract {
namespace {

TEST_P(UdpContract, AConnectedSocketHearsItsPeerAlone) {
  auto [one, two] = MustConnectPair(transport());
  Socket stranger = MustBind(transport());
  ASSERT_THAT(stranger.SendTo("from a stranger", MustGetSockName(two)), IsOk());
  ASSERT_THAT(one.Send("from the peer"), IsOk());
  EXPECT_THAT(two.Recv(64), IsOkAndHolds("from the peer"));
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
