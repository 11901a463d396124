// Connect and ConnectEx: attempts that start, attempts that go on, and what the
// platform is asked afterwards.

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/address.h"
#include "mortise/core/cancellation.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/mock/mock_platform.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/tests/core/mock_socket.h"

namespace mortise {
namespace {

using ::testing::_;
using ::testing::AtLeast;
using ::testing::InSequence;
using ::testing::Return;

class SocketConnectTest : public MockSocketTest {
 protected:
  static SocketAddress Peer() {
    return SocketAddress::Ipv4({192, 0, 2, 1}, 80);
  }

  static LookupResult<std::vector<AddrInfoEntry>> Found(
      std::vector<SocketAddress> addresses) {
    LookupResult<std::vector<AddrInfoEntry>> found;
    for (const SocketAddress& address : addresses) {
      AddrInfoEntry entry;
      entry.family = address.family().value();
      entry.address = address.raw();
      found.value.push_back(entry);
    }
    return found;
  }
};

MATCHER_P(IsRaw, address, "") {
  return SocketAddress(arg) == SocketAddress(address);
}

// This happens when SO_SNDTIMEO has run out. The descriptor is blocking
// nevertheless.
TEST_F(SocketConnectTest, ABlockingSocketReportsATimeLimitOfTheSystem) {
  Socket socket = Open();
  EXPECT_CALL(mock_.sockets, Connect)
      .WillOnce(Return(Failed(ErrorCode::kEinprogress)));
  EXPECT_CALL(mock_.sockets, IsNonBlocking(kHandle))
      .WillOnce(Return(Made(false)));
  EXPECT_TRUE(
      IsInProgress(socket.Connect(SocketAddress::Ipv4({127, 0, 0, 1}, 9))));
}

TEST_F(SocketConnectTest, SucceedsAtOnce) {
  Socket socket = Open();
  EXPECT_CALL(mock_.sockets, Connect(kHandle, IsRaw(Peer())))
      .WillOnce(Return(Done()));
  EXPECT_TRUE(socket.Connect(Peer()).ok());
}

TEST_F(SocketConnectTest, ARefusalSaysWhomAndHow) {
  Socket socket = Open();
  EXPECT_CALL(mock_.sockets, Connect)
      .WillOnce(Return(Failed(ErrorCode::kEconnrefused)));
  const absl::Status status = socket.Connect(Peer());
  EXPECT_TRUE(IsConnectionRefused(status));
  const Error error = ErrorOf(status).value();
  EXPECT_EQ(error.domain, ErrorDomain::kOs);
  EXPECT_EQ(error.code, ErrorCode::kEconnrefused);
  EXPECT_EQ(error.native_code, mock_.errors.Native(ErrorCode::kEconnrefused));
  EXPECT_EQ(error.operation, "connect");
  EXPECT_EQ(error.address, "192.0.2.1:80");
}

TEST_F(SocketConnectTest, AnInterruptedConnectIsWaitedForAndNeverIssuedAgain) {
  Socket socket = Open();
  InSequence sequence;
  EXPECT_CALL(mock_.sockets, Connect)
      .WillOnce(Return(Failed(ErrorCode::kEintr)));
  EXPECT_CALL(mock_.readiness,
              Wait(kHandle, WaitEvents::kConnected, absl::InfiniteDuration()))
      .WillOnce(Return(Failed<bool>(ErrorCode::kEintr)))
      .WillOnce(Return(Made(true)));
  EXPECT_CALL(mock_.sockets, TakeError(kHandle)).WillOnce(Return(Made(0)));
  EXPECT_CALL(mock_.sockets, GetPeerName(kHandle, _)).WillOnce(Return(Done()));
  EXPECT_TRUE(socket.Connect(Peer()).ok());
}

// On Linux, a signal ends an attempt to connect in AF_VSOCK, and there is no
// error. Only the missing peer shows that the attempt has ended.
TEST_F(SocketConnectTest, AnInterruptedConnectThatWasEndedIsIssuedAgain) {
  Socket socket = Open();
  InSequence sequence;
  EXPECT_CALL(mock_.sockets, Connect)
      .WillOnce(Return(Failed(ErrorCode::kEintr)));
  EXPECT_CALL(mock_.readiness, Wait).WillOnce(Return(Made(true)));
  EXPECT_CALL(mock_.sockets, TakeError).WillOnce(Return(Made(0)));
  EXPECT_CALL(mock_.sockets, GetPeerName)
      .WillOnce(Return(Failed(ErrorCode::kEnotconn)));
  EXPECT_CALL(mock_.sockets, Connect)
      .WillOnce(Return(Failed(ErrorCode::kEtimedout)));
  const absl::Status status = socket.Connect(Peer());
  EXPECT_TRUE(IsConnectionTimedOut(status)) << status;
}

TEST_F(SocketConnectTest, ATimeoutHoldsOnADescriptorThatWasMadeBlocking) {
  for (const AddressFamily family :
       {AddressFamily(kAfInet), AddressFamily(kAfUnix)}) {
    Socket socket = OpenWithTimeout(absl::Seconds(3), family);
    InSequence sequence;
    EXPECT_CALL(mock_.sockets, IsNonBlocking(kHandle))
        .WillOnce(Return(Made(false)));
    EXPECT_CALL(mock_.sockets, SetBlocking(kHandle, false))
        .WillOnce(Return(Done()));
    EXPECT_CALL(mock_.sockets, Connect).WillOnce(Return(Done()));
    EXPECT_TRUE(family == kAfUnix ? socket.Connect(UnixPath{"/x"}).ok()
                                  : socket.Connect(Peer()).ok());
  }
}

// Not for the call only: a duplicate may be connecting or accepting.
TEST_F(SocketConnectTest, WithATokenTheDescriptorBecomesNonBlocking) {
  Socket socket = Open();
  InSequence sequence;
  EXPECT_CALL(mock_.sockets, SetBlocking(kHandle, false))
      .WillOnce(Return(Done()));
  ASSERT_TRUE(socket.SetCancellation(Cancellation()).ok());
  EXPECT_CALL(mock_.sockets, IsNonBlocking(kHandle))
      .WillOnce(Return(Made(false)));
  EXPECT_CALL(mock_.sockets, SetBlocking(kHandle, false))
      .WillOnce(Return(Done()));
  EXPECT_CALL(mock_.sockets, Connect).WillOnce(Return(Done()));
  EXPECT_TRUE(socket.Connect(Peer()).ok());
  // If that fails, the call could wait for ever.
  EXPECT_CALL(mock_.sockets, IsNonBlocking(kHandle))
      .WillOnce(Return(Made(false)));
  EXPECT_CALL(mock_.sockets, SetBlocking(kHandle, false))
      .WillOnce(Return(Failed(ErrorCode::kEacces)));
  EXPECT_TRUE(IsAccessDenied(socket.Connect(Peer())));
}

TEST_F(SocketConnectTest, AnInterruptedAfUnixConnectIsIssuedAgain) {
  // In AF_UNIX the attempt does not go on by itself, because Linux has only
  // waited for room in the backlog.
  Socket socket = Open(kAfUnix);
  EXPECT_CALL(mock_.sockets, Connect)
      .WillOnce(Return(Failed(ErrorCode::kEintr)))
      .WillOnce(Return(Failed(ErrorCode::kEintr)))
      .WillOnce(Return(Done()));
  EXPECT_TRUE(socket.Connect(UnixPath{"/x"}).ok());
}

TEST_F(SocketConnectTest, AnInterruptedNonBlockingConnectIsInProgress) {
  Socket socket = OpenWithTimeout(absl::ZeroDuration());
  EXPECT_CALL(mock_.sockets, Connect)
      .WillOnce(Return(Failed(ErrorCode::kEintr)));
  EXPECT_TRUE(IsInProgress(socket.Connect(Peer())));
}

TEST_F(SocketConnectTest, WithATimeoutTheOutcomeIsTheSocketsPendingError) {
  Socket socket = OpenWithTimeout(absl::Seconds(3));
  InSequence sequence;
  EXPECT_CALL(mock_.sockets, Connect)
      .WillOnce(Return(Failed(ErrorCode::kEinprogress)));
  EXPECT_CALL(mock_.readiness, Wait(_, _, absl::Seconds(3)))
      .WillOnce(Return(Made(true)));
  EXPECT_CALL(mock_.sockets, TakeError)
      .WillOnce(Return(Made(mock_.errors.Native(ErrorCode::kEconnrefused))));
  EXPECT_TRUE(IsConnectionRefused(socket.Connect(Peer())));
}

TEST_F(SocketConnectTest, TheErrorThatWasKeptIsTakenAsAStatus) {
  Socket socket = Open();
  EXPECT_CALL(mock_.sockets, TakeError(kHandle))
      .WillOnce(Return(Made(mock_.errors.Native(ErrorCode::kEconnrefused))))
      .WillOnce(Return(Made(0)))
      .WillOnce(Return(Failed<int>(ErrorCode::kEnotsock)));
  const absl::Status refused = socket.TakeError();
  EXPECT_TRUE(IsConnectionRefused(refused)) << refused;
  EXPECT_EQ(ErrorOf(refused)->operation, "take_error");
  EXPECT_EQ(ErrorOf(refused)->native_code,
            mock_.errors.Native(ErrorCode::kEconnrefused));
  EXPECT_TRUE(socket.TakeError().ok());
  EXPECT_EQ(ErrorOf(socket.TakeError())->code, ErrorCode::kEnotsock);
  EXPECT_TRUE(IsClosed(Socket().TakeError()));
}

TEST_F(SocketConnectTest, ATimeoutSaysWhom) {
  Socket socket = OpenWithTimeout(absl::Seconds(3));
  EXPECT_CALL(mock_.sockets, Connect)
      .WillOnce(Return(Failed(ErrorCode::kEinprogress)));
  EXPECT_CALL(mock_.readiness, Wait).WillOnce(Return(Made(false)));
  const absl::Status status = socket.Connect(Peer());
  EXPECT_TRUE(IsTimeout(status));
  EXPECT_EQ(status.message(), "connect 192.0.2.1:80: timed out");
}

TEST_F(SocketConnectTest, NonBlockingReportsProgressAndDoesNotWait) {
  Socket socket = OpenWithTimeout(absl::ZeroDuration());
  EXPECT_CALL(mock_.sockets, Connect)
      .WillOnce(Return(Failed(ErrorCode::kEinprogress)));
  const absl::Status status = socket.Connect(Peer());
  EXPECT_TRUE(IsInProgress(status)) << status;
  EXPECT_TRUE(IsWouldBlock(status));
}

TEST_F(SocketConnectTest, LookingTheHostUpAndConnectingShareTheTimeout) {
  Socket socket = OpenWithTimeout(absl::Seconds(3));
  InSequence sequence;
  EXPECT_CALL(mock_.names, FindAddresses(_, absl::Seconds(3)))
      .WillOnce([&](auto...) {
        mock_.clock.Advance(absl::Seconds(2));
        return Found({SocketAddress::Ipv4({192, 0, 2, 1}, 0)});
      });
  EXPECT_CALL(mock_.sockets, Connect(_, IsRaw(Peer())))
      .WillOnce(Return(Failed(ErrorCode::kEinprogress)));
  EXPECT_CALL(mock_.readiness, Wait(_, _, absl::Seconds(1)))
      .WillOnce(Return(Made(false)));
  EXPECT_TRUE(IsTimeout(socket.Connect({"a.example", 80})));
}

TEST_F(SocketConnectTest, ALookUpThatTimesOutNeverReachesConnect) {
  Socket socket = OpenWithTimeout(absl::Seconds(3));
  LookupResult<std::vector<AddrInfoEntry>> late;
  late.timed_out = true;
  EXPECT_CALL(mock_.names, FindAddresses).WillOnce(Return(late));
  const absl::Status status = socket.Connect({"slow.example", 80});
  EXPECT_TRUE(IsTimeout(status));
  EXPECT_EQ(ErrorOf(status)->address, "slow.example:80");
}

TEST_F(SocketConnectTest, ALookUpWithoutAThreadIsNoWouldBlock) {
  Socket socket = OpenWithTimeout(absl::Seconds(3));
  LookupResult<std::vector<AddrInfoEntry>> failed;
  failed.domain = ErrorDomain::kOs;
  failed.error = mock_.errors.Native(ErrorCode::kEagain);
  failed.no_thread = true;
  EXPECT_CALL(mock_.names, FindAddresses).WillOnce(Return(failed));
  const absl::Status status = socket.Connect({"a.example", 80});
  EXPECT_FALSE(IsWouldBlock(status)) << status;
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
  EXPECT_EQ(ErrorOf(status)->address, "a.example:80");
}

TEST_F(SocketConnectTest, ANonBlockingSocketsLookUpMayTakeItsTime) {
  Socket socket = OpenWithTimeout(absl::ZeroDuration());
  EXPECT_CALL(mock_.names, FindAddresses(_, absl::InfiniteDuration()))
      .WillOnce(Return(Found({SocketAddress::Ipv4({192, 0, 2, 1}, 0)})));
  EXPECT_CALL(mock_.sockets, Connect).WillOnce(Return(Done()));
  EXPECT_TRUE(socket.Connect({"a.example", 80}).ok());
}

TEST_F(SocketConnectTest, BindAndSendToLookUpForAsLongAsConnect) {
  const struct {
    absl::Duration timeout;
    absl::Duration for_look_up;
  } kCases[] = {{absl::Seconds(3), absl::Seconds(3)},
                {absl::ZeroDuration(), absl::InfiniteDuration()}};
  for (const auto& c : kCases) {
    Socket socket = OpenWithTimeout(c.timeout, kAfInet, kSockDgram);
    EXPECT_CALL(mock_.names, FindAddresses(_, c.for_look_up))
        .Times(2)
        .WillRepeatedly(
            Return(Found({SocketAddress::Ipv4({192, 0, 2, 1}, 0)})));
    EXPECT_CALL(mock_.sockets, Bind(kHandle, IsRaw(Peer())))
        .WillOnce(Return(Done()));
    EXPECT_CALL(mock_.sockets, SendTo(kHandle, _, _, IsRaw(Peer())))
        .WillOnce(Return(Made<std::size_t>(1)));
    EXPECT_TRUE(socket.Bind({"a.example", 80}).ok());
    EXPECT_TRUE(socket.SendTo("x", HostPort{"a.example", 80}).ok());
  }
}

TEST_F(SocketConnectTest, TakesTheFirstAnswerOfTheSocketsFamily) {
  Socket socket = Open();
  EXPECT_CALL(mock_.names, FindAddresses)
      .WillOnce([](const AddrInfoQuery& query, absl::Duration) {
        EXPECT_EQ(query.host, "two.example");
        EXPECT_EQ(query.family, kAfInet);
        return Found({SocketAddress::Ipv6({}, 0),
                      SocketAddress::Ipv4({192, 0, 2, 1}, 0),
                      SocketAddress::Ipv4({192, 0, 2, 2}, 0)});
      });
  EXPECT_CALL(mock_.sockets, Connect(_, IsRaw(Peer())))
      .WillOnce(Return(Done()));
  EXPECT_TRUE(socket.Connect({"two.example", 80}).ok());
}

TEST_F(SocketConnectTest, AHostWithoutAnAddressOfTheFamilyIsNotFound) {
  Socket socket = Open();
  EXPECT_CALL(mock_.names, FindAddresses)
      .WillOnce(Return(Found({SocketAddress::Ipv6({}, 0)})));
  const absl::Status status = socket.Connect({"six.example", 80});
  EXPECT_TRUE(IsNameNotFound(status)) << status;
}

TEST_F(SocketConnectTest, AFailedLookUpKeepsItsDomainAndNumber) {
  Socket socket = Open();
  LookupResult<std::vector<AddrInfoEntry>> unknown;
  unknown.error = mock_.errors.Native(ErrorCode::kEaiNoname);
  EXPECT_CALL(mock_.names, FindAddresses).WillOnce(Return(unknown));
  const absl::Status status = socket.Connect({"no.example", 80});
  EXPECT_TRUE(IsNameNotFound(status));
  const Error error = ErrorOf(status).value();
  EXPECT_EQ(error.domain, ErrorDomain::kGetAddrInfo);
  EXPECT_EQ(error.native_code, unknown.error);
  EXPECT_EQ(error.address, "no.example:80");
}

TEST_F(SocketConnectTest, NumericHostsNeverReachTheResolver) {
  Socket socket = Open();
  EXPECT_CALL(mock_.sockets, Connect(_, IsRaw(Peer())))
      .WillOnce(Return(Done()));
  EXPECT_TRUE(socket.Connect({"192.0.2.1", 80}).ok());  // GetAddrInfo is strict
}

TEST_F(SocketConnectTest, AScopeNamesAnInterfaceOfTheSocketsPlatform) {
  Socket socket = Open(kAfInet6);
  EXPECT_CALL(mock_.interfaces, NameToIndex("eth7"))
      .WillOnce(Return(Made<std::uint32_t>(7)));
  std::array<std::uint8_t, 16> link_local = {0xfe, 0x80};
  link_local[15] = 1;
  const SocketAddress peer = SocketAddress::Ipv6(link_local, 80, 0, 7);
  EXPECT_CALL(mock_.sockets, Connect(_, IsRaw(peer))).WillOnce(Return(Done()));
  EXPECT_TRUE(socket.Connect({"fe80::1%eth7", 80}).ok());
}

TEST_F(SocketConnectTest, AFullAfUnixBacklogIsTriedAgainUntilThereIsRoom) {
  Socket socket = OpenWithTimeout(absl::Seconds(1), kAfUnix);
  EXPECT_CALL(mock_.readiness, Sleep).Times(2);
  EXPECT_CALL(mock_.sockets, Connect)
      .WillOnce(Return(Failed(ErrorCode::kEagain)))
      .WillOnce(Return(Failed(ErrorCode::kEagain)))
      .WillOnce(Return(Done()));
  EXPECT_TRUE(socket.Connect(UnixPath{"/x"}).ok());
}

TEST_F(SocketConnectTest, AFullAfUnixBacklogTimesOut) {
  Socket socket = OpenWithTimeout(absl::Seconds(1), kAfUnix);
  EXPECT_CALL(mock_.readiness, Sleep).Times(AtLeast(1));
  EXPECT_CALL(mock_.sockets, Connect)
      .WillRepeatedly(Return(Failed(ErrorCode::kEagain)));
  const absl::Status status = socket.Connect(UnixPath{"/x"});
  EXPECT_TRUE(IsTimeout(status));
  EXPECT_EQ(status.message(), "connect unix:/x: timed out");
}

TEST_F(SocketConnectTest, NoPortLeftIsAnErrorEvenWithATimeout) {
  // In an IP family, EAGAIN from connect(2) does not mean that the socket has
  // to wait. Nothing would end such a wait.
  Socket socket = OpenWithTimeout(absl::Seconds(1));
  EXPECT_CALL(mock_.sockets, Connect)
      .WillOnce(Return(Failed(ErrorCode::kEagain)));
  EXPECT_FALSE(socket.Connect(Peer()).ok());
}

TEST_F(SocketConnectTest, ConnectExReturnsTheNumber) {
  Socket socket = Open();
  EXPECT_CALL(mock_.sockets, Connect)
      .WillOnce(Return(Failed(ErrorCode::kEconnrefused)))
      .WillOnce(Return(Done()));
  EXPECT_EQ(socket.ConnectEx(Peer()).value(),
            mock_.errors.Native(ErrorCode::kEconnrefused));
  EXPECT_EQ(socket.ConnectEx(Peer()).value(), 0);
}

TEST_F(SocketConnectTest, ConnectExCallsATimeoutWouldBlock) {
  Socket socket = OpenWithTimeout(absl::Seconds(1));
  EXPECT_CALL(mock_.sockets, Connect)
      .WillOnce(Return(Failed(ErrorCode::kEinprogress)));
  EXPECT_CALL(mock_.readiness, Wait).WillOnce(Return(Made(false)));
  EXPECT_EQ(socket.ConnectEx(Peer()).value(),
            mock_.errors.Native(ErrorCode::kEagain));
}

TEST_F(SocketConnectTest, ConnectExFailsWhereConnectWasNotReached) {
  Socket socket = Open();
  EXPECT_TRUE(IsUsageError(socket.ConnectEx({"192.0.2.1", -1}).status()));
  LookupResult<std::vector<AddrInfoEntry>> unknown;
  unknown.error = mock_.errors.Native(ErrorCode::kEaiNoname);
  EXPECT_CALL(mock_.names, FindAddresses).WillOnce(Return(unknown));
  EXPECT_TRUE(IsNameNotFound(socket.ConnectEx({"no.example", 1}).status()));
}

}  // namespace
}  // namespace mortise
