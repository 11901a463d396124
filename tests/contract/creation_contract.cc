// Socket::Create, moving, closing.

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/plain_socket_type.h"
#include "mortise/platform/thread_platform.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/process.h"
#include "mortise/tests/contract/status_matchers.h"

namespace mortise {
namespace contract {
namespace {

TEST_P(CreationContract, ANewSocketIsOpenAndBlocking) {
  const Socket socket = MustCreate(TcpIpv4());
  EXPECT_TRUE(socket.is_open());
  EXPECT_GE(socket.FileNo(), 0);
  EXPECT_TRUE(socket.native_handle().valid());
  EXPECT_EQ(socket.native_handle().value(), socket.FileNo());
  EXPECT_EQ(socket.GetTimeout(), absl::InfiniteDuration());
  EXPECT_EQ(socket.platform(), &platform());
}

TEST_P(CreationContract, ASocketKnowsWhatItWasMadeAs) {
  const Socket socket = MustCreate(kAfInet, kSockStream, kIpprotoTcp);
  EXPECT_EQ(socket.family(), kAfInet);
  EXPECT_EQ(socket.type(), kSockStream);
  EXPECT_EQ(socket.protocol(), kIpprotoTcp);
}

TEST_P(CreationContract, EveryTransportOfThePlatformCanBeMade) {
  for (const Transport& transport : Transports()) {
    const absl::StatusOr<Socket> socket =
        Socket::Create(transport.family, transport.type, 0, &platform());
    if (!socket.ok()) {
      EXPECT_THAT(socket,
                  Fails(absl::StatusCode::kUnimplemented, IsUnsupported))
          << transport.name;
      continue;
    }
    EXPECT_EQ(socket->family(), transport.family);
    EXPECT_EQ(socket->type(), transport.type);
    EXPECT_EQ(socket->protocol(), 0);
  }
}

// That is the operating system's, unless the tests run in simulated threads.
TEST_P(CreationContract, WithoutAPlatformASocketHasTheThreads) {
  Platform* const own = ThreadPlatform();
  const absl::StatusOr<Socket> socket = Socket::Create(kAfInet, kSockStream);
  ASSERT_THAT(socket, IsOk());
  EXPECT_EQ(socket->platform(), own != nullptr ? own : &Platform::Default());
}

TEST_P(CreationContract, AnUnknownFamilyIsUnsupported) {
  const absl::StatusOr<Socket> socket =
      Socket::Create(12345, kSockStream, 0, &platform());
  ASSERT_THAT(socket, Fails(absl::StatusCode::kUnimplemented, IsUnsupported));
  EXPECT_EQ(ErrorOf(socket.status())->operation, "socket");
}

TEST_P(CreationContract, AnUnknownTypeIsUnsupported) {
  EXPECT_THAT(Socket::Create(kAfInet, 9, 0, &platform()),
              Fails(absl::StatusCode::kUnimplemented, IsUnsupported));
}

TEST_P(CreationContract, AnUnknownProtocolIsUnsupported) {
  EXPECT_THAT(Socket::Create(kAfInet, kSockStream, 200, &platform()),
              Fails(absl::StatusCode::kUnimplemented, IsUnsupported));
}

TEST_P(CreationContract, AnErrorSaysWhatKindOfSocketItWas) {
  const absl::Status status =
      Socket::Create(kAfInet, kSockStream, kIpprotoUdp, &platform()).status();
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(std::string(status.message()),
              testing::StartsWith("socket AF_INET SOCK_STREAM IPPROTO_UDP: "));
}

TEST_P(CreationContract, ARawSocketIsMadeOrNeedsARight) {
  const absl::StatusOr<Socket> sockets[] = {
      Socket::Create(kAfInet, kSockRaw, kIpprotoIcmp, &platform()),
      Socket::Create(kAfInet6, kSockRaw, kIpprotoIcmpv6, &platform())};
  for (const absl::StatusOr<Socket>& socket : sockets) {
    if (socket.ok()) {
      EXPECT_EQ(socket->type(), kSockRaw);
    } else if (!IsUnsupported(socket.status())) {
      EXPECT_THAT(socket,
                  Fails(absl::StatusCode::kPermissionDenied, IsAccessDenied));
    }
  }
}

TEST_P(CreationContract, FlagsInTheTypeAreNotPartOfIt) {
  // The flags are SOCK_NONBLOCK and SOCK_CLOEXEC. The platform says which bits
  // they are, because not every OS has these names.
  int flags = 0;
  for (int bit = 0; bit < 31; ++bit) {
    const int flag = 1 << bit;
    const PlainSocketType plain = SplitSocketType(kSockStream | flag);
    if (plain.type != kSockStream || flag == kSockStream) continue;
    ++flags;
    absl::StatusOr<Socket> socket =
        Socket::Create(kAfInet, kSockStream | flag, 0, &platform());
    ASSERT_THAT(socket, IsOk());
    EXPECT_EQ(socket->type(), kSockStream);
    EXPECT_EQ(socket->GetTimeout(), plain.non_blocking
                                        ? absl::ZeroDuration()
                                        : absl::InfiniteDuration());
    if (!plain.non_blocking) continue;
    ASSERT_THAT(socket->Bind({"127.0.0.1", 0}), IsOk());
    ASSERT_THAT(socket->Listen(), IsOk());
    EXPECT_THAT(socket->Accept(), Fails(IsWouldBlock));
  }
  if (flags == 0) GTEST_SKIP() << "the platform has no flags in socket types";
}

TEST_P(CreationContract, WithoutDescriptorsCreationFailsAndWorksAgainLater) {
  if (!contract().handles_are_descriptors) {
    GTEST_SKIP() << "the platform's handles are not descriptors";
  }
  std::unique_ptr<DescriptorFamine> famine = DescriptorFamine::Begin();
  if (famine == nullptr) GTEST_SKIP() << "descriptors cannot be limited here";
  const absl::Status create =
      Socket::Create(kAfInet, kSockStream, 0, &platform()).status();
  const absl::Status pair =
      SocketPair(kAfUnspec, kSockStream, 0, &platform()).status();
  famine.reset();
  EXPECT_EQ(create.code(), absl::StatusCode::kResourceExhausted) << create;
  EXPECT_THAT(create, Fails(IsTooManyDescriptors));
  EXPECT_EQ(pair.code(), absl::StatusCode::kResourceExhausted) << pair;
  MustCreate(TcpIpv4());
}

TEST_P(CreationContract, ADefaultSocketIsClosedAndHasNoPlatform) {
  const Socket socket;
  EXPECT_FALSE(socket.is_open());
  EXPECT_EQ(socket.FileNo(), -1);
  EXPECT_FALSE(socket.native_handle().valid());
  EXPECT_EQ(socket.platform(), nullptr);
}

TEST_P(CreationContract, AMovedSocketTakesEverythingAlong) {
  auto [client, server] = MustConnectPair(TcpIpv4());
  ASSERT_THAT(client.SetTimeout(kLong), IsOk());
  const std::int64_t number = client.FileNo();
  Socket moved = std::move(client);
  EXPECT_EQ(moved.FileNo(), number);
  EXPECT_EQ(moved.GetTimeout(), kLong);
  EXPECT_EQ(moved.family(), kAfInet);
  EXPECT_EQ(moved.type(), kSockStream);
  EXPECT_EQ(moved.platform(), &platform());
  EXPECT_FALSE(client.is_open());  // NOLINT(bugprone-use-after-move)
  ASSERT_THAT(moved.SendAll("moved"), IsOk());
  EXPECT_THAT(server.Recv(16), IsOkAndHolds("moved"));
}

TEST_P(CreationContract, MovingOntoASocketClosesIt) {
  auto [client, server] = MustConnectPair(TcpIpv4());
  auto [other_client, other_server] = MustConnectPair(TcpIpv4());
  client = std::move(other_client);
  EXPECT_THAT(server.Recv(16), IsOkAndHolds(""));
  ASSERT_THAT(client.SendAll("other"), IsOk());
  EXPECT_THAT(other_server.Recv(16), IsOkAndHolds("other"));
}

TEST_P(CreationContract, MovingOntoItselfChangesNothing) {
  Socket socket = MustCreate(TcpIpv4());
  Socket& same = socket;
  socket = std::move(same);
  EXPECT_TRUE(socket.is_open());
  EXPECT_THAT(socket.Bind({"127.0.0.1", 0}), IsOk());
}

TEST_P(CreationContract, TheDestructorCloses) {
  auto [client, server] = MustConnectPair(TcpIpv4());
  { const Socket ends = std::move(client); }
  EXPECT_THAT(server.Recv(16), IsOkAndHolds(""));
}

TEST_P(CreationContract, CloseClosesOnce) {
  auto [client, server] = MustConnectPair(TcpIpv4());
  EXPECT_THAT(client.Close(), IsOk());
  EXPECT_FALSE(client.is_open());
  EXPECT_EQ(client.FileNo(), -1);
  EXPECT_THAT(server.Recv(16), IsOkAndHolds(""));
  EXPECT_THAT(client.Close(),
              Fails(absl::StatusCode::kFailedPrecondition, IsClosed));
}

TEST_P(CreationContract, ASecondCloseClosesNobodyElsesDescriptor) {
  Socket first = MustCreate(TcpIpv4());
  ASSERT_THAT(first.Close(), IsOk());
  // It most likely gets the same number.
  Socket second = MustCreate(TcpIpv4());
  EXPECT_THAT(first.Close(), Fails(IsClosed));
  EXPECT_THAT(second.Bind({"127.0.0.1", 0}), IsOk());
}

TEST_P(CreationContract, CloseDoesNotReportThatThePeerReset) {
  auto [client, server] = MustConnectPair(TcpIpv4());
  ASSERT_THAT(server.SendAll("unread"), IsOk());
  // The rest of the data stays unread, so that closing resets the connection.
  ASSERT_THAT(client.Recv(1), IsOk());
  ASSERT_THAT(client.Close(), IsOk());
  EXPECT_THAT(server.Close(), IsOk());
}

TEST_P(CreationContract, WhatWasSentArrivesThoughTheSenderIsGone) {
  auto [client, server] = MustConnectPair(TcpIpv4());
  ASSERT_THAT(client.SendAll("last words"), IsOk());
  ASSERT_THAT(client.Close(), IsOk());
  EXPECT_EQ(ReceiveToEnd(server), "last words");
}

TEST_P(CreationContract, ASocketPairIsConnected) {
  for (const int type : {kSockStream, kSockDgram}) {
    absl::StatusOr<std::pair<Socket, Socket>> pair =
        SocketPair(kAfUnspec, type, 0, &platform());
    ASSERT_THAT(pair, IsOk());
    for (Socket* socket : {&pair->first, &pair->second}) {
      EXPECT_EQ(socket->family(), platform().facts().pair_family);
      EXPECT_EQ(socket->type(), type);
      EXPECT_EQ(socket->GetTimeout(), absl::InfiniteDuration());
      EXPECT_EQ(socket->platform(), &platform());
    }
    EXPECT_THAT(pair->first.Send("there"), IsOkAndHolds(5u));
    EXPECT_THAT(pair->second.Recv(16), IsOkAndHolds("there"));
    EXPECT_THAT(pair->second.Send("back"), IsOkAndHolds(4u));
    EXPECT_THAT(pair->first.Recv(16), IsOkAndHolds("back"));
  }
}

TEST_P(CreationContract, ASocketPairOfAnyFamilyIsMadeOrUnsupported) {
  for (const int family : {kAfInet, kAfInet6, 12345}) {
    absl::StatusOr<std::pair<Socket, Socket>> pair =
        SocketPair(family, kSockStream, 0, &platform());
    if (!pair.ok()) {
      EXPECT_THAT(pair, Fails(absl::StatusCode::kUnimplemented, IsUnsupported));
      EXPECT_EQ(ErrorOf(pair.status())->operation, "socketpair");
      continue;
    }
    EXPECT_THAT(pair->first.Send("there"), IsOkAndHolds(5u));
    EXPECT_THAT(pair->second.Recv(16), IsOkAndHolds("there"));
  }
}

TEST_P(CreationContract, ASequencedPairKeepsMessagesApartAndEnds) {
  absl::StatusOr<std::pair<Socket, Socket>> pair =
      SocketPair(kAfUnix, kSockSeqpacket, 0, &platform());
  if (IsUnsupported(pair.status())) {
    GTEST_SKIP() << "no SOCK_SEQPACKET: " << pair.status();
  }
  ASSERT_THAT(pair, IsOk());
  ASSERT_THAT(pair->first.Send("one"), IsOkAndHolds(3u));
  ASSERT_THAT(pair->first.Send("two"), IsOkAndHolds(3u));
  ASSERT_THAT(pair->first.Close(), IsOk());
  EXPECT_THAT(pair->second.Recv(16), IsOkAndHolds("one"));
  EXPECT_THAT(pair->second.Recv(16), IsOkAndHolds("two"));
  EXPECT_THAT(pair->second.Recv(16), IsOkAndHolds(""));
}

}  // namespace
}  // namespace contract
}  // namespace mortise
