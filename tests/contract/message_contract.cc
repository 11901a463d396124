// Messages in pieces and with ancillary data, sent and received by calls of the
// Platform itself. The layout of ancillary data differs between systems more
// than anything else.

#include <cstddef>
#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "mortise/core/constants.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/control_layout.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/process.h"
#include "mortise/tests/contract/status_matchers.h"

namespace mortise {
namespace contract {
namespace {

using Piece = absl::Span<const char>;

ErrorCode CodeOf(const Platform& platform, int error) {
  return error == kNotSupportedError
             ? ErrorCode::kUnsupported
             : platform.facts().errors.Code(ErrorDomain::kOs, error);
}

SysResult<std::size_t> Send(const Socket& socket,
                            const std::vector<absl::string_view>& pieces,
                            absl::Span<const char> control = {},
                            const SocketAddress* to = nullptr) {
  return socket.platform()->sockets().SendMsg(
      socket.native_handle(), pieces, control, 0,
      to != nullptr ? &to->raw() : nullptr);
}

// What Receive returns: the result, and the contents of its buffers.
struct Received {
  SysResult<ReceivedMessage> result;
  std::vector<std::string> pieces;
  SocketAddress from;
};

// Receives a message into buffers of the sizes `sizes`.
Received Receive(const Socket& socket, const std::vector<std::size_t>& sizes,
                 absl::Span<char> control = {}) {
  Received received;
  std::vector<absl::Span<char>> spans;
  for (const std::size_t size : sizes) received.pieces.emplace_back(size, '.');
  for (std::string& piece : received.pieces) {
    spans.push_back(absl::MakeSpan(piece));
  }
  received.result = socket.platform()->sockets().RecvMsg(
      socket.native_handle(), spans, control, 0, received.from.mutable_raw());
  return received;
}

TEST_P(MessageContract, PiecesAreSentAndFilledInOrder) {
  auto [one, two] = MustConnectPair(transport());
  const SysResult<std::size_t> sent = Send(one, {"a", "", "message", "!"});
  ASSERT_TRUE(sent.ok()) << sent.error;
  EXPECT_EQ(sent.value, 9u);
  const Received received = Receive(two, {4, 0, 3, 8});
  ASSERT_TRUE(received.result.ok()) << received.result.error;
  EXPECT_EQ(received.result.value.size, 9u);
  EXPECT_EQ(received.result.value.control_size, 0u);
  EXPECT_EQ(received.result.value.flags & (kMsgTrunc | kMsgCtrunc), 0);
  EXPECT_EQ(received.pieces,
            (std::vector<std::string>{"ames", "", "sag", "e!......"}));
}

TEST_P(MessageContract, MorePiecesThanMostHave) {
  auto [one, two] = MustConnectPair(transport());
  const std::string letters = "abcdefghijklmnopqrstuvwxyz";
  std::vector<absl::string_view> pieces;
  for (const char& letter : letters) pieces.emplace_back(&letter, 1);
  ASSERT_EQ(Send(one, pieces).value, letters.size());
  const Received received =
      Receive(two, std::vector<std::size_t>(letters.size(), 1));
  ASSERT_TRUE(received.result.ok()) << received.result.error;
  std::string all;
  for (const std::string& piece : received.pieces) all += piece;
  EXPECT_EQ(all, letters);
}

TEST_P(MessageContract, ADatagramThatDoesNotFitIsCutAndThatIsTold) {
  if (transport().is_stream()) GTEST_SKIP() << "streams cut nothing";
  auto [one, two] = MustConnectPair(transport());
  ASSERT_TRUE(Send(one, {"message"}).ok());
  const Received received = Receive(two, {2, 2});
  ASSERT_TRUE(received.result.ok()) << received.result.error;
  EXPECT_EQ(received.result.value.size, 4u);
  EXPECT_NE(received.result.value.flags & kMsgTrunc, 0);
  EXPECT_EQ(received.pieces, (std::vector<std::string>{"me", "ss"}));
}

TEST_P(MessageContract, WithoutRoomADatagramIsReceivedNevertheless) {
  if (transport().is_stream()) GTEST_SKIP() << "streams cut nothing";
  auto [one, two] = MustConnectPair(transport());
  ASSERT_TRUE(Send(one, {"lost"}).ok());
  ASSERT_TRUE(Send(one, {"kept"}).ok());
  const Received lost = Receive(two, {0});
  ASSERT_TRUE(lost.result.ok()) << lost.result.error;
  EXPECT_EQ(lost.result.value.size, 0u);
  EXPECT_NE(lost.result.value.flags & kMsgTrunc, 0);
  EXPECT_EQ(Receive(two, {4}).pieces, std::vector<std::string>{"kept"});
}

TEST_P(MessageContract, ADatagramGoesWhereItIsToldToAndTellsWhoSent) {
  if (transport().is_stream()) GTEST_SKIP() << "streams are connected";
  const Socket sender = MustBind(transport());
  const Socket receiver = MustBind(transport());
  const SocketAddress to = MustGetSockName(receiver);
  ASSERT_TRUE(Send(sender, {"message"}, {}, &to).ok());
  const Received received = Receive(receiver, {16});
  ASSERT_TRUE(received.result.ok()) << received.result.error;
  EXPECT_EQ(received.result.value.size, 7u);
  EXPECT_EQ(received.from, MustGetSockName(sender));
}

TEST_P(MessageContract, TheEndOfTheStreamIsEmpty) {
  if (!transport().is_stream()) GTEST_SKIP() << "datagrams do not end";
  auto [one, two] = MustConnectPair(transport());
  ASSERT_THAT(one.Close(), IsOk());
  char control[64];
  const Received received = Receive(two, {16}, absl::MakeSpan(control));
  ASSERT_TRUE(received.result.ok()) << received.result.error;
  EXPECT_EQ(received.result.value.size, 0u);
  EXPECT_EQ(received.result.value.control_size, 0u);
}

TEST_P(MessageContract, NothingToReceiveWouldBlock) {
  auto [one, two] = MustConnectPair(transport());
  ASSERT_THAT(two.SetBlocking(false), IsOk());
  char control[64];
  for (const absl::Span<char> room :
       {absl::Span<char>(), absl::MakeSpan(control)}) {
    EXPECT_EQ(CodeOf(platform(), Receive(two, {16}, room).result.error),
              ErrorCode::kEagain);
  }
}

TEST_P(MessageContract, AClosedHandleIsAnError) {
  // There is no descriptor with this number.
  const NativeHandle none(1 << 28);
  SockAddr from;
  char byte = 'x';
  const absl::Span<char> buffer(&byte, 1);
  const absl::string_view piece(&byte, 1);
  EXPECT_NE(platform()
                .sockets()
                .RecvMsg(none, absl::MakeConstSpan(&buffer, 1), {}, 0, &from)
                .error,
            0);
  EXPECT_NE(platform()
                .sockets()
                .SendMsg(none, absl::MakeConstSpan(&piece, 1), {}, 0, nullptr)
                .error,
            0);
}

TEST_P(MessageContract, ADatagramTellsTheInterfaceItCameThrough) {
  if (transport().family != kAfInet || transport().is_stream()) {
    GTEST_SKIP() << "it is about UDP over IPv4 only";
  }
  const std::optional<Constant> packet_info = FindConstant("IP_PKTINFO");
  if (!packet_info.has_value()) GTEST_SKIP() << "no IP_PKTINFO";
  const int type = static_cast<int>(packet_info->value);
  auto [one, two] = MustConnectPair(transport());
  ASSERT_THAT(two.SetSockOpt(kIpprotoIp, type, 1), IsOk());
  ASSERT_TRUE(Send(one, {"message"}).ok());
  std::vector<char> room(ControlSpace(64));
  const Received received = Receive(two, {16}, absl::MakeSpan(room));
  ASSERT_TRUE(received.result.ok()) << received.result.error;
  EXPECT_EQ(received.pieces[0], "message.........");
  EXPECT_EQ(received.result.value.flags & kMsgCtrunc, 0);
  EXPECT_EQ(received.from, MustGetSockName(one));
  absl::Span<const char> rest =
      absl::MakeConstSpan(room).first(received.result.value.control_size);
  ControlMessage message;
  ASSERT_TRUE(TakeControl(&rest, &message));
  EXPECT_EQ(message.level, kIpprotoIp);
  EXPECT_EQ(message.type, type);
  // It has at least an address and the number of an interface.
  EXPECT_GE(message.data.size(), 8u);
  EXPECT_FALSE(TakeControl(&rest, &message));
}

TEST_P(MessageContract, AncillaryDataThatDoesNotFitIsCutAndThatIsTold) {
  if (transport().family != kAfInet || transport().is_stream()) {
    GTEST_SKIP() << "it is about UDP over IPv4 only";
  }
  MORTISE_SKIP_UNDER_QEMU("it gives the kernel more room, and does not tell");
  const std::optional<Constant> packet_info = FindConstant("IP_PKTINFO");
  if (!packet_info.has_value()) GTEST_SKIP() << "no IP_PKTINFO";
  auto [one, two] = MustConnectPair(transport());
  ASSERT_THAT(
      two.SetSockOpt(kIpprotoIp, static_cast<int>(packet_info->value), 1),
      IsOk());
  ASSERT_TRUE(Send(one, {"message"}).ok());
  std::vector<char> room(ControlLength(1));
  const Received received = Receive(two, {16}, absl::MakeSpan(room));
  ASSERT_TRUE(received.result.ok()) << received.result.error;
  EXPECT_EQ(received.pieces[0], "message.........");
  EXPECT_NE(received.result.value.flags & kMsgCtrunc, 0);
}

TEST_P(MessageContract, DescriptorsArePassedAndNotInherited) {
  if (transport().is_ip()) GTEST_SKIP() << "it is about AF_UNIX only";
  const std::optional<Constant> rights = FindConstant("SCM_RIGHTS");
  if (!contract().handles_are_descriptors || !rights.has_value()) {
    GTEST_SKIP() << "no descriptors to pass";
  }
  auto [one, two] = MustConnectPair(transport());
  auto [kept, passed] = MustConnectPair(TcpIpv4());
  const auto fd = static_cast<int>(passed.native_handle().value());
  std::vector<char> control(ControlSpace(sizeof(fd)));
  ControlMessage message;
  message.level = kSolSocket;
  message.type = static_cast<int>(rights->value);
  message.data = Piece(reinterpret_cast<const char*>(&fd), sizeof(fd));
  ASSERT_EQ(PutControl(message, absl::MakeSpan(control)), control.size());
  ASSERT_TRUE(Send(one, {"x"}, control).ok());

  std::vector<char> room(control.size());
  const Received received = Receive(two, {1}, absl::MakeSpan(room));
  ASSERT_TRUE(received.result.ok()) << received.result.error;
  absl::Span<const char> rest =
      absl::MakeConstSpan(room).first(received.result.value.control_size);
  ControlMessage arrived;
  ASSERT_TRUE(TakeControl(&rest, &arrived));
  EXPECT_EQ(arrived.level, message.level);
  EXPECT_EQ(arrived.type, message.type);
  int copy = -1;
  ASSERT_EQ(arrived.data.size(), sizeof(copy));
  std::memcpy(&copy, arrived.data.data(), sizeof(copy));
  absl::StatusOr<Socket> socket =
      Socket::Adopt(NativeHandle(copy), kAfInet, kSockStream, 0, &platform());
  ASSERT_THAT(socket, IsOk());
  EXPECT_NE(ChildInherits(socket->native_handle()), std::optional<bool>(true));
  ASSERT_THAT(passed.Close(), IsOk());
  ASSERT_THAT(socket->SendAll("by the copy"), IsOk());
  EXPECT_THAT(kept.Recv(16), IsOkAndHolds("by the copy"));
}

}  // namespace
}  // namespace contract
}  // namespace mortise
