// Hosts and ports as addresses of IP sockets.

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/address.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/error_code.h"
#include "mortise/tests/contract/address_calls.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/status_matchers.h"

namespace mortise {
namespace contract {
namespace {

TEST_P(IpContract, AnAddressIsFreeAgainOnceItsOwnerIsClosed) {
  // Another program may take the address by chance, but not every time.
  for (int i = 0; i < 20; ++i) {
    Socket owner = MustBind(transport());
    const SocketAddress address = MustGetSockName(owner);
    ASSERT_THAT(owner.Close(), IsOk());
    if (MustCreate(transport()).Bind(address).ok()) return;
  }
  ADD_FAILURE() << "closing does not give addresses back";
}

TEST_P(IpContract, AnAddressOfAnotherMachineIsNotAvailable) {
  if (!transport().is_stream()) {
    MORTISE_SKIP_UNDER_WINE("a datagram socket is bound to any address");
  }
  Socket socket = MustCreate(transport());
  // Addresses that no machine has, by RFC 5737 and RFC 3849.
  const char* const host =
      transport().family == kAfInet ? "192.0.2.1" : "2001:db8::1";
  EXPECT_THAT(
      socket.Bind({host, 0}),
      Fails(absl::StatusCode::kFailedPrecondition, IsAddressNotAvailable));
  EXPECT_THAT(socket.Bind(FreeAddress(transport())), IsOk());
}

TEST_P(IpContract, APathIsForUnixSocketsOnly) {
  Socket socket = MustCreate(transport());
  ExpectAllToRefuse(socket, UnixPath{"/nowhere"},
                    absl::StatusCode::kInvalidArgument, "address");
}

TEST_P(IpContract, APortIsInRange) {
  Socket socket = MustCreate(transport());
  const std::string host = FreeAddress(transport()).host();
  for (const int port : {-1, 65536, 70000, -2147483647 - 1, 2147483647}) {
    ExpectAllToRefuse(socket, {host, port}, absl::StatusCode::kOutOfRange,
                      "port");
  }
  EXPECT_THAT(socket.Bind({host, 0}), IsOk());
}

TEST_P(IpContract, AHostHoldsNoNul) {
  Socket socket = MustCreate(transport());
  for (const absl::string_view host :
       {absl::string_view("127.0.0.1\0", 10), absl::string_view("\0", 1),
        absl::string_view("local\0host", 10)}) {
    ExpectAllToRefuse(socket, {host, 9}, absl::StatusCode::kInvalidArgument,
                      "host");
  }
}

TEST_P(IpContract, AHostIsNoLongerThanAResolverTakes) {
  Socket socket = MustCreate(transport());
  ExpectAllToRefuse(socket, {std::string(5000, 'x'), 9},
                    absl::StatusCode::kInvalidArgument, "host");
}

TEST_P(IpContract, FlowinfoHasTwentyBitsAndIsForIpv6) {
  Socket socket = MustCreate(transport());
  HostPort address;
  address.host = FreeAddress(transport()).host();
  address.flowinfo = 0x100000;
  ExpectAllToRefuse(socket, address, absl::StatusCode::kOutOfRange, "flowinfo");
  address.flowinfo = 0xfffff;
  if (transport().family == kAfInet) {
    ExpectAllToRefuse(socket, address, absl::StatusCode::kInvalidArgument,
                      "flowinfo");
  } else {
    EXPECT_THAT(socket.Bind(address), IsOk());
  }
}

TEST_P(IpContract, LocalhostIsLookedUpInTheFamilyOfTheSocket) {
  Socket socket = MustCreate(transport());
  const absl::Status status = socket.Bind({"localhost", 0});
  if (IsNameNotFound(status)) GTEST_SKIP() << status;
  ASSERT_THAT(status, IsOk());
  EXPECT_EQ(MustGetSockName(socket).host(), FreeAddress(transport()).host());
}

TEST_P(IpContract, AHostWithoutAnAddressIsNotFound) {
  Socket socket = MustCreate(transport());
  for (const AddressCall& call : AddressCalls()) {
    // This cannot be a host name, so that no server is asked.
    const absl::Status status = call.call(socket, {"no host", 9});
    ASSERT_THAT(status, Fails(absl::StatusCode::kNotFound, IsNameNotFound));
    EXPECT_EQ(ErrorOf(status)->domain, ErrorDomain::kGetAddrInfo);
    EXPECT_NE(ErrorOf(status)->native_code, 0);
    EXPECT_EQ(ErrorOf(status)->operation, call.operation);
    EXPECT_EQ(ErrorOf(status)->address, "no host:9");
  }
  EXPECT_THAT(socket.Bind(FreeAddress(transport())), IsOk());
}

TEST_P(IpContract, APortMayNeedARight) {
  const std::string host = FreeAddress(transport()).host();
  for (int port = 1; port < 1024; ++port) {
    Socket socket = MustCreate(transport());
    const absl::Status status = socket.Bind({host, port});
    if (IsAddressInUse(status)) continue;
    if (status.ok()) GTEST_SKIP() << "this process may bind to any port";
    EXPECT_THAT(status,
                Fails(absl::StatusCode::kPermissionDenied, IsAccessDenied));
    return;
  }
}

}  // namespace
}  // namespace contract
}  // namespace mortise
