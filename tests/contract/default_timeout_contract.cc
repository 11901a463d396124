// SetDefaultTimeout, and its effect on new sockets.

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/default_timeout.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/status_matchers.h"

namespace mortise {
namespace contract {
namespace {

constexpr absl::Duration kShort = absl::Milliseconds(5);

// Sets the default, which belongs to the process, and takes it back at the end
// of a test.
class Default {
 public:
  explicit Default(absl::Duration timeout) { Set(timeout); }
  ~Default() { Set(absl::InfiniteDuration()); }
  Default(const Default&) = delete;
  Default& operator=(const Default&) = delete;

 private:
  static void Set(absl::Duration timeout) {
    EXPECT_THAT(SetDefaultTimeout(timeout), IsOk());
  }
};

TEST_P(DefaultTimeoutContract, ANewSocketWaitsNoLonger) {
  const Default set(kShort);
  Socket listener = MustListen(TcpIpv4());
  EXPECT_EQ(listener.GetTimeout(), kShort);
  EXPECT_THAT(listener.Accept(), Fails(IsTimeout));
  Socket datagrams = MustBind(UdpIpv4());
  EXPECT_THAT(datagrams.Recv(1), Fails(IsTimeout));
}

TEST_P(DefaultTimeoutContract, ZeroIsNonBlocking) {
  const Default set(absl::ZeroDuration());
  Socket listener = MustListen(TcpIpv4());
  EXPECT_THAT(listener.Accept(), Fails(IsWouldBlock));
}

TEST_P(DefaultTimeoutContract, AnAcceptedSocketHasItWhateverTheListenerHas) {
  Socket listener = MustListen(TcpIpv4());
  ASSERT_THAT(listener.SetTimeout(kLong), IsOk());
  {
    auto [client, server] = MustConnectTo(listener);
    EXPECT_EQ(server.GetTimeout(), absl::InfiniteDuration());
  }
  const Default set(kShort);
  auto [client, server] = MustConnectTo(listener);
  EXPECT_EQ(server.GetTimeout(), kShort);
  EXPECT_THAT(server.Recv(1), Fails(IsTimeout));
}

TEST_P(DefaultTimeoutContract, PairsAndDescriptorsHaveIt) {
  absl::StatusOr<std::pair<Socket, Socket>> before =
      SocketPair(kAfUnspec, kSockStream, 0, &platform());
  ASSERT_THAT(before, IsOk());
  const Default set(kShort);
  EXPECT_EQ(before->first.GetTimeout(), absl::InfiniteDuration());
  absl::StatusOr<std::pair<Socket, Socket>> pair =
      SocketPair(kAfUnspec, kSockStream, 0, &platform());
  ASSERT_THAT(pair, IsOk());
  EXPECT_THAT(pair->first.Recv(1), Fails(IsTimeout));
  EXPECT_THAT(pair->second.Recv(1), Fails(IsTimeout));

  absl::StatusOr<Socket> adopted =
      Socket::Adopt(before->first.Detach(), before->second.family(),
                    kSockStream, 0, &platform());
  ASSERT_THAT(adopted, IsOk());
  EXPECT_THAT(adopted->Recv(1), Fails(IsTimeout));
  absl::StatusOr<Socket> copy =
      Socket::FromFd(before->second.native_handle(), before->second.family(),
                     kSockStream, 0, &platform());
  ASSERT_THAT(copy, IsOk());
  EXPECT_THAT(copy->Recv(1), Fails(IsTimeout));
}

TEST_P(DefaultTimeoutContract, ANegativeOneIsRefused) {
  EXPECT_THAT(SetDefaultTimeout(-kShort),
              RefusesArgument(absl::StatusCode::kOutOfRange,
                              "setdefaulttimeout", "timeout"));
  EXPECT_EQ(GetDefaultTimeout(), absl::InfiniteDuration());
}

}  // namespace
}  // namespace contract
}  // namespace mortise
