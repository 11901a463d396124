// CreateConnection, which connects to the first address that works.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/address.h"
#include "mortise/core/create_connection.h"
#include "mortise/core/create_server.h"
#include "mortise/core/error.h"
#include "mortise/core/getaddrinfo.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/error_code.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/process.h"
#include "mortise/tests/contract/status_matchers.h"
#include "mortise/tests/contract/waiting_call.h"

namespace mortise {
namespace contract {
namespace {

using testing::HasSubstr;

// The addresses are tried one by one, staggered as in RFC 8305, and all at
// once.
constexpr absl::Duration kDelays[] = {
    absl::InfiniteDuration(), kHappyEyeballsDelay, absl::ZeroDuration()};

CreateConnectionOptions Options(const ContractTestBase& test,
                                std::vector<absl::Status>* errors = nullptr) {
  CreateConnectionOptions options;
  options.all_errors = errors;
  options.platform = &test.platform();
  return options;
}

std::vector<AddrInfo> Infos(const std::vector<SocketAddress>& addresses) {
  std::vector<AddrInfo> infos;
  for (const SocketAddress& address : addresses) {
    infos.push_back({address.family(), kSockStream, 0, "", address});
  }
  return infos;
}

// Expects that the two ends belong to each other, and that bytes go through.
void ExpectConnected(Socket& client, Socket& listener) {
  EXPECT_EQ(client.GetPeerName().value(), listener.GetSockName().value());
  absl::StatusOr<AcceptResult> server = listener.Accept();
  ASSERT_THAT(server, IsOk());
  EXPECT_EQ(server->address, client.GetSockName().value());
  ASSERT_THAT(client.SendAll("ping"), IsOk());
  EXPECT_THAT(server->socket.Recv(16), IsOkAndHolds("ping"));
  ASSERT_THAT(server->socket.SendAll("pong"), IsOk());
  EXPECT_THAT(client.Recv(16), IsOkAndHolds("pong"));
}

TEST_P(CreateConnectionContract, ConnectsToANumericHost) {
  Socket listener = MustListen(transport());
  const SocketAddress name = MustGetSockName(listener);
  absl::StatusOr<Socket> client =
      CreateConnection({name.host(), name.port()}, Options(*this));
  ASSERT_THAT(client, IsOk());
  EXPECT_EQ(client->family(), transport().family);
  EXPECT_EQ(client->type(), kSockStream);
  EXPECT_EQ(client->protocol(), kIpprotoTcp);
  EXPECT_EQ(client->platform(), &platform());
  EXPECT_EQ(client->GetTimeout(), absl::InfiniteDuration());
  ExpectConnected(*client, listener);
}

TEST_P(CreateConnectionContract, GoesOnToAnAddressThatWorks) {
  const Socket silent = MustBind(transport());
  Socket listener = MustListen(transport());
  const std::vector<AddrInfo> infos =
      Infos({MustGetSockName(silent), MustGetSockName(listener)});
  for (const absl::Duration delay : kDelays) {
    std::vector<absl::Status> errors;
    CreateConnectionOptions options = Options(*this, &errors);
    options.attempt_delay = delay;
    absl::StatusOr<Socket> client = CreateConnection(infos, options);
    ASSERT_THAT(client, IsOk());
    ExpectConnected(*client, listener);
    if (delay == absl::InfiniteDuration()) {
      ASSERT_EQ(errors.size(), 1u);
      EXPECT_THAT(errors[0], Fails(IsConnectionRefused));
    }
  }
}

TEST_P(CreateConnectionContract, IfNoneWorksEachIsNamed) {
  const Socket first = MustBind(transport());
  const Socket second = MustBind(transport());
  const std::vector<SocketAddress> names = {MustGetSockName(first),
                                            MustGetSockName(second)};
  for (const absl::Duration delay : kDelays) {
    std::vector<absl::Status> errors;
    CreateConnectionOptions options = Options(*this, &errors);
    options.attempt_delay = delay;
    const absl::Status status =
        CreateConnection(Infos(names), options).status();
    EXPECT_THAT(status,
                Fails(absl::StatusCode::kUnavailable, IsConnectionRefused));
    const std::optional<Error> error = ErrorOf(status);
    ASSERT_TRUE(error.has_value());
    EXPECT_EQ(error->operation, "connect");
    EXPECT_EQ(error->native_code, Native(ErrorCode::kEconnrefused));
    EXPECT_EQ(error->address, ErrorOf(errors.back())->address);
    ASSERT_EQ(errors.size(), 2u);
    for (const SocketAddress& name : names) {
      EXPECT_THAT(std::string(status.message()), HasSubstr(name.ToString()));
    }
  }
}

TEST_P(CreateConnectionContract, TheSocketHasTheTimeout) {
  Socket listener = MustListen(transport());
  const std::vector<AddrInfo> infos = Infos({MustGetSockName(listener)});
  for (const absl::Duration timeout : {kLong, absl::InfiniteDuration()}) {
    CreateConnectionOptions options = Options(*this);
    options.timeout = timeout;
    absl::StatusOr<Socket> client = CreateConnection(infos, options);
    ASSERT_THAT(client, IsOk());
    EXPECT_EQ(client->GetTimeout(), timeout);
    ExpectConnected(*client, listener);
  }
}

// The descriptor was non-blocking while it connected. Only a Recv that finds no
// data shows whether it is blocking again.
TEST_P(CreateConnectionContract, ABlockingSocketBlocks) {
  Socket listener = MustListen(transport());
  absl::StatusOr<Socket> client =
      CreateConnection(Infos({MustGetSockName(listener)}), Options(*this));
  ASSERT_THAT(client, IsOk());
  absl::StatusOr<AcceptResult> server = listener.Accept();
  ASSERT_THAT(server, IsOk());
  Background<absl::StatusOr<std::string>> receiving(
      [&] { return client->Recv(16); });
  receiving.AwaitAsleep();
  EXPECT_FALSE(receiving.ended());
  EXPECT_THAT(server->socket.SendAll("x"), IsOk());
  EXPECT_THAT(receiving.Result(), IsOkAndHolds("x"));
}

TEST_P(CreateConnectionContract, ConnectsFromTheSource) {
  Socket listener = MustListen(transport());
  CreateConnectionOptions options = Options(*this);
  {
    // A socket on a port that was free a moment ago.
    const Socket free = MustBind(transport());
    options.source_address = MustGetSockName(free);
  }
  absl::StatusOr<Socket> client =
      CreateConnection(Infos({MustGetSockName(listener)}), options);
  ASSERT_THAT(client, IsOk());
  EXPECT_EQ(MustGetSockName(*client), *options.source_address->resolved());
  ExpectConnected(*client, listener);

  options.source_address = HostPort{"", 0};
  absl::StatusOr<Socket> any =
      CreateConnection(Infos({MustGetSockName(listener)}), options);
  ASSERT_THAT(any, IsOk());
  ExpectConnected(*any, listener);
}

TEST_P(CreateConnectionContract, ASourceThatIsTakenOrOfAnotherFamilyFails) {
  Socket listener = MustListen(transport());
  const std::vector<AddrInfo> infos = Infos({MustGetSockName(listener)});
  CreateConnectionOptions options = Options(*this);
  options.source_address = MustGetSockName(listener);
  const absl::Status taken = CreateConnection(infos, options).status();
  EXPECT_TRUE(IsAddressInUse(taken) || IsAccessDenied(taken)) << taken;
  EXPECT_THAT(std::string(taken.message()),
              HasSubstr(MustGetSockName(listener).ToString()));
  options.source_address =
      HostPort{transport().family == kAfInet ? "::1" : "127.0.0.1", 0};
  EXPECT_THAT(CreateConnection(infos, options),
              Fails(absl::StatusCode::kInvalidArgument, IsUsageError));
}

// A listener whose backlog is full does not answer, except on systems that
// refuse such connections.
TEST_P(CreateConnectionContract, ASilentAddressHoldsNothingUpForEver) {
  Socket full = MustListen(transport(), 1);
  std::vector<Socket> clients;
  const absl::Status filled =
      FillBacklog(*this, MustGetSockName(full), &clients);
  if (!filled.ok()) GTEST_SKIP() << "a full backlog refuses: " << filled;
  Socket listener = MustListen(transport());
  const std::vector<AddrInfo> infos =
      Infos({MustGetSockName(full), MustGetSockName(listener)});

  std::vector<absl::Status> errors;
  CreateConnectionOptions options = Options(*this, &errors);
  options.timeout = absl::Milliseconds(20);
  EXPECT_THAT(CreateConnection(infos, options),
              Fails(absl::StatusCode::kDeadlineExceeded, IsTimeout));
  EXPECT_EQ(errors.size(), 2u);

  options.timeout = kLong;
  options.attempt_timeout = absl::Milliseconds(20);
  absl::StatusOr<Socket> next = CreateConnection(infos, options);
  ASSERT_THAT(next, IsOk());
  ExpectConnected(*next, listener);
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_THAT(errors[0], Fails(IsTimeout));

  options.attempt_timeout = absl::InfiniteDuration();
  for (const absl::Duration delay :
       {absl::Milliseconds(20), absl::ZeroDuration()}) {
    options.attempt_delay = delay;
    absl::StatusOr<Socket> beside = CreateConnection(infos, options);
    ASSERT_THAT(beside, IsOk());
    ExpectConnected(*beside, listener);
    EXPECT_TRUE(errors.empty());
  }
}

TEST_P(CreateConnectionContract, ManyAtOnceLeaveNothingBehind) {
  Socket listener = MustListen(transport());
  std::vector<Socket> silent;
  std::vector<SocketAddress> addresses;
  for (int i = 0; i < 100; ++i) {
    silent.push_back(MustBind(transport()));
    addresses.push_back(MustGetSockName(silent.back()));
  }
  addresses.push_back(MustGetSockName(listener));
  for (const absl::Duration delay : kDelays) {
    CreateConnectionOptions options = Options(*this);
    options.attempt_delay = delay;
    absl::StatusOr<Socket> client = CreateConnection(Infos(addresses), options);
    ASSERT_THAT(client, IsOk());
    ExpectConnected(*client, listener);
  }
}

TEST_P(CreateConnectionContract, AHostNameIsLookedUp) {
  if (!KnowsLocalhost()) GTEST_SKIP() << "localhost is unknown here";
  Socket listener = MustListen(transport());
  GetAddrInfoOptions query;
  query.type = kSockStream;
  query.platform = &platform();
  const int port = MustGetSockName(listener).port();
  const absl::StatusOr<std::vector<AddrInfo>> found =
      GetAddrInfo("localhost", port, query);
  ASSERT_THAT(found, IsOk());
  bool has_address = false;
  for (const AddrInfo& info : *found) {
    has_address |= info.address == MustGetSockName(listener);
  }
  if (!has_address) GTEST_SKIP() << "localhost is not of this family";

  for (const absl::Duration delay : kDelays) {
    CreateConnectionOptions options = Options(*this);
    options.attempt_delay = delay;
    options.timeout = kLong;
    absl::StatusOr<Socket> client =
        CreateConnection({"localhost", port}, options);
    ASSERT_THAT(client, IsOk());
    ExpectConnected(*client, listener);
    EXPECT_EQ(client->GetTimeout(), kLong);
  }
}

TEST_P(CreateConnectionContract, AHostThatIsNotThereIsNotFound) {
  // This cannot be a host name, so that no server is asked.
  EXPECT_THAT(CreateConnection({"no host", 80}, Options(*this)),
              Fails(absl::StatusCode::kNotFound, IsNameNotFound));
}

// RFC 9293, section 3.5: TCP connects a socket that has the very port to which
// it connects to itself. The system gives it that port if it happens to be
// free; here it is the source.
TEST_P(CreateConnectionContract, NotToItself) {
  const auto free_name = [this] {
    const Socket free = MustBind(transport());
    return MustGetSockName(free);
  };
  Socket bare =
      Socket::Create(transport().family, kSockStream, 0, &platform()).value();
  const SocketAddress name = free_name();
  if (!bare.Bind(name).ok() || !bare.Connect(name).ok()) {
    GTEST_SKIP() << "this system connects nothing to itself";
  }
  for (const absl::Duration delay : kDelays) {
    CreateConnectionOptions options = Options(*this);
    options.attempt_delay = delay;
    const SocketAddress other = free_name();
    options.source_address = other;
    EXPECT_THAT(CreateConnection(Infos({other}), options),
                Fails(absl::StatusCode::kUnavailable, IsConnectionRefused));
  }
}

TEST_P(CreateConnectionContract, TakesDatagramSocketsToo) {
  const Socket peer =
      MustBind(transport().family == kAfInet ? UdpIpv4() : UdpIpv6());
  std::vector<AddrInfo> infos = Infos({MustGetSockName(peer)});
  infos[0].type = kSockDgram;
  absl::StatusOr<Socket> socket = CreateConnection(infos, Options(*this));
  ASSERT_THAT(socket, IsOk());
  EXPECT_EQ(socket->type(), kSockDgram);
  EXPECT_THAT(socket->GetPeerName(), IsOkAndHolds(MustGetSockName(peer)));
}

// Returns the address of an IPv4 socket in the form of IPv6.
SocketAddress Mapped(const SocketAddress& ipv4) {
  return SocketAddress::Numeric("::ffff:" + ipv4.host(), ipv4.port()).value();
}

TEST_P(CreateConnectionContract, ReachesIpv4InTheFormOfIpv6) {
  if (transport().family != kAfInet) GTEST_SKIP() << "it is about IPv4 only";
  if (!HasDualstackIpv6(&platform())) GTEST_SKIP() << "no socket for both";
  Socket listener = MustListen(transport());
  const SocketAddress name = Mapped(MustGetSockName(listener));
  for (const std::string source : {"", "::ffff:127.0.0.1"}) {
    CreateConnectionOptions options = Options(*this);
    if (!source.empty()) options.source_address = Address(source, 0);
    for (const auto& client :
         {CreateConnection({name.host(), name.port()}, options),
          CreateConnection(Infos({name}), options)}) {
      ASSERT_THAT(client, IsOk());
      EXPECT_EQ(client->family(), kAfInet6);
      EXPECT_EQ(client->GetPeerName().value(), name);
      absl::StatusOr<AcceptResult> server = listener.Accept();
      ASSERT_THAT(server, IsOk());
      EXPECT_EQ(Mapped(server->address), client->GetSockName().value());
    }
  }
  const Socket peer = MustBind(UdpIpv4());
  std::vector<AddrInfo> infos = Infos({Mapped(MustGetSockName(peer))});
  infos[0].type = kSockDgram;
  EXPECT_THAT(CreateConnection(infos, Options(*this)), IsOk());
}

TEST_P(CreateConnectionContract, WhatCannotBeRightIsRefused) {
  EXPECT_THAT(CreateConnection({"localhost", 65536}, Options(*this)),
              RefusesArgument(absl::StatusCode::kOutOfRange,
                              "create_connection", "port"));
  CreateConnectionOptions options = Options(*this);
  options.timeout = -absl::Seconds(1);
  EXPECT_THAT(CreateConnection({"localhost", 80}, options),
              RefusesArgument(absl::StatusCode::kOutOfRange,
                              "create_connection", "timeout"));
}

}  // namespace
}  // namespace contract
}  // namespace mortise
