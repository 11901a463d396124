// Every method of a socket that has been closed, in every way in which that can
// happen.

#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/address.h"
#include "mortise/core/error.h"
#include "mortise/core/message.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/core/windows_socket.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/status_matchers.h"

namespace mortise {
namespace contract {
namespace {

// Expects that `status`, of a call whose errors name `operation`, says that the
// socket is closed.
void ExpectClosed(const absl::Status& status, absl::string_view operation) {
  SCOPED_TRACE(operation);
  ASSERT_THAT(status, Fails(absl::StatusCode::kFailedPrecondition, IsClosed));
  EXPECT_TRUE(IsUsageError(status));
  const std::optional<Error> error = ErrorOf(status);
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->domain, ErrorDomain::kUsage);
  EXPECT_EQ(error->code, ErrorCode::kEbadf);
  EXPECT_EQ(error->native_code, 0);
  EXPECT_EQ(error->operation, operation);
}

void ExpectEveryMethodToSayClosed(Socket& socket) {
  const Address address = {"127.0.0.1", 9};
  const SocketAddress resolved = SocketAddress::Ipv4({127, 0, 0, 1}, 9);
  char buffer[4];
  ExpectClosed(socket.Accept().status(), "accept");
  ExpectClosed(socket.Bind(address), "bind");
  ExpectClosed(socket.Close(), "close");
  ExpectClosed(socket.Connect(address), "connect");
  ExpectClosed(socket.ConnectEx(address).status(), "connect");
  ExpectClosed(socket.Disconnect(), "disconnect");
  ExpectClosed(socket.GetInheritable().status(), "getinheritable");
  ExpectClosed(socket.GetPeerName().status(), "getpeername");
  ExpectClosed(socket.GetSockName().status(), "getsockname");
  ExpectClosed(socket.GetSockOpt(kSolSocket, kSoType).status(), "getsockopt");
  ExpectClosed(socket.GetSockOpt(kSolSocket, kSoType, 4).status(),
               "getsockopt");
  ExpectClosed(Ioctl(socket, 1, 1), "ioctl");
  ExpectClosed(Ioctl(socket, 1, KeepaliveValues()), "ioctl");
  ExpectClosed(Ioctl(socket, 1, "x", absl::Span<char>()).status(), "ioctl");
  ExpectClosed(socket.Listen(), "listen");
  ExpectClosed(socket.Recv(absl::MakeSpan(buffer)).status(), "recv");
  ExpectClosed(socket.Recv(4).status(), "recv");
  ExpectClosed(socket.Recv(100000).status(), "recv");
  ExpectClosed(socket.RecvFrom(absl::MakeSpan(buffer)).status(), "recvfrom");
  ExpectClosed(socket.RecvFrom(4).status(), "recvfrom");
  ExpectClosed(RecvMsg(socket, {absl::MakeSpan(buffer)}).status(), "recvmsg");
  ExpectClosed(RecvMsg(socket, 4).status(), "recvmsg");
  ExpectClosed(socket.Send("x").status(), "send");
  ExpectClosed(socket.SendAll("x"), "send");
  ExpectClosed(socket.SendAll(""), "send");
  ExpectClosed(SendMsg(socket, {"x"}).status(), "sendmsg");
  ExpectClosed(SendMsg(socket, {"x"}, {}, 0, resolved).status(), "sendmsg");
  ExpectClosed(SendMsg(socket, {"x"}, {}, 0, address).status(), "sendmsg");
  ExpectClosed(socket.SendTo("x", resolved).status(), "sendto");
  ExpectClosed(socket.SendTo("x", address).status(), "sendto");
  ExpectClosed(socket.SetAddressReuse(AddressReuse::kShare), "setsockopt");
  ExpectClosed(socket.SetBlocking(false), "settimeout");
  ExpectClosed(socket.SetInheritable(true), "setinheritable");
  ExpectClosed(socket.SetSockOpt(kSolSocket, kSoKeepalive, 1), "setsockopt");
  ExpectClosed(socket.SetSockOpt(kSolSocket, kSoKeepalive, "1234"),
               "setsockopt");
  ExpectClosed(socket.SetTimeout(kLong), "settimeout");
  ExpectClosed(Share(socket, 1).status(), "share");
  ExpectClosed(socket.Shutdown(ShutdownHow::kBoth), "shutdown");
  ExpectClosed(socket.TakeError(), "take_error");
  EXPECT_FALSE(socket.Detach().valid());
  EXPECT_FALSE(socket.is_open());
  EXPECT_FALSE(socket.native_handle().valid());
  EXPECT_EQ(socket.FileNo(), -1);
}

TEST_P(ClosedContract, EveryMethodFailsAfterClose) {
  Socket socket = MustCreate(TcpIpv4());
  ASSERT_THAT(socket.Close(), IsOk());
  ExpectEveryMethodToSayClosed(socket);
}

TEST_P(ClosedContract, EveryMethodFailsOnADefaultSocket) {
  Socket socket;
  ExpectEveryMethodToSayClosed(socket);
}

TEST_P(ClosedContract, EveryMethodFailsOnAMovedSocket) {
  Socket socket = MustCreate(TcpIpv4());
  const Socket moved = std::move(socket);
  ExpectEveryMethodToSayClosed(socket);  // NOLINT(bugprone-use-after-move)
}

TEST_P(ClosedContract, EveryMethodFailsAfterDetach) {
  Socket socket = MustCreate(TcpIpv4());
  const absl::StatusOr<Socket> owner =
      Socket::Adopt(socket.Detach(), kAfInet, kSockStream, 0, &platform());
  ExpectEveryMethodToSayClosed(socket);
}

TEST_P(ClosedContract, TheTextSaysThatTheSocketIsClosed) {
  Socket socket;
  EXPECT_EQ(socket.Listen().message(), "listen: the socket is closed [EBADF]");
}

TEST_P(ClosedContract, AClosedSocketCanBeReplaced) {
  Socket socket = MustCreate(TcpIpv4());
  ASSERT_THAT(socket.Close(), IsOk());
  socket = MustCreate(UdpIpv4());
  EXPECT_EQ(socket.type(), kSockDgram);
  EXPECT_THAT(socket.Bind({"127.0.0.1", 0}), IsOk());
}

}  // namespace
}  // namespace contract
}  // namespace mortise
