// SetAddressReuse, which decides which sockets may have the same address.

#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/status_matchers.h"

namespace mortise {
namespace contract {
namespace {

constexpr AddressReuse kAllIntents[] = {
    AddressReuse::kExclusive, AddressReuse::kAfterClose, AddressReuse::kShare};

std::vector<Transport> Ipv4Transports() { return {TcpIpv4(), UdpIpv4()}; }

// Closes a listener so that its address is in TIME_WAIT: the side that closes a
// connection first keeps the port for a while. Returns the address.
SocketAddress LeaveLingering(ContractTestBase& test, AddressReuse reuse) {
  Socket listener = test.MustCreate(TcpIpv4());
  EXPECT_THAT(listener.SetAddressReuse(reuse), IsOk());
  EXPECT_THAT(listener.Bind({"127.0.0.1", 0}), IsOk());
  EXPECT_THAT(listener.Listen(), IsOk());
  auto [client, server] = test.MustConnectTo(listener);
  const SocketAddress address = test.MustGetSockName(listener);
  EXPECT_THAT(server.Close(), IsOk());
  EXPECT_THAT(client.Recv(1), IsOkAndHolds(""));
  return address;
}

// Windows refuses an address that another socket has for exclusive use with
// WSAEACCES.
bool IsTaken(const absl::Status& status) {
  return IsAddressInUse(status) || IsAccessDenied(status);
}

TEST_P(ReuseContract, TheIntentsCanBeChangedBeforeBind) {
  for (const Transport& transport : Ipv4Transports()) {
    SCOPED_TRACE(transport.name);
    for (const AddressReuse first : kAllIntents) {
      for (const AddressReuse second : kAllIntents) {
        Socket socket = MustCreate(transport);
        EXPECT_THAT(socket.SetAddressReuse(first), IsOk());
        EXPECT_THAT(socket.SetAddressReuse(second), IsOk());
      }
    }
  }
}

TEST_P(ReuseContract, AnExclusiveOwnerSharesWithNobody) {
  for (const Transport& transport : Ipv4Transports()) {
    SCOPED_TRACE(transport.name);
    Socket owner = MustCreate(transport);
    ASSERT_THAT(owner.SetAddressReuse(AddressReuse::kExclusive), IsOk());
    ASSERT_THAT(owner.Bind({"127.0.0.1", 0}), IsOk());
    for (const AddressReuse intent : kAllIntents) {
      Socket second = MustCreate(transport);
      ASSERT_THAT(second.SetAddressReuse(intent), IsOk());
      EXPECT_THAT(second.Bind(MustGetSockName(owner)), Fails(IsTaken));
    }
  }
}

TEST_P(ReuseContract, ReuseAfterCloseHasOneOwnerAtATime) {
  for (const Transport& transport : Ipv4Transports()) {
    SCOPED_TRACE(transport.name);
    Socket owner = MustCreate(transport);
    ASSERT_THAT(owner.SetAddressReuse(AddressReuse::kAfterClose), IsOk());
    ASSERT_THAT(owner.Bind({"127.0.0.1", 0}), IsOk());
    if (transport.is_stream()) {
      ASSERT_THAT(owner.Listen(), IsOk());
    }
    for (const AddressReuse intent : kAllIntents) {
      Socket second = MustCreate(transport);
      ASSERT_THAT(second.SetAddressReuse(intent), IsOk());
      EXPECT_THAT(second.Bind(MustGetSockName(owner)), Fails(IsTaken));
    }
  }
}

TEST_P(ReuseContract, AServerWithReuseAfterCloseCanRestart) {
  const SocketAddress address =
      LeaveLingering(*this, AddressReuse::kAfterClose);
  Socket listener = MustCreate(TcpIpv4());
  ASSERT_THAT(listener.SetAddressReuse(AddressReuse::kAfterClose), IsOk());
  ASSERT_THAT(listener.Bind(address), IsOk());
  ASSERT_THAT(listener.Listen(), IsOk());
  auto [client, server] = MustConnectTo(listener);
  ASSERT_THAT(client.SendAll("again"), IsOk());
  EXPECT_THAT(server.Recv(16), IsOkAndHolds("again"));
}

TEST_P(ReuseContract, AnExclusiveServerWaitsUntilNothingLingers) {
  const SocketAddress address = LeaveLingering(*this, AddressReuse::kExclusive);
  Socket listener = MustCreate(TcpIpv4());
  const absl::Status bound = listener.Bind(address);
  if (contract().lingering_addresses_are_taken) {
    EXPECT_THAT(bound, Fails(IsTaken));
  } else {
    EXPECT_THAT(bound, IsOk());
  }
}

TEST_P(ReuseContract, OwnersThatAllAskForItShare) {
  MORTISE_SKIP_UNDER_WINE("SO_REUSEADDR does not share the port of a stream");
  for (const Transport& transport : Ipv4Transports()) {
    SCOPED_TRACE(transport.name);
    Socket first = MustCreate(transport);
    ASSERT_THAT(first.SetAddressReuse(AddressReuse::kShare), IsOk());
    ASSERT_THAT(first.Bind({"127.0.0.1", 0}), IsOk());
    const SocketAddress address = MustGetSockName(first);
    if (transport.is_stream()) {
      ASSERT_THAT(first.Listen(), IsOk());
    }

    Socket second = MustCreate(transport);
    ASSERT_THAT(second.SetAddressReuse(AddressReuse::kShare), IsOk());
    ASSERT_THAT(second.Bind(address), IsOk());
    if (transport.is_stream()) {
      EXPECT_THAT(second.Listen(), IsOk());
    }
    EXPECT_EQ(MustGetSockName(second), address);

    Socket third = MustCreate(transport);
    EXPECT_THAT(third.Bind(address), Fails(IsTaken));
  }
}

TEST_P(ReuseContract, ASocketThatTakesSharingBackDoesNotShare) {
  for (const Transport& transport : Ipv4Transports()) {
    SCOPED_TRACE(transport.name);
    Socket first = MustCreate(transport);
    ASSERT_THAT(first.SetAddressReuse(AddressReuse::kShare), IsOk());
    ASSERT_THAT(first.Bind({"127.0.0.1", 0}), IsOk());
    for (const AddressReuse intent :
         {AddressReuse::kExclusive, AddressReuse::kAfterClose}) {
      if (transport.is_stream() && intent == AddressReuse::kAfterClose) {
        continue;  // POSIX lets both bind until one of them listens.
      }
      Socket second = MustCreate(transport);
      ASSERT_THAT(second.SetAddressReuse(AddressReuse::kShare), IsOk());
      ASSERT_THAT(second.SetAddressReuse(intent), IsOk());
      EXPECT_THAT(second.Bind(MustGetSockName(first)), Fails(IsTaken));
    }
  }
}

TEST_P(ReuseContract, ReuseAfterCloseWorksForUnixSocketsToo) {
  // A server may set it for every kind of address that it listens on.
  MORTISE_SKIP_WITHOUT(UnixStream());
  Socket listener = MustCreate(UnixStream());
  EXPECT_THAT(listener.SetAddressReuse(AddressReuse::kAfterClose), IsOk());
  EXPECT_THAT(listener.Bind(FreeAddress(UnixStream())), IsOk());
}

}  // namespace
}  // namespace contract
}  // namespace mortise
