// Bind, GetSockName, GetPeerName, and the addresses that every call that takes
// an address refuses.

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/tests/contract/address_calls.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/status_matchers.h"

namespace mortise {
namespace contract {
namespace {

TEST_P(AddressContract, ABoundSocketHasTheAddressItWasBoundTo) {
  Socket socket = MustCreate(transport());
  const SocketAddress wanted = FreeAddress(transport());
  ASSERT_THAT(socket.Bind(wanted), IsOk());
  const SocketAddress name = MustGetSockName(socket);
  EXPECT_EQ(name.family(), transport().family);
  EXPECT_EQ(name.bytes(), wanted.bytes());
  if (transport().is_ip()) {
    EXPECT_NE(name.port(), 0) << "port 0 means any";
  }
  EXPECT_EQ(name.scope_id(), 0u);
  EXPECT_EQ(name.flowinfo(), 0u);
}

TEST_P(AddressContract, TwoSocketsThatAskForAnyAddressGetTwo) {
  const Socket one = MustBind(transport());
  const Socket two = MustBind(transport());
  EXPECT_NE(MustGetSockName(one), MustGetSockName(two));
}

TEST_P(AddressContract, AnAddressHasOneOwner) {
  const Socket owner = MustBind(transport());
  const SocketAddress taken = MustGetSockName(owner);
  Socket second = MustCreate(transport());
  const absl::Status status = second.Bind(taken);
  ASSERT_THAT(status, Fails(absl::StatusCode::kAlreadyExists, IsAddressInUse));
  EXPECT_EQ(ErrorOf(status)->operation, "bind");
  EXPECT_EQ(ErrorOf(status)->address, taken.ToString());
  // The failure has changed nothing: the socket can still be bound.
  EXPECT_THAT(second.Bind(FreeAddress(transport())), IsOk());
}

TEST_P(AddressContract, ASocketIsBoundOnce) {
  Socket socket = MustBind(transport());
  const SocketAddress name = MustGetSockName(socket);
  EXPECT_EQ(socket.Bind(FreeAddress(transport())).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(MustGetSockName(socket), name);
}

TEST_P(AddressContract, AnUnconnectedSocketHasNoPeer) {
  const Socket socket = MustBind(transport());
  const absl::Status status = socket.GetPeerName().status();
  ASSERT_THAT(status,
              Fails(absl::StatusCode::kFailedPrecondition, IsNotConnected));
  EXPECT_EQ(ErrorOf(status)->operation, "getpeername");
}

TEST_P(AddressContract, BothEndsCallTheConnectionTheSame) {
  const auto [client, server] = MustConnectPair(transport());
  EXPECT_THAT(client.GetPeerName(), IsOkAndHolds(MustGetSockName(server)));
  // An AF_UNIX client that is not bound has an address without a name.
  EXPECT_THAT(server.GetPeerName(), IsOkAndHolds(MustGetSockName(client)));
}

TEST_P(AddressContract, AnAddressOfAnotherFamilyIsRefused) {
  Socket socket = MustCreate(transport());
  for (const SocketAddress& other :
       {SocketAddress::Ipv4({127, 0, 0, 1}, 9),
        SocketAddress::Ipv6({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1},
                            9),
        *SocketAddress::Unix("/nowhere"), SocketAddress()}) {
    if (other.family() == transport().family) continue;
    SCOPED_TRACE(other.ToString());
    ExpectAllToRefuse(socket, other, absl::StatusCode::kInvalidArgument,
                      "address");
    EXPECT_THAT(socket.SendTo("x", other),
                RefusesArgument(absl::StatusCode::kInvalidArgument, "sendto",
                                "address"));
  }
  EXPECT_THAT(socket.Bind(FreeAddress(transport())), IsOk());
}

TEST_P(AddressContract, AHostOfAnotherFamilyIsRefused) {
  Socket socket = MustCreate(transport());
  const char* const host = transport().family == kAfInet ? "::1" : "127.0.0.1";
  ExpectAllToRefuse(socket, {host, 9}, absl::StatusCode::kInvalidArgument,
                    "address");
  EXPECT_THAT(socket.Bind(FreeAddress(transport())), IsOk());
}

}  // namespace
}  // namespace contract
}  // namespace mortise
