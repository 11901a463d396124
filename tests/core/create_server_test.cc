// CreateServer and HasDualstackIpv6: which calls they make, in which order, and
// which errors they return if a call fails.

#include "mortise/core/create_server.h"

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/address.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/mock/mock_platform.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/tests/core/usage_error.h"

namespace mortise {
namespace {

using ::testing::_;
using ::testing::InSequence;
using ::testing::Return;

constexpr NativeHandle kHandle{7};

class CreateServerTest : public ::testing::Test {
 protected:
  CreateServerTest() { options_.platform = &mock_.platform; }

  // Expects that one socket is made, and that it is closed in the end.
  void MakesASocket(AddressFamily family = kAfInet) {
    options_.family = family;
    EXPECT_CALL(mock_.sockets, Socket(family.value(), kSockStream, 0))
        .WillOnce(Return(Made(kHandle)));
    EXPECT_CALL(mock_.sockets, Close(kHandle));
    if (family != kAfInet6) return;
    EXPECT_CALL(mock_.sockets,
                SetSockOpt(kHandle, kIpprotoIpv6, kIpv6V6only, IsInt(1)))
        .WillOnce(Return(Done()));
  }

  static ::testing::Matcher<absl::Span<const char>> IsInt(int value) {
    return ::testing::Truly([value](absl::Span<const char> bytes) {
      return bytes == absl::Span<const char>(
                          reinterpret_cast<const char*>(&value), sizeof(value));
    });
  }

  MockPlatform mock_;
  CreateServerOptions options_;
};

MATCHER_P(IsRaw, address, "") { return SocketAddress(arg) == address; }

TEST_F(CreateServerTest, BindsAndListens) {
  MakesASocket();
  InSequence sequence;
  EXPECT_CALL(mock_.sockets,
              SetAddressReuse(kHandle, AddressReuse::kAfterClose))
      .WillOnce(Return(Done()));
  EXPECT_CALL(mock_.sockets,
              Bind(kHandle, IsRaw(SocketAddress::Ipv4({0, 0, 0, 0}, 8000))))
      .WillOnce(Return(Done()));
  EXPECT_CALL(mock_.sockets, Listen(kHandle, 128)).WillOnce(Return(Done()));
  const absl::StatusOr<Socket> server = CreateServer({"", 8000}, options_);
  ASSERT_TRUE(server.ok()) << server.status();
  EXPECT_EQ(server->family(), kAfInet);
  EXPECT_EQ(server->type(), kSockStream);
}

TEST_F(CreateServerTest, TakesBacklogAndIntent) {
  MakesASocket();
  options_.backlog = 3;
  options_.reuse = AddressReuse::kShare;
  EXPECT_CALL(mock_.sockets, SetAddressReuse(_, AddressReuse::kShare))
      .WillOnce(Return(Done()));
  EXPECT_CALL(mock_.sockets, Bind).WillOnce(Return(Done()));
  EXPECT_CALL(mock_.sockets, Listen(_, 3)).WillOnce(Return(Done()));
  EXPECT_TRUE(CreateServer({"127.0.0.1", 8000}, options_).ok());
}

TEST_F(CreateServerTest, AnEmptyHostIsAnyInIpv6Too) {
  MakesASocket(kAfInet6);
  EXPECT_CALL(mock_.sockets, SetAddressReuse).WillOnce(Return(Done()));
  EXPECT_CALL(mock_.sockets, Bind(_, IsRaw(SocketAddress::Ipv6({}, 8000))))
      .WillOnce(Return(Done()));
  EXPECT_CALL(mock_.sockets, Listen).WillOnce(Return(Done()));
  EXPECT_TRUE(CreateServer({"", 8000}, options_).ok());
}

TEST_F(CreateServerTest, CarriesIpv4WhenAsked) {
  MakesASocket(kAfInet6);
  options_.dualstack_ipv6 = true;
  EXPECT_CALL(mock_.sockets,
              SetSockOpt(kHandle, kIpprotoIpv6, kIpv6V6only, IsInt(0)))
      .WillOnce(Return(Done()));
  EXPECT_CALL(mock_.sockets, SetAddressReuse).WillOnce(Return(Done()));
  EXPECT_CALL(mock_.sockets, Bind).WillOnce(Return(Done()));
  EXPECT_CALL(mock_.sockets, Listen).WillOnce(Return(Done()));
  EXPECT_TRUE(CreateServer({"", 8000}, options_).ok());
}

TEST_F(CreateServerTest, CarriesIpv4OnAnIpv4AddressInTheFormOfIpv6) {
  MakesASocket(kAfInet6);
  InSequence sequence;
  EXPECT_CALL(mock_.sockets,
              SetSockOpt(kHandle, kIpprotoIpv6, kIpv6V6only, IsInt(0)))
      .WillOnce(Return(Done()));
  EXPECT_CALL(mock_.sockets, SetAddressReuse).WillOnce(Return(Done()));
  EXPECT_CALL(
      mock_.sockets,
      Bind(_, IsRaw(SocketAddress::Numeric("::ffff:192.0.2.1", 80).value())))
      .WillOnce(Return(Done()));
  EXPECT_CALL(mock_.sockets, Listen).WillOnce(Return(Done()));
  EXPECT_TRUE(CreateServer({"::ffff:192.0.2.1", 80}, options_).ok());
}

TEST_F(CreateServerTest, ASystemThatCannotCarryBothSaysSoUniformly) {
  MakesASocket(kAfInet6);
  options_.dualstack_ipv6 = true;
  EXPECT_CALL(mock_.sockets, SetSockOpt(_, _, _, IsInt(0)))
      .WillOnce(Return(Failed(ErrorCode::kEinval)));
  const absl::Status status = CreateServer({"", 8000}, options_).status();
  EXPECT_TRUE(IsUnsupported(status)) << status;
  EXPECT_EQ(status.message(),
            "create_server :8000: not supported on this platform "
            "[unsupported]");
}

TEST_F(CreateServerTest, EachFailureNamesTheAddress) {
  const auto status = [&] {
    return CreateServer({"127.0.0.1", 80}, options_).status();
  };
  EXPECT_CALL(mock_.sockets, Socket)
      .WillOnce(Return(Failed<NativeHandle>(ErrorCode::kEmfile)));
  const absl::Status full = status();
  EXPECT_TRUE(IsTooManyDescriptors(full));
  EXPECT_THAT(std::string(full.message()),
              ::testing::StartsWith("create_server 127.0.0.1:80: socket "));
  ::testing::Mock::VerifyAndClearExpectations(&mock_.sockets);

  EXPECT_CALL(mock_.sockets, Socket).WillRepeatedly(Return(Made(kHandle)));
  EXPECT_CALL(mock_.sockets, Close(kHandle)).Times(3);
  EXPECT_CALL(mock_.sockets, SetAddressReuse)
      .WillOnce(Return(Failed(ErrorCode::kEopnotsupp)))
      .WillRepeatedly(Return(Done()));
  const absl::Status reuse = status();
  EXPECT_TRUE(IsUnsupported(reuse));
  EXPECT_THAT(std::string(reuse.message()),
              ::testing::StartsWith("create_server 127.0.0.1:80: setsockopt"));

  EXPECT_CALL(mock_.sockets, Bind)
      .WillOnce(Return(Failed(ErrorCode::kEaddrinuse)))
      .WillRepeatedly(Return(Done()));
  const absl::Status taken = status();
  EXPECT_TRUE(IsAddressInUse(taken));
  EXPECT_EQ(taken.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(ErrorOf(taken)->address, "127.0.0.1:80");

  EXPECT_CALL(mock_.sockets, Listen)
      .WillOnce(Return(Failed(ErrorCode::kEaddrinuse)));
  const absl::Status late = status();
  EXPECT_TRUE(IsAddressInUse(late));
  EXPECT_THAT(std::string(late.message()),
              ::testing::StartsWith("create_server 127.0.0.1:80: listen: "));
}

TEST_F(CreateServerTest, WhatCannotBeRightIsRefusedBeforeAnythingIsDone) {
  options_.backlog = -1;
  EXPECT_THAT(CreateServer({"", 8000}, options_).status(),
              IsRefusal(absl::StatusCode::kOutOfRange, "create_server",
                        "backlog: -1 is negative"));
  options_.backlog = 1;
  options_.dualstack_ipv6 = true;
  EXPECT_THAT(CreateServer({"", 8000}, options_).status(),
              IsRefusal(absl::StatusCode::kInvalidArgument, "create_server",
                        "dualstack_ipv6: is for AF_INET6, not for AF_INET"));
}

TEST_F(CreateServerTest, AnAddressOfAnotherFamilyIsRefused) {
  MakesASocket();
  const absl::Status status = CreateServer({"::1", 8000}, options_).status();
  EXPECT_TRUE(IsUsageError(status)) << status;
}

TEST_F(CreateServerTest, HasDualstackIpv6Tries) {
  EXPECT_CALL(mock_.sockets, Socket(kAfInet6, kSockStream, 0))
      .WillOnce(Return(Failed<NativeHandle>(ErrorCode::kEafnosupport)))
      .WillRepeatedly(Return(Made(kHandle)));
  EXPECT_CALL(mock_.sockets, Close(kHandle)).Times(2);
  EXPECT_CALL(mock_.sockets,
              SetSockOpt(kHandle, kIpprotoIpv6, kIpv6V6only, IsInt(1)))
      .WillRepeatedly(Return(Done()));
  EXPECT_CALL(mock_.sockets,
              SetSockOpt(kHandle, kIpprotoIpv6, kIpv6V6only, IsInt(0)))
      .WillOnce(Return(Failed(ErrorCode::kEinval)))
      .WillOnce(Return(Done()));
  EXPECT_FALSE(HasDualstackIpv6(&mock_.platform));
  EXPECT_FALSE(HasDualstackIpv6(&mock_.platform));
  EXPECT_TRUE(HasDualstackIpv6(&mock_.platform));
}

}  // namespace
}  // namespace mortise
