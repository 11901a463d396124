// Data that has already arrived is received with one call in every mode, and
// without reading the clock. This is the library's part of "one system call".
// system_calls_test checks that the backend makes one system call of it.

#include <cstddef>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "mortise/core/address.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/tests/benchmarks/counting_platform.h"

namespace mortise {
namespace benchmarks {
namespace {

constexpr absl::string_view kData = "data";
constexpr CallCounts kOneCall = {1, 0, 0};

class PlatformCallsTest : public testing::TestWithParam<absl::Duration> {
 protected:
  void SetUp() override {
    absl::StatusOr<std::pair<Socket, Socket>> pair =
        SocketPair(kAfUnspec, kSockStream, 0, &counting_.platform());
    ASSERT_TRUE(pair.ok()) << pair.status();
    sender_ = std::move(pair->first);
    receiver_ = std::move(pair->second);
    SetTimeouts();
  }

  void UseDatagrams() {
    for (Socket* const socket : {&sender_, &receiver_}) {
      absl::StatusOr<Socket> made =
          Socket::Create(kAfInet, kSockDgram, 0, &counting_.platform());
      ASSERT_TRUE(made.ok()) << made.status();
      *socket = *std::move(made);
      const absl::Status bound = socket->Bind({"127.0.0.1", 0});
      ASSERT_TRUE(bound.ok()) << bound;
    }
    const absl::StatusOr<SocketAddress> address = receiver_.GetSockName();
    ASSERT_TRUE(address.ok()) << address.status();
    address_ = *address;
    SetTimeouts();
  }

  void SetTimeouts() {
    for (Socket* const socket : {&sender_, &receiver_}) {
      const absl::Status set = socket->SetTimeout(GetParam());
      ASSERT_TRUE(set.ok()) << set;
    }
    counting_.Take();
  }

  absl::Span<char> Buffer() { return absl::MakeSpan(buffer_); }

  CountingPlatform counting_{Platform::Default()};
  Socket sender_;
  Socket receiver_;
  SocketAddress address_;
  char buffer_[64];
};

INSTANTIATE_TEST_SUITE_P(
    , PlatformCallsTest,
    testing::Values(absl::InfiniteDuration(), absl::Seconds(10),
                    absl::ZeroDuration()),
    [](const testing::TestParamInfo<absl::Duration>& info) {
      if (info.param == absl::InfiniteDuration()) {
        return "Blocking";
      }
      return info.param == absl::ZeroDuration() ? "NonBlocking" : "Timeout";
    });

TEST_P(PlatformCallsTest, SendAndRecvAreOneCallEach) {
  EXPECT_EQ(sender_.Send(kData).value_or(0), kData.size());
  EXPECT_EQ(counting_.Take(), kOneCall);
  EXPECT_EQ(receiver_.Recv(Buffer()).value_or(0), kData.size());
  EXPECT_EQ(counting_.Take(), kOneCall);
}

TEST_P(PlatformCallsTest, RecvIntoAStringIsOneCall) {
  ASSERT_TRUE(sender_.Send(kData).ok());
  counting_.Take();
  EXPECT_EQ(receiver_.Recv(std::size_t{64}).value_or(""), kData);
  EXPECT_EQ(counting_.Take(), kOneCall);
}

TEST_P(PlatformCallsTest, SendToAndRecvFromAreOneCallEach) {
  ASSERT_NO_FATAL_FAILURE(UseDatagrams());
  EXPECT_EQ(sender_.SendTo(kData, address_).value_or(0), kData.size());
  EXPECT_EQ(counting_.Take(), kOneCall);
  EXPECT_TRUE(receiver_.RecvFrom(Buffer()).ok());
  EXPECT_EQ(counting_.Take(), kOneCall);
}

TEST_P(PlatformCallsTest, ANumericHostCostsNoCallMore) {
  if (GetParam() == absl::Seconds(10)) {
    GTEST_SKIP() << "looking a host up is part of the timeout, which takes a "
                    "look at the clock";
  }
  ASSERT_NO_FATAL_FAILURE(UseDatagrams());
  EXPECT_TRUE(
      sender_.SendTo(kData, Address("127.0.0.1", address_.port())).ok());
  EXPECT_EQ(counting_.Take(), kOneCall);
}

class PlatformCallsWithoutDataTest : public PlatformCallsTest {};

INSTANTIATE_TEST_SUITE_P(, PlatformCallsWithoutDataTest,
                         testing::Values(absl::ZeroDuration()));

TEST_P(PlatformCallsWithoutDataTest, WouldBlockIsOneCall) {
  EXPECT_TRUE(IsWouldBlock(receiver_.Recv(Buffer()).status()));
  EXPECT_EQ(counting_.Take(), kOneCall);
}

}  // namespace
}  // namespace benchmarks
}  // namespace mortise
