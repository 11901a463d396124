// Hosts that have a meaning in only one of the IP families.

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/address.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/tests/contract/address_calls.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/status_matchers.h"

namespace mortise {
namespace contract {
namespace {

TEST_P(HostContract, TheEmptyHostIsAnyAddressOfIpv4) {
  Socket socket = MustCreate(TcpIpv4());
  ASSERT_THAT(socket.Bind({"", 0}), IsOk());
  EXPECT_EQ(MustGetSockName(socket).host(), "0.0.0.0");
}

TEST_P(HostContract, BroadcastIsAnAddressOfIpv4) {
  Socket socket = MustCreate(UdpIpv4());
  // Sending to this address needs SO_BROADCAST, and a network.
  const absl::Status status = socket.SendTo("x", {"<broadcast>", 9}).status();
  EXPECT_TRUE(IsAccessDenied(status) || IsUnreachable(status) ||
              IsAddressNotAvailable(status))
      << status;
  EXPECT_EQ(ErrorOf(status)->address, "255.255.255.255:9");
}

TEST_P(HostContract, NeitherHasAMeaningInIpv6) {
  for (const Transport& transport : {TcpIpv6(), UdpIpv6()}) {
    MORTISE_SKIP_WITHOUT(transport);
    Socket socket = MustCreate(transport);
    for (const char* const host : {"", "<broadcast>"}) {
      ExpectAllToRefuse(socket, {host, 9}, absl::StatusCode::kInvalidArgument,
                        "host");
    }
    ASSERT_THAT(socket.Bind({"::", 0}), IsOk());
    EXPECT_EQ(MustGetSockName(socket).host(), "::");
  }
}

TEST_P(HostContract, NumericHostsOfIpv4HaveTheirOldForms) {
  for (const char* const host :
       {"127.1", "0x7f.0.0.1", "0177.1", "2130706433"}) {
    Socket socket = MustCreate(TcpIpv4());
    ASSERT_THAT(socket.Bind({host, 0}), IsOk()) << host;
    EXPECT_EQ(MustGetSockName(socket).host(), "127.0.0.1") << host;
  }
}

TEST_P(HostContract, AScopeIsForIpv6) {
  Socket socket = MustCreate(UdpIpv4());
  HostPort address;
  address.host = "127.0.0.1";
  address.scope_id = 1;
  ExpectAllToRefuse(socket, address, absl::StatusCode::kInvalidArgument,
                    "scope_id");
  EXPECT_THAT(socket.Bind({"127.0.0.1", 0}), IsOk());
}

TEST_P(HostContract, AScopeReachesTheSystem) {
  MORTISE_SKIP_WITHOUT(UdpIpv6());
  // A link-local address needs the link that it is local to, and no machine has
  // an interface with this number.
  for (const HostPort& address :
       {HostPort{"fe80::1", 9, 0, 54321}, HostPort{"fe80::1%54321", 9}}) {
    Socket socket = MustCreate(UdpIpv6());
    const absl::Status status = socket.Bind(address);
    ASSERT_FALSE(status.ok());
    EXPECT_FALSE(IsUsageError(status)) << status;
    EXPECT_EQ(ErrorOf(status)->address, "[fe80::1%54321]:9");
  }
}

}  // namespace
}  // namespace contract
}  // namespace mortise
