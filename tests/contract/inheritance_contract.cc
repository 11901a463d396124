// Children do not inherit sockets, in whatever way the sockets were made.

#include <optional>
#include <utility>

#include "absl/status/statusor.h"
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

// Also shows that ChildInherits would see it if a child had the socket.
void ExpectNotInherited(const Socket& socket) {
  EXPECT_EQ(ChildInherits(socket.native_handle()), std::optional<bool>(false));
  ASSERT_TRUE(MakeInheritable(socket.native_handle()));
  EXPECT_EQ(ChildInherits(socket.native_handle()), std::optional<bool>(true));
}

#define MORTISE_SKIP_WITHOUT_CHILDREN()                                    \
  if (!contract().handles_are_descriptors) {                               \
    GTEST_SKIP() << "the platform's handles are not descriptors";          \
  }                                                                        \
  if (!ChildInherits(MustCreate(TcpIpv4()).native_handle()).has_value()) { \
    GTEST_SKIP() << "no way to see what children inherit";                 \
  }                                                                        \
  static_assert(true, "wants a semicolon")

TEST_P(InheritanceContract, ACreatedSocketIsNotInherited) {
  MORTISE_SKIP_WITHOUT_CHILDREN();
  for (const Transport& transport : Transports()) {
    SCOPED_TRACE(transport.name);
    if (Probe(transport).ok()) ExpectNotInherited(MustCreate(transport));
  }
}

TEST_P(InheritanceContract, AnAcceptedSocketIsNotInherited) {
  MORTISE_SKIP_WITHOUT_CHILDREN();
  for (const Transport& transport : Streams()) {
    SCOPED_TRACE(transport.name);
    if (!Probe(transport).ok()) continue;
    Socket listener = MustListen(transport);
    // The accepted socket is not inherited even if the listener is.
    ASSERT_TRUE(MakeInheritable(listener.native_handle()));
    auto [client, server] = MustConnectTo(listener);
    ExpectNotInherited(server);
  }
}

TEST_P(InheritanceContract, APairIsNotInherited) {
  MORTISE_SKIP_WITHOUT_CHILDREN();
  const absl::StatusOr<std::pair<Socket, Socket>> pair =
      SocketPair(kAfUnspec, kSockStream, 0, &platform());
  if (IsUnsupported(pair.status())) {
    GTEST_SKIP() << "no socket pairs: " << pair.status();
  }
  ASSERT_THAT(pair, IsOk());
  ExpectNotInherited(pair->first);
  ExpectNotInherited(pair->second);
}

TEST_P(InheritanceContract, ACopyIsNotInherited) {
  MORTISE_SKIP_WITHOUT_CHILDREN();
  const Socket socket = MustCreate(TcpIpv4());
  // The copy is not inherited even if the original is.
  ASSERT_TRUE(MakeInheritable(socket.native_handle()));
  const absl::StatusOr<Socket> copy = Socket::FromFd(
      socket.native_handle(), kAfInet, kSockStream, 0, &platform());
  ASSERT_THAT(copy, IsOk());
  ExpectNotInherited(*copy);
}

TEST_P(InheritanceContract, ModesAndMovesDoNotChangeThat) {
  MORTISE_SKIP_WITHOUT_CHILDREN();
  Socket socket = MustCreate(TcpIpv4());
  ASSERT_THAT(socket.SetBlocking(false), IsOk());
  ASSERT_THAT(socket.SetTimeout(kLong), IsOk());
  const Socket moved = std::move(socket);
  ExpectNotInherited(moved);
}

}  // namespace
}  // namespace contract
}  // namespace mortise
