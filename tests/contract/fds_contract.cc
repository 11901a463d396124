// Descriptors that are passed to another socket. The fixture checks that every
// test leaves as many descriptors open as it found. This shows whether one has
// been lost.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/ancillary.h"
#include "mortise/core/error.h"
#include "mortise/core/fds.h"
#include "mortise/core/message.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/process.h"
#include "mortise/tests/contract/status_matchers.h"

namespace mortise {
namespace contract {
namespace {

#define MORTISE_SKIP_WITHOUT_PASSING()                                        \
  if (IsUnsupported(                                                          \
          AncillaryBuilder(&platform()).AddDescriptors({NativeHandle(0)}))) { \
    GTEST_SKIP() << "no descriptors are passed";                              \
  }                                                                           \
  static_assert(true, "wants a semicolon")

TEST_P(FdsContract, TheyArriveInOrderAndOpen) {
  MORTISE_SKIP_WITHOUT_PASSING();
  auto [one, two] = MustConnectPair(transport());
  auto [kept, passed] = MustConnectPair(TcpIpv4());
  const Socket other = MustBind(UdpIpv4());
  const SocketAddress name = MustGetSockName(other);
  ASSERT_THAT(SendFds(one, "take these",
                      {passed.native_handle(), other.native_handle()}),
              IsOkAndHolds(10u));
  ASSERT_THAT(passed.Close(), IsOk());

  absl::StatusOr<RecvFdsResult> got = RecvFds(two, 64, 2);
  ASSERT_THAT(got, IsOk());
  EXPECT_EQ(got->data, "take these");
  EXPECT_EQ(got->flags & kMsgCtrunc, 0);
  ASSERT_EQ(got->descriptors.size(), 2u);
  absl::StatusOr<Socket> copy =
      Socket::Adopt(got->descriptors.Take(0), &platform());
  ASSERT_THAT(copy, IsOk());
  EXPECT_EQ(copy->family(), kAfInet);
  EXPECT_EQ(copy->type(), kSockStream);
  EXPECT_NE(ChildInherits(copy->native_handle()), std::optional<bool>(true));
  ASSERT_THAT(copy->SendAll("by the copy"), IsOk());
  EXPECT_THAT(kept.Recv(16), IsOkAndHolds("by the copy"));
  const absl::StatusOr<Socket> second =
      Socket::FromFd(got->descriptors[1], &platform());
  ASSERT_THAT(second, IsOk());
  EXPECT_THAT(second->GetSockName(), IsOkAndHolds(name));
  EXPECT_FALSE(got->descriptors[0].valid());
}

TEST_P(FdsContract, WhatNobodyTakesIsClosed) {
  MORTISE_SKIP_WITHOUT_PASSING();
  auto [one, two] = MustConnectPair(transport());
  const std::vector<NativeHandle> fds(3, one.native_handle());
  ASSERT_THAT(SendFds(one, "x", fds), IsOk());
  ASSERT_THAT(SendFds(one, "y", fds), IsOk());
  ASSERT_THAT(SendFds(one, "z", fds), IsOk());
  EXPECT_EQ(RecvFds(two, 1, 3)->descriptors.size(), 3u);
  // RecvMsg does not lose descriptors either, whether they are taken out or
  // not.
  EXPECT_NE(RecvMsg(two, 1, 256)->ancillary.bytes(), "");
  absl::StatusOr<RecvMsgStringResult> got = RecvMsg(two, 1, 256);
  ASSERT_THAT(got, IsOk());
  ReceivedDescriptors taken = got->ancillary.TakeDescriptors();
  EXPECT_EQ(taken.size(), 3u);
  EXPECT_TRUE(got->ancillary.TakeDescriptors().empty());
  ReceivedDescriptors moved = std::move(taken);
  EXPECT_TRUE(taken.empty());  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(moved.size(), 3u);
  moved = ReceivedDescriptors();
}

TEST_P(FdsContract, MoreThanWereWantedAreAllClosedAndThatIsTold) {
  MORTISE_SKIP_WITHOUT_PASSING();
  MORTISE_SKIP_UNDER_QEMU("it gives the kernel more room, and does not tell");
  auto [one, two] = MustConnectPair(transport());
  const std::vector<NativeHandle> fds(3, one.native_handle());
  // In a buffer for one descriptor, the padding has room for a second one.
  for (const std::size_t maxfds : {0, 1, 2}) {
    SCOPED_TRACE(maxfds);
    ASSERT_THAT(
        SendFds(one, "data", absl::MakeConstSpan(fds).first(maxfds + 1)),
        IsOk());
    const absl::StatusOr<RecvFdsResult> got = RecvFds(two, 16, maxfds);
    ASSERT_THAT(got, IsOk());
    EXPECT_EQ(got->data, "data");
    EXPECT_NE(got->flags & kMsgCtrunc, 0);
    EXPECT_TRUE(got->descriptors.empty());
  }
}

TEST_P(FdsContract, FewerThanWereWantedAreThose) {
  MORTISE_SKIP_WITHOUT_PASSING();
  auto [one, two] = MustConnectPair(transport());
  ASSERT_THAT(SendFds(one, "one", {one.native_handle()}), IsOk());
  EXPECT_EQ(RecvFds(two, 16, 50)->descriptors.size(), 1u);
  ASSERT_THAT(SendFds(one, "none", {}), IsOk());
  const absl::StatusOr<RecvFdsResult> got = RecvFds(two, 16, 50);
  ASSERT_THAT(got, IsOk());
  EXPECT_EQ(got->data, "none");
  EXPECT_TRUE(got->descriptors.empty());
}

TEST_P(FdsContract, ManyAtOnce) {
  MORTISE_SKIP_WITHOUT_PASSING();
  auto [one, two] = MustConnectPair(transport());
  const std::vector<NativeHandle> fds(100, one.native_handle());
  ASSERT_THAT(SendFds(one, "x", fds), IsOk());
  EXPECT_EQ(RecvFds(two, 16, 100)->descriptors.size(), 100u);
}

TEST_P(FdsContract, ADatagramTakesThemToAnAddress) {
  MORTISE_SKIP_WITHOUT_PASSING();
  if (transport().is_stream()) GTEST_SKIP() << "streams are connected";
  Socket sender = MustBind(transport());
  Socket receiver = MustBind(transport());
  ASSERT_THAT(SendFds(sender, "x", {sender.native_handle()}, 0,
                      MustGetSockName(receiver)),
              IsOk());
  const absl::StatusOr<RecvFdsResult> got = RecvFds(receiver, 16, 1);
  ASSERT_THAT(got, IsOk());
  EXPECT_EQ(got->descriptors.size(), 1u);
  EXPECT_EQ(got->address, MustGetSockName(sender));
}

TEST_P(FdsContract, WhatIsNoDescriptorIsNotSent) {
  MORTISE_SKIP_WITHOUT_PASSING();
  auto [one, two] = MustConnectPair(transport());
  EXPECT_THAT(SendFds(one, "x", {one.native_handle(), NativeHandle()}),
              RefusesArgument(absl::StatusCode::kInvalidArgument, "cmsg",
                              "descriptors"));
  // There is no descriptor with this number.
  const absl::Status closed =
      SendFds(one, "x", {NativeHandle(1 << 28)}).status();
  EXPECT_FALSE(closed.ok());
  EXPECT_FALSE(IsUsageError(closed)) << closed;
  ASSERT_THAT(two.SetBlocking(false), IsOk());
  EXPECT_THAT(two.Recv(1), Fails(IsWouldBlock));
}

TEST_P(FdsContract, AStreamTakesThemWithAByteAtLeast) {
  MORTISE_SKIP_WITHOUT_PASSING();
  auto [one, two] = MustConnectPair(transport());
  const absl::Status status = SendFds(one, "", {one.native_handle()}).status();
  if (transport().is_stream()) {
    EXPECT_THAT(status, RefusesArgument(absl::StatusCode::kInvalidArgument,
                                        "sendmsg", "data"));
    EXPECT_THAT(SendFds(one, "", {}), IsOkAndHolds(0u));
  } else if (status.ok()) {
    EXPECT_EQ(RecvFds(two, 16, 1)->descriptors.size(), 1u);
  }
}

TEST_P(FdsContract, LengthsOutOfRange) {
  MORTISE_SKIP_WITHOUT_PASSING();
  Socket socket = MustCreate(transport());
  EXPECT_THAT(
      RecvFds(socket, 1, kMaxFds + 1),
      RefusesArgument(absl::StatusCode::kOutOfRange, "recvmsg", "maxfds"));
  EXPECT_THAT(
      RecvFds(socket, Socket::kMaxBufSize + 1, 1),
      RefusesArgument(absl::StatusCode::kOutOfRange, "recvmsg", "bufsize"));
}

TEST_P(FdsContract, AClosedSocketSaysSo) {
  Socket socket;
  EXPECT_THAT(SendFds(socket, "x", {}), Fails(IsClosed));
  EXPECT_THAT(RecvFds(socket, 1, 1), Fails(IsClosed));
}

TEST_P(NoFdsContract, OtherFamiliesCarryNone) {
  auto [one, two] = MustConnectPair(transport());
  EXPECT_THAT(SendFds(one, "x", {one.native_handle()}), Fails(IsUnsupported));
  EXPECT_THAT(RecvFds(two, 16, 1), Fails(IsUnsupported));
  // Nothing has been sent.
  ASSERT_THAT(two.SetBlocking(false), IsOk());
  EXPECT_THAT(two.Recv(1), Fails(IsWouldBlock));
}

TEST_P(FdsContract, AHandleThatNoneCanBeIsNamedAndNothingIsSent) {
  MORTISE_SKIP_WITHOUT_PASSING();
  auto [one, two] = MustConnectPair(transport());
  for (const std::int64_t wrong :
       {(std::int64_t{1} << 32) + one.FileNo(), std::int64_t{-2}}) {
    const NativeHandle handles[] = {one.native_handle(), NativeHandle(wrong)};
    if (platform().sockets().IsHandle(handles[1])) continue;
    EXPECT_THAT(SendFds(one, "x", handles),
                RefusesArgument(absl::StatusCode::kInvalidArgument, "cmsg",
                                "descriptors"));
  }
  ASSERT_THAT(one.Send("nothing before"), IsOk());
  EXPECT_THAT(two.Recv(64), IsOkAndHolds("nothing before"));
}

}  // namespace
}  // namespace contract
}  // namespace mortise
