// Send, SendTo, Recv, RecvFrom with datagrams.

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/address.h"
#include "mortise/core/constants.h"
#include "mortise/core/error.h"
#include "mortise/core/message.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_file.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/error_code.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/status_matchers.h"

namespace mortise {
namespace contract {
namespace {

// Returns `name` as a caller would write it.
Address Unresolved(const SocketAddress& name) {
  if (name.family() == kAfUnix) return UnixPath{std::string(name.bytes())};
  return Address(name.host(), name.port());
}

TEST_P(DatagramContract, ADatagramArrivesAndSaysFromWhom) {
  Socket receiver = MustBind(transport());
  Socket sender = MustBind(transport());
  const std::string data("\0 \xff\n\0", 5);
  EXPECT_THAT(sender.SendTo(data, MustGetSockName(receiver)),
              IsOkAndHolds(data.size()));
  const absl::StatusOr<RecvFromStringResult> got = receiver.RecvFrom(64);
  ASSERT_THAT(got, IsOk());
  EXPECT_EQ(got->data, data);
  EXPECT_EQ(got->address, MustGetSockName(sender));
  // An answer can be sent to this address.
  EXPECT_THAT(receiver.SendTo("answer", got->address), IsOkAndHolds(6u));
  char buffer[64];
  const absl::StatusOr<RecvFromResult> answer =
      sender.RecvFrom(absl::MakeSpan(buffer));
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(absl::string_view(buffer, answer->size), "answer");
  EXPECT_EQ(answer->address, MustGetSockName(receiver));
}

TEST_P(DatagramContract, SendToTakesAnAddressAsACallerWritesIt) {
  Socket receiver = MustBind(transport());
  Socket sender = MustCreate(transport());
  EXPECT_THAT(sender.SendTo("x", Unresolved(MustGetSockName(receiver))),
              IsOkAndHolds(1u));
  EXPECT_THAT(receiver.Recv(16), IsOkAndHolds("x"));
}

TEST_P(DatagramContract, DatagramsKeepTheirBoundaries) {
  auto [one, two] = MustConnectPair(transport());
  ASSERT_THAT(one.Send("first"), IsOkAndHolds(5u));
  ASSERT_THAT(one.Send("2nd"), IsOkAndHolds(3u));
  ASSERT_THAT(one.SendAll("the third"), IsOk());
  EXPECT_THAT(two.Recv(64), IsOkAndHolds("first"));
  EXPECT_THAT(two.Recv(64), IsOkAndHolds("2nd"));
  EXPECT_THAT(two.Recv(64), IsOkAndHolds("the third"));
}

TEST_P(DatagramContract, ALargerDatagramIsCutAndTheRestIsGone) {
  auto [one, two] = MustConnectPair(transport());
  char buffer[8];
  for (int form = 0; form < 4; ++form) {
    SCOPED_TRACE(form);
    ASSERT_THAT(one.Send("0123456789"), IsOkAndHolds(10u));
    ASSERT_THAT(one.Send("next"), IsOkAndHolds(4u));
    switch (form) {
      case 0:
        EXPECT_THAT(two.Recv(4), IsOkAndHolds("0123"));
        break;
      case 1:
        EXPECT_THAT(two.Recv(absl::MakeSpan(buffer, 4)), IsOkAndHolds(4u));
        EXPECT_EQ(absl::string_view(buffer, 4), "0123");
        break;
      case 2: {
        const absl::StatusOr<RecvFromStringResult> got = two.RecvFrom(4);
        ASSERT_THAT(got, IsOk());
        EXPECT_EQ(got->data, "0123");
        EXPECT_EQ(got->address, MustGetSockName(one));
        break;
      }
      case 3: {
        const absl::StatusOr<RecvFromResult> got =
            two.RecvFrom(absl::MakeSpan(buffer, 4));
        ASSERT_THAT(got, IsOk());
        EXPECT_EQ(absl::string_view(buffer, got->size), "0123");
        EXPECT_EQ(got->address, MustGetSockName(one));
        break;
      }
    }
    EXPECT_THAT(two.Recv(64), IsOkAndHolds("next"));
  }
}

// With MSG_TRUNC, a system that supports it reports the length of the whole
// datagram.
TEST_P(DatagramContract, ALengthThatWasAskedForFillsNoMoreThanThereIs) {
  auto [one, two] = MustConnectPair(transport());
  const std::string datagram = "01234" + std::string(7995, 'x');
  const auto send = [&one = one, &datagram] {
    ASSERT_THAT(one.Send(datagram), IsOkAndHolds(datagram.size()));
  };
  const auto holds = [&datagram](std::size_t size) {
    return size == 5 || size == datagram.size();
  };
  send();
  const absl::StatusOr<std::string> string = two.Recv(5, kMsgTrunc);
  if (!string.ok()) GTEST_SKIP() << "no MSG_TRUNC: " << string.status();
  EXPECT_EQ(*string, "01234");
  send();
  const absl::StatusOr<RecvFromStringResult> from = two.RecvFrom(5, kMsgTrunc);
  ASSERT_THAT(from, IsOk());
  EXPECT_EQ(from->data, "01234");
  send();
  const absl::StatusOr<RecvMsgStringResult> message =
      RecvMsg(two, 5, 0, kMsgTrunc);
  ASSERT_THAT(message, IsOk());
  EXPECT_EQ(message->data, "01234");
  EXPECT_NE(message->flags & kMsgTrunc, 0);

  char buffer[] = {'.', '.', '.', '.', '.', '.'};
  const absl::Span<char> span(buffer, 5);
  send();
  const absl::StatusOr<std::size_t> size = two.Recv(span, kMsgTrunc);
  ASSERT_THAT(size, IsOk());
  EXPECT_TRUE(holds(*size)) << *size;
  send();
  const absl::StatusOr<RecvFromResult> size_from =
      two.RecvFrom(span, kMsgTrunc);
  ASSERT_THAT(size_from, IsOk());
  EXPECT_TRUE(holds(size_from->size)) << size_from->size;
  send();
  const absl::StatusOr<RecvMsgResult> size_message =
      RecvMsg(two, {span}, {}, kMsgTrunc);
  ASSERT_THAT(size_message, IsOk());
  EXPECT_TRUE(holds(size_message->size)) << size_message->size;
  EXPECT_EQ(absl::string_view(buffer, 6), "01234.");
}

TEST_P(DatagramContract, AnEmptyDatagramIsADatagram) {
  auto [one, two] = MustConnectPair(transport());
  ASSERT_THAT(one.Send(""), IsOkAndHolds(0u));
  ASSERT_THAT(one.SendAll(""), IsOk());
  ASSERT_THAT(one.Send("full"), IsOkAndHolds(4u));
  EXPECT_THAT(two.Recv(64), IsOkAndHolds(""));
  const absl::StatusOr<RecvFromStringResult> got = two.RecvFrom(64);
  ASSERT_THAT(got, IsOk());
  EXPECT_EQ(got->data, "");
  EXPECT_EQ(got->address, MustGetSockName(one));
  // The empty datagram does not end anything.
  EXPECT_THAT(two.Recv(64), IsOkAndHolds("full"));
}

TEST_P(DatagramContract, PeekLeavesTheDatagramThere) {
  auto [one, two] = MustConnectPair(transport());
  ASSERT_THAT(one.Send("look"), IsOk());
  EXPECT_THAT(two.Recv(2, kMsgPeek), IsOkAndHolds("lo"));
  EXPECT_THAT(two.Recv(16), IsOkAndHolds("look"));
}

TEST_P(DatagramContract, AConnectedSocketCanConnectElsewhere) {
  Socket sender = MustBind(transport());
  Socket one = MustBind(transport());
  Socket two = MustBind(transport());
  ASSERT_THAT(sender.Connect(MustGetSockName(one)), IsOk());
  ASSERT_THAT(sender.Send("one"), IsOk());
  ASSERT_THAT(sender.Connect(MustGetSockName(two)), IsOk());
  ASSERT_THAT(sender.Send("two"), IsOk());
  EXPECT_THAT(one.Recv(16), IsOkAndHolds("one"));
  EXPECT_THAT(two.Recv(16), IsOkAndHolds("two"));
}

TEST_P(DatagramContract, ADatagramIsSentWholeOrNotAtAll) {
  auto [one, two] = MustConnectPair(transport());
  // More than any datagram holds. The limit is 65507 bytes for UDP, and the
  // size of a buffer for AF_UNIX.
  const std::string data(4 << 20, 'x');
  EXPECT_THAT(
      one.Send(data),
      Fails(absl::StatusCode::kInvalidArgument, [](const absl::Status& status) {
        return ErrorOf(status)->code == ErrorCode::kEmsgsize;
      }));
  ASSERT_THAT(one.Send("small"), IsOk());
  EXPECT_THAT(two.Recv(64), IsOkAndHolds("small"));
}

TEST_P(DatagramContract, WithoutAPeerSendFails) {
  MORTISE_SKIP_UNDER_WINE("an unconnected datagram socket is WSAEINVAL");
  Socket socket = MustCreate(transport());
  absl::StatusOr<SocketFile> file = MakeFile(socket, "wb");
  ASSERT_THAT(file, IsOk());
  ASSERT_THAT(file->Write("x"), IsOk());
  for (const absl::Status& status :
       {socket.Send("x").status(), socket.SendAll("x"),
        SendMsg(socket, {absl::string_view("x")}).status(), file->Flush()}) {
    EXPECT_THAT(status,
                Fails(absl::StatusCode::kFailedPrecondition, IsNotConnected));
  }
  // The socket can still send to an address that is given in the call.
  Socket receiver = MustBind(transport());
  EXPECT_THAT(socket.SendTo("x", MustGetSockName(receiver)), IsOkAndHolds(1u));
}

TEST_P(DatagramContract, DatagramsDoNotListen) {
  Socket socket = MustBind(transport());
  const absl::Status status = socket.Listen();
  EXPECT_THAT(status, Fails(absl::StatusCode::kUnimplemented, IsUnsupported));
  EXPECT_EQ(ErrorOf(status)->operation, "listen");
}

}  // namespace
}  // namespace contract
}  // namespace mortise
