// A socket's descriptor in this process and in others: what the OS reports
// about it, whether children inherit it, sharing it, and requests of the OS's
// own.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/constants.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/core/windows_socket.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/native_handle.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/process.h"
#include "mortise/tests/contract/status_matchers.h"

namespace mortise {
namespace contract {
namespace {

TEST_P(DescriptorContract, TheOsSaysWhatADescriptorIs) {
  for (const Transport& transport : Transports()) {
    SCOPED_TRACE(transport.name);
    if (!Probe(transport).ok()) continue;
    Socket socket = MustCreate(transport);
    const NativeHandle handle = socket.Detach();
    {
      const absl::StatusOr<Socket> adopted = Socket::Adopt(handle, &platform());
      ASSERT_THAT(adopted, IsOk());
      EXPECT_EQ(adopted->native_handle(), handle);
      EXPECT_EQ(adopted->family(), transport.family);
      EXPECT_EQ(adopted->type(), transport.type);
      EXPECT_EQ(adopted->platform(), &platform());
      // Not every OS reports the protocol.
      if (transport.is_ip() && adopted->protocol() != 0) {
        EXPECT_EQ(adopted->protocol(),
                  transport.is_stream() ? kIpprotoTcp : kIpprotoUdp);
      }
      const absl::StatusOr<Socket> copy = Socket::FromFd(handle, &platform());
      ASSERT_THAT(copy, IsOk());
      EXPECT_NE(copy->native_handle(), handle);
      EXPECT_EQ(copy->family(), adopted->family());
      EXPECT_EQ(copy->type(), adopted->type());
      EXPECT_EQ(copy->protocol(), adopted->protocol());
    }
  }
}

TEST_P(DescriptorContract, AConnectionIsToldToo) {
  for (const Transport& transport : Streams()) {
    SCOPED_TRACE(transport.name);
    if (!Probe(transport).ok()) continue;
    auto [client, server] = MustConnectPair(transport);
    absl::StatusOr<Socket> adopted =
        Socket::Adopt(server.Detach(), &platform());
    ASSERT_THAT(adopted, IsOk());
    EXPECT_EQ(adopted->family(), transport.family);
    ASSERT_THAT(adopted->SendAll("adopted"), IsOk());
    EXPECT_THAT(client.Recv(16), IsOkAndHolds("adopted"));
  }
}

TEST_P(DescriptorContract, WhatIsNotOpenIsNothing) {
  Socket socket = MustCreate(TcpIpv4());
  const NativeHandle handle = socket.native_handle();
  ASSERT_THAT(socket.Close(), IsOk());
  for (const absl::Status& status :
       {Socket::Adopt(handle, &platform()).status(),
        Socket::FromFd(handle, &platform()).status(),
        Socket::FromFd(handle, kAfInet, kSockStream, 0, &platform())
            .status()}) {
    ASSERT_FALSE(status.ok());
    // Windows says that it is not a socket.
    EXPECT_EQ(status.code(), ErrorOf(status)->code == ErrorCode::kEnotsock
                                 ? absl::StatusCode::kInvalidArgument
                                 : absl::StatusCode::kFailedPrecondition)
        << status;
    EXPECT_FALSE(IsUsageError(status)) << status;
  }
  EXPECT_THAT(
      Socket::Adopt(NativeHandle(), &platform()),
      RefusesArgument(absl::StatusCode::kInvalidArgument, "socket", "fd"));
  EXPECT_THAT(Socket::FromFd(NativeHandle(), &platform()),
              RefusesArgument(absl::StatusCode::kInvalidArgument, "dup", "fd"));
}

TEST_P(DescriptorContract, ChildrenInheritWhatTheyAreToldTo) {
  Socket socket = MustCreate(TcpIpv4());
  EXPECT_THAT(socket.GetInheritable(), IsOkAndHolds(false));
  const auto expect_child_to_see = [&](bool inherited) {
    if (!contract().handles_are_descriptors) return;
    const std::optional<bool> seen = ChildInherits(socket.native_handle());
    EXPECT_EQ(seen.value_or(inherited), inherited);
  };
  // Setting the same twice is allowed.
  for (const bool inheritable : {false, true, true, false}) {
    ASSERT_THAT(socket.SetInheritable(inheritable), IsOk());
    EXPECT_THAT(socket.GetInheritable(), IsOkAndHolds(inheritable));
    expect_child_to_see(inheritable);
  }
}

TEST_P(DescriptorContract, ACopyOfAnInheritableSocketIsNotInheritable) {
  Socket socket = MustCreate(TcpIpv4());
  ASSERT_THAT(socket.SetInheritable(true), IsOk());
  const absl::StatusOr<Socket> copy =
      Socket::FromFd(socket.native_handle(), &platform());
  ASSERT_THAT(copy, IsOk());
  EXPECT_THAT(copy->GetInheritable(), IsOkAndHolds(false));
  EXPECT_THAT(socket.GetInheritable(), IsOkAndHolds(true));
}

TEST_P(DescriptorContract, ASharedSocketIsTheSame) {
  auto [client, server] = MustConnectPair(TcpIpv4());
  const absl::StatusOr<std::string> info = Share(server, ThisProcess());
  if (IsUnsupported(info.status())) GTEST_SKIP() << info.status();
  ASSERT_THAT(info, IsOk());
  absl::StatusOr<Socket> shared = FromShare(*info, &platform());
  ASSERT_THAT(shared, IsOk());
  EXPECT_NE(shared->native_handle(), server.native_handle());
  EXPECT_EQ(shared->family(), kAfInet);
  EXPECT_EQ(shared->type(), kSockStream);
  EXPECT_THAT(shared->GetInheritable(), IsOkAndHolds(false));
  ASSERT_THAT(server.Close(), IsOk());
  ASSERT_THAT(shared->SendAll("shared"), IsOk());
  EXPECT_THAT(client.Recv(16), IsOkAndHolds("shared"));
}

TEST_P(DescriptorContract, WhatWasNotSharedIsNoSocket) {
  const Socket socket = MustCreate(TcpIpv4());
  const absl::StatusOr<std::string> info = Share(socket, ThisProcess());
  const bool unsupported = IsUnsupported(info.status());
  const std::string good = info.value_or(std::string(100, 'x'));
  for (const std::string& bad :
       {std::string(), good.substr(0, good.size() - 1), good + "x"}) {
    const absl::Status status = FromShare(bad, &platform()).status();
    if (unsupported) {
      EXPECT_THAT(status, Fails(IsUnsupported));
    } else {
      EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    }
  }
  // A shared socket that is not taken stays open in the process that it was
  // shared with.
  if (!unsupported) {
    EXPECT_THAT(FromShare(good, &platform()), IsOk());
  }
}

TEST_P(DescriptorContract, NoProcessNoSharing) {
  const Socket socket = MustCreate(TcpIpv4());
  // The numbers of Windows' processes are multiples of four.
  EXPECT_FALSE(Share(socket, 0xfffffffd).ok());
}

TEST_P(DescriptorContract, RequestsOfTheOs) {
  Socket socket = MustCreate(TcpIpv4());
  KeepaliveValues values;
  values.time = absl::Seconds(30);
  values.interval = absl::Seconds(1);
  const std::optional<Constant> request = FindConstant("SIO_KEEPALIVE_VALS");
  if (!request.has_value()) {
    EXPECT_THAT(Ioctl(socket, 1, "", absl::Span<char>()), Fails(IsUnsupported));
    EXPECT_THAT(Ioctl(socket, 1, 1), Fails(IsUnsupported));
    EXPECT_THAT(Ioctl(socket, 1, values), Fails(IsUnsupported));
    GTEST_SKIP() << "the OS does not have Winsock's requests";
  }
  const auto keepalive = static_cast<std::uint32_t>(request->value);
  const absl::Status done = Ioctl(socket, keepalive, values);
  if (IsUnsupported(done)) GTEST_SKIP() << "the platform has no requests";
  EXPECT_THAT(done, IsOk());
  values.on = false;
  EXPECT_THAT(Ioctl(socket, keepalive, values), IsOk());
  // The first value is too short for its request. The second request does not
  // exist.
  EXPECT_FALSE(Ioctl(socket, keepalive, 1).ok());
  EXPECT_FALSE(Ioctl(socket, 1, 1).ok());
}

TEST_P(DescriptorContract, TimesThatKeepaliveCannotHave) {
  Socket socket = MustCreate(TcpIpv4());
  for (const absl::Duration bad :
       {-absl::Milliseconds(1), absl::Milliseconds(std::int64_t{1} << 32),
        absl::InfiniteDuration()}) {
    KeepaliveValues values;
    values.time = bad;
    EXPECT_THAT(
        Ioctl(socket, 1, values),
        RefusesArgument(absl::StatusCode::kOutOfRange, "ioctl", "time"));
    values.time = absl::Seconds(1);
    values.interval = bad;
    EXPECT_THAT(
        Ioctl(socket, 1, values),
        RefusesArgument(absl::StatusCode::kOutOfRange, "ioctl", "interval"));
  }
}

}  // namespace
}  // namespace contract
}  // namespace mortise
