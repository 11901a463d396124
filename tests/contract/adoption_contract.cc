// Socket::FromFd, Adopt, Detach.

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/constants.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/status_matchers.h"

namespace mortise {
namespace contract {
namespace {

TEST_P(AdoptionContract, FromFdDuplicatesTheDescriptor) {
  auto [client, server] = MustConnectPair(TcpIpv4());
  absl::StatusOr<Socket> copy = Socket::FromFd(
      client.native_handle(), kAfInet, kSockStream, kIpprotoTcp, &platform());
  ASSERT_THAT(copy, IsOk());
  EXPECT_NE(copy->FileNo(), client.FileNo());
  EXPECT_EQ(copy->family(), kAfInet);
  EXPECT_EQ(copy->type(), kSockStream);
  EXPECT_EQ(copy->protocol(), kIpprotoTcp);
  EXPECT_EQ(copy->GetTimeout(), absl::InfiniteDuration());
  EXPECT_EQ(copy->platform(), &platform());

  ASSERT_THAT(copy->SendAll("copy"), IsOk());
  EXPECT_THAT(server.Recv(16), IsOkAndHolds("copy"));
  // Each of the two sockets works without the other, and the connection lives
  // as long as one of them is open.
  ASSERT_THAT(copy->Close(), IsOk());
  ASSERT_THAT(client.SendAll("original"), IsOk());
  EXPECT_THAT(server.Recv(16), IsOkAndHolds("original"));
}

TEST_P(AdoptionContract, ACopyOutlivesTheOriginal) {
  auto [client, server] = MustConnectPair(TcpIpv4());
  absl::StatusOr<Socket> copy = Socket::FromFd(client.native_handle(), kAfInet,
                                               kSockStream, 0, &platform());
  ASSERT_THAT(copy, IsOk());
  ASSERT_THAT(client.Close(), IsOk());
  ASSERT_THAT(copy->SendAll("still here"), IsOk());
  EXPECT_THAT(server.Recv(16), IsOkAndHolds("still here"));
  ASSERT_THAT(copy->Close(), IsOk());
  EXPECT_THAT(server.Recv(16), IsOkAndHolds(""));
}

TEST_P(AdoptionContract, WhatFromFdIsToldIsNotChecked) {
  const Socket socket = MustCreate(TcpIpv4());
  const absl::StatusOr<Socket> copy = Socket::FromFd(
      socket.native_handle(), kAfInet6, kSockDgram, kIpprotoUdp, &platform());
  ASSERT_THAT(copy, IsOk());
  EXPECT_EQ(copy->family(), kAfInet6);
  EXPECT_EQ(copy->type(), kSockDgram);
  EXPECT_EQ(copy->protocol(), kIpprotoUdp);
}

TEST_P(AdoptionContract, SocketsOnOneDescriptorHaveTimeoutsOfTheirOwn) {
  auto [client, server] = MustConnectPair(TcpIpv4());
  absl::StatusOr<Socket> copy = Socket::FromFd(client.native_handle(), kAfInet,
                                               kSockStream, 0, &platform());
  ASSERT_THAT(copy, IsOk());
  ASSERT_THAT(client.SetBlocking(false), IsOk());
  EXPECT_EQ(copy->GetTimeout(), absl::InfiniteDuration());
  EXPECT_THAT(client.Recv(1), Fails(IsWouldBlock));
  // The descriptor is non-blocking, and `copy` waits nevertheless.
  Background<absl::StatusOr<std::string>> waiting(
      [&copy] { return copy->Recv(1); });
  waiting.AwaitAsleep();
  ASSERT_THAT(server.SendAll("x"), IsOk());
  EXPECT_THAT(waiting.Result(), IsOkAndHolds("x"));
}

TEST_P(AdoptionContract, FromFdRefusesTheInvalidHandle) {
  EXPECT_THAT(
      Socket::FromFd(NativeHandle(), kAfInet, kSockStream, 0, &platform()),
      RefusesArgument(absl::StatusCode::kInvalidArgument, "dup", "fd"));
}

// If the first two numbers were cut to the bits that a handle has on this
// system, each of them would be the handle of `socket`.
TEST_P(AdoptionContract, AHandleThatNoneCanBeIsRefusedAndTouchesNothing) {
  const Socket socket = MustCreate(TcpIpv4());
  constexpr std::int64_t kBeyond = std::int64_t{1} << 32;
  const std::int64_t number = socket.FileNo();
  for (const std::int64_t wrong :
       {kBeyond + number, number - kBeyond, std::int64_t{-2}}) {
    const NativeHandle handle(wrong);
    // On some systems, handles may use all 64 bits.
    if (platform().sockets().IsHandle(handle)) continue;
    SCOPED_TRACE(wrong);
    const auto is_refused = [](absl::string_view operation,
                               absl::string_view argument) {
      return RefusesArgument(absl::StatusCode::kInvalidArgument, operation,
                             argument);
    };
    EXPECT_THAT(Socket::Adopt(handle, kAfInet, kSockStream, 0, &platform()),
                is_refused("socket", "fd"));
    EXPECT_THAT(Socket::Adopt(handle, &platform()), is_refused("socket", "fd"));
    EXPECT_THAT(Socket::FromFd(handle, kAfInet, kSockStream, 0, &platform()),
                is_refused("dup", "fd"));
    EXPECT_THAT(Socket::FromFd(handle, &platform()), is_refused("dup", "fd"));
  }
  EXPECT_THAT(socket.GetSockOpt(kSolSocket, kSoType), IsOk());
}

TEST_P(AdoptionContract, FromFdOfWhatIsNotOpenFails) {
  Socket socket = MustCreate(TcpIpv4());
  const NativeHandle handle = socket.native_handle();
  ASSERT_THAT(socket.Close(), IsOk());
  const absl::Status status =
      Socket::FromFd(handle, kAfInet, kSockStream, 0, &platform()).status();
  ASSERT_FALSE(status.ok());
  // TLS can tell that the handle is wrong. A number of the system may be
  // anything.
  EXPECT_EQ(IsUsageError(status), !platform().sockets().IsHandle(handle))
      << status;
  EXPECT_FALSE(IsClosed(status)) << status;
  EXPECT_EQ(ErrorOf(status)->operation, "dup");
}

TEST_P(AdoptionContract, AdoptTakesTheDescriptorItself) {
  auto [client, server] = MustConnectPair(TcpIpv4());
  const NativeHandle handle = client.Detach();
  {
    absl::StatusOr<Socket> adopted =
        Socket::Adopt(handle, kAfInet, kSockStream, kIpprotoTcp, &platform());
    ASSERT_THAT(adopted, IsOk());
    EXPECT_EQ(adopted->native_handle(), handle);
    EXPECT_EQ(adopted->family(), kAfInet);
    EXPECT_EQ(adopted->type(), kSockStream);
    EXPECT_EQ(adopted->protocol(), kIpprotoTcp);
    EXPECT_EQ(adopted->GetTimeout(), absl::InfiniteDuration());
    EXPECT_EQ(adopted->platform(), &platform());
    ASSERT_THAT(adopted->SendAll("adopted"), IsOk());
    EXPECT_THAT(server.Recv(16), IsOkAndHolds("adopted"));
    // Over TLS, only Close tells the peer that the stream ends.
    ASSERT_THAT(adopted->Close(), IsOk());
  }
  EXPECT_THAT(server.Recv(16), IsOkAndHolds(""));
}

TEST_P(AdoptionContract, AdoptRefusesTheInvalidHandle) {
  EXPECT_THAT(
      Socket::Adopt(NativeHandle(), kAfInet, kSockStream, 0, &platform()),
      RefusesArgument(absl::StatusCode::kInvalidArgument, "socket", "fd"));
}

TEST_P(AdoptionContract, DetachLeavesTheDescriptorOpen) {
  auto [client, server] = MustConnectPair(TcpIpv4());
  const NativeHandle before = client.native_handle();
  const NativeHandle handle = client.Detach();
  EXPECT_EQ(handle, before);
  EXPECT_FALSE(client.is_open());
  EXPECT_FALSE(client.Detach().valid());
  // The connection is not closed: the stream has not ended.
  ASSERT_THAT(server.SetBlocking(false), IsOk());
  EXPECT_THAT(server.Recv(1), Fails(IsWouldBlock));
  EXPECT_THAT(Socket::Adopt(handle, kAfInet, kSockStream, 0, &platform()),
              IsOk());
}

TEST_P(AdoptionContract, ADetachedDescriptorOutlivesTheSocket) {
  auto [client, server] = MustConnectPair(TcpIpv4());
  NativeHandle handle;
  {
    Socket ends = std::move(client);
    handle = ends.Detach();
  }
  absl::StatusOr<Socket> again =
      Socket::Adopt(handle, kAfInet, kSockStream, 0, &platform());
  ASSERT_THAT(again, IsOk());
  ASSERT_THAT(again->SendAll("alive"), IsOk());
  EXPECT_THAT(server.Recv(16), IsOkAndHolds("alive"));
}

}  // namespace
}  // namespace contract
}  // namespace mortise
