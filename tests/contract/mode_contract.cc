// SetTimeout, SetBlocking, GetTimeout.

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/status_matchers.h"

namespace mortise {
namespace contract {
namespace {

TEST_P(ModeContract, GetTimeoutTellsWhatWasSetLast) {
  Socket socket = MustCreate(TcpIpv4());
  for (const absl::Duration timeout :
       {absl::ZeroDuration(), absl::Nanoseconds(1), absl::Seconds(1.5),
        absl::Hours(24 * 365 * 290), absl::InfiniteDuration()}) {
    EXPECT_THAT(socket.SetTimeout(timeout), IsOk());
    EXPECT_EQ(socket.GetTimeout(), timeout);
  }
}

TEST_P(ModeContract, SetBlockingIsShortForZeroAndInfinite) {
  Socket socket = MustCreate(TcpIpv4());
  EXPECT_THAT(socket.SetBlocking(false), IsOk());
  EXPECT_EQ(socket.GetTimeout(), absl::ZeroDuration());
  EXPECT_THAT(socket.SetBlocking(true), IsOk());
  EXPECT_EQ(socket.GetTimeout(), absl::InfiniteDuration());
}

TEST_P(ModeContract, ATimeoutIsNotNegative) {
  Socket socket = MustCreate(TcpIpv4());
  ASSERT_THAT(socket.SetTimeout(kLong), IsOk());
  for (const absl::Duration timeout :
       {-absl::Nanoseconds(1), -absl::Seconds(1), -absl::InfiniteDuration()}) {
    EXPECT_THAT(socket.SetTimeout(timeout),
                RefusesArgument(absl::StatusCode::kOutOfRange, "settimeout",
                                "timeout"));
    EXPECT_EQ(socket.GetTimeout(), kLong);
  }
}

TEST_P(ModeContract, AModeCanBeLeftAgain) {
  auto [client, server] = MustConnectPair(TcpIpv4());
  ASSERT_THAT(client.SetBlocking(false), IsOk());
  EXPECT_THAT(client.Recv(1), Fails(IsWouldBlock));
  ASSERT_THAT(client.SetTimeout(absl::Milliseconds(5)), IsOk());
  EXPECT_THAT(client.Recv(1), Fails(IsTimeout));
  ASSERT_THAT(client.SetBlocking(true), IsOk());
  Background<absl::StatusOr<std::string>> receiving(
      [&client = client] { return client.Recv(16); });
  receiving.AwaitAsleep();
  EXPECT_FALSE(receiving.ended());
  ASSERT_THAT(server.SendAll("x"), IsOk());
  EXPECT_THAT(receiving.Result(), IsOkAndHolds("x"));
}

TEST_P(ModeContract, EachSocketHasItsOwnMode) {
  auto [client, server] = MustConnectPair(TcpIpv4());
  ASSERT_THAT(client.SetBlocking(false), IsOk());
  EXPECT_EQ(server.GetTimeout(), absl::InfiniteDuration());
  EXPECT_THAT(client.Recv(1), Fails(IsWouldBlock));
}

}  // namespace
}  // namespace contract
}  // namespace mortise
