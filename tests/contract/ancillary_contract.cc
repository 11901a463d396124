// SendMsg, RecvMsg, and the ancillary data of a message. message_contract.cc
// tests the calls of a Platform that are beneath them.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/address.h"
#include "mortise/core/ancillary.h"
#include "mortise/core/constants.h"
#include "mortise/core/error.h"
#include "mortise/core/message.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/process.h"
#include "mortise/tests/contract/status_matchers.h"

namespace mortise {
namespace contract {
namespace {

constexpr std::size_t kRoom = 256;

// Turns on the first of these options that the OS has. Returns false if the OS
// has none of them, or if the socket refuses it.
bool TurnOn(Socket& socket, int level, std::vector<absl::string_view> names) {
  for (const absl::string_view name : names) {
    const std::optional<Constant> option = FindConstant(name);
    if (!option.has_value()) continue;
    return socket.SetSockOpt(level, static_cast<int>(option->value), 1).ok();
  }
  return false;
}

bool WantPacketInfo(Socket& socket) {
  if (socket.family() == kAfInet) {
    return TurnOn(socket, kIpprotoIp, {"IP_RECVPKTINFO", "IP_PKTINFO"});
  }
  return TurnOn(socket, kIpprotoIpv6, {"IPV6_RECVPKTINFO", "IPV6_PKTINFO"});
}

bool WantHopLimit(Socket& socket) {
  if (socket.family() == kAfInet) {
    return TurnOn(socket, kIpprotoIp, {"IP_RECVTTL"});
  }
  return TurnOn(socket, kIpprotoIpv6, {"IPV6_RECVHOPLIMIT", "IPV6_HOPLIMIT"});
}

// Returns the content of the first ancillary message of this kind.
template <typename Kind>
std::optional<Kind> Find(const RecvMsgStringResult& message,
                         std::optional<Kind> (AncillaryMessage::*as)() const) {
  for (const AncillaryMessage& item : message.ancillary) {
    if (std::optional<Kind> found = (item.*as)()) return found;
  }
  return std::nullopt;
}

TEST_P(AncillaryContract, BuffersAreSentAndFilledInOrder) {
  auto [one, two] = MustConnectPair(transport());
  EXPECT_THAT(SendMsg(one, {"a", "", "message"}), IsOkAndHolds(8u));
  char first[3];
  char second[16];
  const absl::StatusOr<RecvMsgResult> got =
      RecvMsg(two, {absl::MakeSpan(first), absl::MakeSpan(second)});
  ASSERT_THAT(got, IsOk());
  EXPECT_EQ(got->size, 8u);
  EXPECT_EQ(got->control_size, 0u);
  EXPECT_EQ(got->flags & (kMsgTrunc | kMsgCtrunc), 0);
  EXPECT_EQ(std::string(first, 3) + std::string(second, 5), "amessage");
}

TEST_P(AncillaryContract, ReceivingIntoAString) {
  auto [one, two] = MustConnectPair(transport());
  // Data of the first size is received into memory on the stack, and data of
  // the second size into the string's own memory.
  for (const std::size_t bufsize : {std::size_t{16}, std::size_t{100000}}) {
    ASSERT_THAT(SendMsg(one, {"mess", "age"}), IsOk());
    absl::StatusOr<RecvMsgStringResult> got = RecvMsg(two, bufsize, kRoom);
    ASSERT_THAT(got, IsOk());
    EXPECT_EQ(got->data, "message");
    EXPECT_EQ(got->ancillary.begin(), got->ancillary.end());
    EXPECT_EQ(got->ancillary.bytes(), "");
    EXPECT_TRUE(got->ancillary.TakeDescriptors().empty());
  }
}

TEST_P(AncillaryContract, PeekingTakesNothing) {
  auto [one, two] = MustConnectPair(transport());
  ASSERT_THAT(SendMsg(one, {"message"}), IsOk());
  const absl::StatusOr<RecvMsgStringResult> peeked =
      RecvMsg(two, 4, 0, kMsgPeek);
  ASSERT_THAT(peeked, IsOk());
  EXPECT_EQ(peeked->data, "mess");
  EXPECT_THAT(two.Recv(16), IsOkAndHolds("message"));
}

TEST_P(AncillaryContract, NoBuffersAtAll) {
  if (!transport().is_stream()) {
    MORTISE_SKIP_UNDER_QEMU("it does not call the kernel then");
  }
  auto [one, two] = MustConnectPair(transport());
  ASSERT_THAT(SendMsg(one, {"message"}), IsOk());
  const absl::StatusOr<RecvMsgResult> nothing =
      RecvMsg(two, absl::Span<const absl::Span<char>>());
  ASSERT_THAT(nothing, IsOk());
  EXPECT_EQ(nothing->size, 0u);
  // On a stream this sends nothing, and otherwise an empty datagram.
  EXPECT_THAT(SendMsg(one, absl::Span<const absl::string_view>()),
              IsOkAndHolds(0u));
  EXPECT_THAT(two.Recv(16),
              IsOkAndHolds(transport().is_stream() ? "message" : ""));
}

TEST_P(AncillaryContract, ADatagramIsCutAndThatIsTold) {
  if (transport().is_stream()) GTEST_SKIP() << "streams cut nothing";
  auto [one, two] = MustConnectPair(transport());
  ASSERT_THAT(SendMsg(one, {"message"}), IsOk());
  const absl::StatusOr<RecvMsgStringResult> got = RecvMsg(two, 4);
  ASSERT_THAT(got, IsOk());
  EXPECT_EQ(got->data, "mess");
  EXPECT_NE(got->flags & kMsgTrunc, 0);
}

TEST_P(AncillaryContract, ADatagramGoesToAnAddressAndTellsItsSender) {
  if (transport().is_stream()) GTEST_SKIP() << "streams are connected";
  Socket sender = MustBind(transport());
  Socket receiver = MustBind(transport());
  const SocketAddress to = MustGetSockName(receiver);
  // With an address that is resolved, and with one as a caller writes it.
  ASSERT_THAT(SendMsg(sender, {"one"}, {}, 0, to), IsOkAndHolds(3u));
  ASSERT_THAT(SendMsg(sender, {"two"}, {}, 0, Address(to)), IsOkAndHolds(3u));
  for (const char* const expected : {"one", "two"}) {
    const absl::StatusOr<RecvMsgStringResult> got =
        RecvMsg(receiver, 16, kRoom);
    ASSERT_THAT(got, IsOk());
    EXPECT_EQ(got->data, expected);
    EXPECT_EQ(got->address, MustGetSockName(sender));
  }
}

TEST_P(AncillaryContract, TheEndOfTheStreamIsEmpty) {
  if (!transport().is_stream()) GTEST_SKIP() << "datagrams do not end";
  auto [one, two] = MustConnectPair(transport());
  ASSERT_THAT(SendMsg(one, {"last"}), IsOk());
  ASSERT_THAT(one.Close(), IsOk());
  EXPECT_EQ(RecvMsg(two, 16, kRoom)->data, "last");
  for (int i = 0; i < 2; ++i) {
    const absl::StatusOr<RecvMsgStringResult> end = RecvMsg(two, 16, kRoom);
    ASSERT_THAT(end, IsOk());
    EXPECT_EQ(end->data, "");
  }
}

TEST_P(AncillaryContract, APeerThatIsGoneIsABrokenPipe) {
  if (!transport().is_stream()) GTEST_SKIP() << "datagrams have no pipe";
  auto [one, two] = MustConnectPair(transport());
  ASSERT_THAT(two.Close(), IsOk());
  absl::Status status;
  while (status.ok()) status = SendMsg(one, {Pattern(65536)}).status();
  EXPECT_TRUE(IsBrokenPipe(status) || IsConnectionReset(status)) << status;
}

TEST_P(AncillaryContract, AnAddressOfAnotherFamilyIsRefused) {
  Socket socket = MustCreate(transport());
  const SocketAddress other = transport().family == kAfInet
                                  ? SocketAddress::Ipv6({}, 9)
                                  : SocketAddress::Ipv4({127, 0, 0, 1}, 9);
  EXPECT_THAT(SendMsg(socket, {"x"}, {}, 0, other),
              RefusesArgument(absl::StatusCode::kInvalidArgument, "sendmsg",
                              "address"));
  EXPECT_THAT(SendMsg(socket, {"x"}, {}, 0, Address(other)),
              RefusesArgument(absl::StatusCode::kInvalidArgument, "sendmsg",
                              "address"));
}

TEST_P(AncillaryContract, PacketInfoTellsWhereADatagramWasSentTo) {
  if (!transport().is_ip() || transport().is_stream()) {
    GTEST_SKIP() << "it is about UDP only";
  }
  auto [one, two] = MustConnectPair(transport());
  if (!WantPacketInfo(two)) GTEST_SKIP() << "no packet information";
  ASSERT_THAT(SendMsg(one, {"message"}), IsOk());
  const absl::StatusOr<RecvMsgStringResult> got = RecvMsg(two, 16, kRoom);
  ASSERT_THAT(got, IsOk());
  EXPECT_EQ(got->data, "message");
  const std::optional<PacketInfo> info =
      Find(*got, &AncillaryMessage::AsPacketInfo);
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->address.family(), transport().family);
  EXPECT_EQ(info->address.bytes(), MustGetSockName(two).bytes());
  EXPECT_EQ(info->address.port(), 0);
  EXPECT_NE(info->interface_index, 0u);
  // With the same information, the answer is sent from this address.
  AncillaryBuilder builder(&platform());
  ASSERT_THAT(builder.AddPacketInfo(*info), IsOk());
  ASSERT_THAT(SendMsg(two, {"answer"}, builder.bytes()), IsOk());
  EXPECT_THAT(one.Recv(16), IsOkAndHolds("answer"));
}

TEST_P(AncillaryContract, AnAnswerLeavesFromTheAddressThatWasAsked) {
  if (transport().family != kAfInet || transport().is_stream()) {
    GTEST_SKIP() << "it is about UDP over IPv4 only";
  }
  MORTISE_SKIP_UNDER_WINE("it does not send from where it is told to");
  Socket server = MustCreate(transport());
  ASSERT_THAT(server.Bind({"", 0}), IsOk());
  if (!WantPacketInfo(server)) GTEST_SKIP() << "no packet information";
  // The OS would choose another address for the answer.
  const SocketAddress asked =
      SocketAddress::Ipv4({127, 0, 0, 2}, MustGetSockName(server).port());
  Socket probe = MustCreate(transport());
  if (!probe.Bind(SocketAddress::Ipv4({127, 0, 0, 2}, 0)).ok()) {
    GTEST_SKIP() << "this machine does not have the address 127.0.0.2";
  }
  Socket client = MustBind(transport());
  ASSERT_THAT(client.SendTo("question", asked), IsOk());
  const absl::StatusOr<RecvMsgStringResult> question =
      RecvMsg(server, 16, kRoom);
  ASSERT_THAT(question, IsOk());
  const std::optional<PacketInfo> info =
      Find(*question, &AncillaryMessage::AsPacketInfo);
  ASSERT_TRUE(info.has_value());
  AncillaryBuilder builder(&platform());
  ASSERT_THAT(builder.AddPacketInfo(*info), IsOk());
  ASSERT_THAT(
      SendMsg(server, {"answer"}, builder.bytes(), 0, question->address),
      IsOk());
  const absl::StatusOr<RecvFromStringResult> answer = client.RecvFrom(16);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->data, "answer");
  EXPECT_EQ(answer->address, asked);
}

TEST_P(AncillaryContract, ADatagramTellsItsHops) {
  if (!transport().is_ip() || transport().is_stream()) {
    GTEST_SKIP() << "it is about UDP only";
  }
  auto [one, two] = MustConnectPair(transport());
  if (!WantHopLimit(two)) GTEST_SKIP() << "the hop limit is not reported";
  const bool is_ipv4 = transport().family == kAfInet;
  ASSERT_THAT(one.SetSockOpt(is_ipv4 ? kIpprotoIp : kIpprotoIpv6,
                             is_ipv4 ? kIpTtl : kIpv6UnicastHops, 7),
              IsOk());
  ASSERT_THAT(SendMsg(one, {"message"}), IsOk());
  const absl::StatusOr<RecvMsgStringResult> got = RecvMsg(two, 16, kRoom);
  ASSERT_THAT(got, IsOk());
  EXPECT_EQ(Find(*got, &AncillaryMessage::AsHopLimit), std::optional<int>(7));
}

TEST_P(AncillaryContract, AHopLimitIsForItsMessageOnly) {
  if (!transport().is_ip() || transport().is_stream()) {
    GTEST_SKIP() << "it is about UDP only";
  }
  auto [one, two] = MustConnectPair(transport());
  if (!WantHopLimit(two)) GTEST_SKIP() << "the hop limit is not reported";
  AncillaryBuilder builder(&platform());
  ASSERT_THAT(builder.AddHopLimit(transport().family, 9), IsOk());
  const absl::Status sent = SendMsg(one, {"9"}, builder.bytes()).status();
  if (!sent.ok()) GTEST_SKIP() << "only an option sets hop limits: " << sent;
  MORTISE_SKIP_UNDER_WINE("it ignores the hop limit of a message");
  if (transport().family == kAfInet6) {
    MORTISE_SKIP_UNDER_QEMU("it hands them on with the bytes in its own order");
  }
  ASSERT_THAT(SendMsg(one, {"as ever"}), IsOk());
  const absl::StatusOr<RecvMsgStringResult> first = RecvMsg(two, 16, kRoom);
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(Find(*first, &AncillaryMessage::AsHopLimit), std::optional<int>(9));
  const absl::StatusOr<RecvMsgStringResult> second = RecvMsg(two, 16, kRoom);
  ASSERT_THAT(second, IsOk());
  EXPECT_GT(Find(*second, &AncillaryMessage::AsHopLimit),
            std::optional<int>(9));
}

TEST_P(AncillaryContract, SeveralKindsInOneMessage) {
  if (!transport().is_ip() || transport().is_stream()) {
    GTEST_SKIP() << "it is about UDP only";
  }
  auto [one, two] = MustConnectPair(transport());
  if (!WantPacketInfo(two) || !WantHopLimit(two)) {
    GTEST_SKIP() << "the OS has only one of them";
  }
  ASSERT_THAT(SendMsg(one, {"message"}), IsOk());
  const absl::StatusOr<RecvMsgStringResult> got = RecvMsg(two, 16, kRoom);
  ASSERT_THAT(got, IsOk());
  EXPECT_TRUE(Find(*got, &AncillaryMessage::AsPacketInfo).has_value());
  EXPECT_TRUE(Find(*got, &AncillaryMessage::AsHopLimit).has_value());
  EXPECT_FALSE(Find(*got, &AncillaryMessage::AsCredentials).has_value());
}

TEST_P(AncillaryContract, CredentialsTellWhichProcessSent) {
  if (transport().is_ip()) GTEST_SKIP() << "it is about AF_UNIX only";
  auto [one, two] = MustConnectPair(transport());
  if (!TurnOn(two, kSolSocket, {"SO_PASSCRED"})) {
    GTEST_SKIP() << "no credentials";
  }
  ASSERT_THAT(SendMsg(one, {"message"}), IsOk());
  const absl::StatusOr<RecvMsgStringResult> got = RecvMsg(two, 16, kRoom);
  ASSERT_THAT(got, IsOk());
  const std::optional<Credentials> credentials =
      Find(*got, &AncillaryMessage::AsCredentials);
  ASSERT_TRUE(credentials.has_value());
  EXPECT_EQ(credentials->process_id, ThisProcess());
  // The credentials that the OS has reported may be sent again.
  AncillaryBuilder builder(&platform());
  ASSERT_THAT(builder.AddCredentials(*credentials), IsOk());
  EXPECT_THAT(SendMsg(one, {"message"}, builder.bytes()), IsOk());
}

TEST_P(AncillaryContract, ATimestampIsATime) {
  if (transport().family != kAfInet || transport().is_stream()) {
    GTEST_SKIP() << "it is about UDP over IPv4 only";
  }
  if (!FindConstant("SCM_TIMESTAMP").has_value()) GTEST_SKIP() << "no times";
  auto [one, two] = MustConnectPair(transport());
  ASSERT_TRUE(TurnOn(two, kSolSocket, {"SO_TIMESTAMP"}));
  // One after the other, because a socket has one form of timestamps at a time.
  for (const char* form :
       {"SO_TIMESTAMP", "SO_TIMESTAMP_OLD", "SO_TIMESTAMP_NEW",
        "SO_TIMESTAMPNS", "SO_TIMESTAMPNS_OLD", "SO_TIMESTAMPNS_NEW"}) {
    SCOPED_TRACE(form);
    // Some kernels and emulators do not know all the forms that the headers
    // have.
    if (!TurnOn(two, kSolSocket, {form})) continue;
    ASSERT_THAT(SendMsg(one, {"message"}), IsOk());
    const absl::StatusOr<RecvMsgStringResult> got = RecvMsg(two, 16, kRoom);
    ASSERT_THAT(got, IsOk());
    const std::optional<absl::Time> time =
        Find(*got, &AncillaryMessage::AsTimestamp);
    ASSERT_TRUE(time.has_value());
    // The time is that of the machine's clock. The clock may have been set in
    // the meantime, but hardly by an hour.
    EXPECT_LT(absl::AbsDuration(absl::Now() - *time), absl::Hours(1)) << *time;
  }
}

}  // namespace
}  // namespace contract
}  // namespace mortise
