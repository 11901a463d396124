// CreateServer, HasDualstackIpv6.

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/address.h"
#include "mortise/core/create_connection.h"
#include "mortise/core/create_server.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/status_matchers.h"

namespace mortise {
namespace contract {
namespace {

using testing::HasSubstr;

// The option is a BOOL on Windows: anything but 0 is on.
bool IsV6Only(const Socket& socket) {
  return socket.GetSockOpt(kIpprotoIpv6, kIpv6V6only).value() != 0;
}

CreateServerOptions OptionsOf(const ContractTestBase& test,
                              AddressFamily family) {
  CreateServerOptions options;
  options.family = family;
  options.platform = &test.platform();
  return options;
}

absl::StatusOr<Socket> ConnectTo(const ContractTestBase& test,
                                 absl::string_view host, const Socket& server) {
  CreateConnectionOptions options;
  options.platform = &test.platform();
  return CreateConnection(
      {std::string(host), test.MustGetSockName(server).port()}, options);
}

TEST_P(CreateServerContract, ListensInEachFamily) {
  for (const Transport& transport : {TcpIpv4(), TcpIpv6()}) {
    SCOPED_TRACE(transport.name);
    if (!Probe(transport).ok()) continue;
    const std::string host = transport.family == kAfInet ? "127.0.0.1" : "::1";
    absl::StatusOr<Socket> server =
        CreateServer({host, 0}, OptionsOf(*this, transport.family));
    ASSERT_THAT(server, IsOk());
    EXPECT_EQ(server->family(), transport.family);
    EXPECT_EQ(server->type(), kSockStream);
    EXPECT_EQ(server->platform(), &platform());
    EXPECT_EQ(MustGetSockName(*server).host(), host);
    EXPECT_NE(MustGetSockName(*server).port(), 0);
    absl::StatusOr<Socket> client = ConnectTo(*this, host, *server);
    ASSERT_THAT(client, IsOk());
    absl::StatusOr<AcceptResult> accepted = server->Accept();
    ASSERT_THAT(accepted, IsOk());
    EXPECT_EQ(accepted->address, MustGetSockName(*client));
  }
}

TEST_P(CreateServerContract, AnEmptyHostIsEveryAddress) {
  absl::StatusOr<Socket> ipv4 =
      CreateServer({"", 0}, OptionsOf(*this, kAfInet));
  ASSERT_THAT(ipv4, IsOk());
  EXPECT_EQ(MustGetSockName(*ipv4).host(), "0.0.0.0");
  MORTISE_SKIP_WITHOUT(TcpIpv6());
  absl::StatusOr<Socket> ipv6 =
      CreateServer({"", 0}, OptionsOf(*this, kAfInet6));
  ASSERT_THAT(ipv6, IsOk());
  EXPECT_EQ(MustGetSockName(*ipv6).host(), "::");
}

TEST_P(CreateServerContract, AnIpv6ServerIsForIpv6Only) {
  MORTISE_SKIP_WITHOUT(TcpIpv6());
  absl::StatusOr<Socket> server =
      CreateServer({"", 0}, OptionsOf(*this, kAfInet6));
  ASSERT_THAT(server, IsOk());
  EXPECT_TRUE(IsV6Only(*server));
  EXPECT_THAT(ConnectTo(*this, "127.0.0.1", *server),
              Fails(IsConnectionRefused));
}

TEST_P(CreateServerContract, ADualStackServerIsForBoth) {
  CreateServerOptions options = OptionsOf(*this, kAfInet6);
  options.dualstack_ipv6 = true;
  if (!HasDualstackIpv6(&platform())) {
    EXPECT_THAT(CreateServer({"", 0}, options), Fails(IsUnsupported));
    GTEST_SKIP() << "no socket for both";
  }
  absl::StatusOr<Socket> server = CreateServer({"", 0}, options);
  ASSERT_THAT(server, IsOk());
  EXPECT_FALSE(IsV6Only(*server));
  absl::StatusOr<Socket> ipv4 = ConnectTo(*this, "127.0.0.1", *server);
  ASSERT_THAT(ipv4, IsOk());
  EXPECT_EQ(server->Accept()->address.host(), "::ffff:127.0.0.1");
  if (!Probe(TcpIpv6()).ok()) return;
  absl::StatusOr<Socket> ipv6 = ConnectTo(*this, "::1", *server);
  ASSERT_THAT(ipv6, IsOk());
  EXPECT_EQ(server->Accept()->address.host(), "::1");
}

TEST_P(CreateServerContract, AnIpv4AddressInTheFormOfIpv6IsForIpv4) {
  if (!HasDualstackIpv6(&platform())) GTEST_SKIP() << "no socket for both";
  const std::string host = "::ffff:127.0.0.1";
  absl::StatusOr<Socket> server =
      CreateServer({host, 0}, OptionsOf(*this, kAfInet6));
  ASSERT_THAT(server, IsOk());
  EXPECT_EQ(MustGetSockName(*server).host(), host);
  absl::StatusOr<Socket> client = ConnectTo(*this, "127.0.0.1", *server);
  ASSERT_THAT(client, IsOk());
  EXPECT_EQ(server->Accept()->address.host(), host);
}

TEST_P(CreateServerContract, ListensOnAPath) {
  MORTISE_SKIP_WITHOUT(UnixStream());
  const std::string path = FreePath();
  absl::StatusOr<Socket> server =
      CreateServer(UnixPath{path}, OptionsOf(*this, kAfUnix));
  ASSERT_THAT(server, IsOk());
  Socket client = MustCreate(UnixStream());
  EXPECT_THAT(client.Connect(UnixPath{path}), IsOk());
  EXPECT_THAT(server->Accept(), IsOk());
  EXPECT_THAT(CreateServer(UnixPath{path}, OptionsOf(*this, kAfUnix)),
              Fails(IsAddressInUse));
}

TEST_P(CreateServerContract, AnAddressThatIsTakenIsNamed) {
  absl::StatusOr<Socket> server =
      CreateServer({"127.0.0.1", 0}, OptionsOf(*this, kAfInet));
  ASSERT_THAT(server, IsOk());
  const SocketAddress name = MustGetSockName(*server);
  const absl::Status second =
      CreateServer(name, OptionsOf(*this, kAfInet)).status();
  EXPECT_TRUE(IsAddressInUse(second) || IsAccessDenied(second)) << second;
  EXPECT_THAT(std::string(second.message()), HasSubstr(name.ToString()));
}

TEST_P(CreateServerContract, ItCanRestart) {
  absl::StatusOr<Socket> server =
      CreateServer({"127.0.0.1", 0}, OptionsOf(*this, kAfInet));
  ASSERT_THAT(server, IsOk());
  const SocketAddress name = MustGetSockName(*server);
  {
    // The side that closes first keeps its address in TIME_WAIT.
    auto [client, accepted] = MustConnectTo(*server);
    EXPECT_THAT(accepted.Close(), IsOk());
    EXPECT_THAT(client.Recv(1), IsOkAndHolds(""));
  }
  EXPECT_THAT(server->Close(), IsOk());
  EXPECT_THAT(CreateServer(name, OptionsOf(*this, kAfInet)), IsOk());
}

TEST_P(CreateServerContract, ServersThatAllAskForItShare) {
  MORTISE_SKIP_UNDER_WINE("SO_REUSEADDR does not share the port of a stream");
  CreateServerOptions options = OptionsOf(*this, kAfInet);
  options.reuse = AddressReuse::kShare;
  absl::StatusOr<Socket> first = CreateServer({"127.0.0.1", 0}, options);
  ASSERT_THAT(first, IsOk());
  EXPECT_THAT(CreateServer(MustGetSockName(*first), options), IsOk());
}

TEST_P(CreateServerContract, TheBacklogIsAtLeastNothing) {
  CreateServerOptions options = OptionsOf(*this, kAfInet);
  for (const int backlog : {0, 1, 1 << 30}) {
    options.backlog = backlog;
    EXPECT_THAT(CreateServer({"127.0.0.1", 0}, options), IsOk());
  }
  options.backlog = -1;
  EXPECT_THAT(CreateServer({"127.0.0.1", 0}, options),
              RefusesArgument(absl::StatusCode::kOutOfRange, "create_server",
                              "backlog"));
}

TEST_P(CreateServerContract, WhatDoesNotFitIsRefused) {
  CreateServerOptions options = OptionsOf(*this, kAfInet);
  EXPECT_THAT(CreateServer({"127.0.0.1", 65536}, options),
              RefusesArgument(absl::StatusCode::kOutOfRange, "bind", "port"));
  EXPECT_THAT(
      CreateServer({"::1", 0}, options),
      RefusesArgument(absl::StatusCode::kInvalidArgument, "bind", "address"));
  options.dualstack_ipv6 = true;
  EXPECT_THAT(CreateServer({"127.0.0.1", 0}, options),
              RefusesArgument(absl::StatusCode::kInvalidArgument,
                              "create_server", "dualstack_ipv6"));
  // No machine has this family.
  EXPECT_THAT(CreateServer({"", 0}, OptionsOf(*this, 9999)),
              Fails(IsUnsupported));
}

}  // namespace
}  // namespace contract
}  // namespace mortise
