// SetTimeout with durations of the standard library.

#include <chrono>
#include <limits>
#include <ratio>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/platform/mock/mock_platform.h"
#include "mortise/tests/core/mock_socket.h"

namespace mortise {
namespace {

using namespace std::chrono_literals;  // NOLINT

using Seconds = std::chrono::duration<double>;
using Days = std::chrono::duration<int, std::ratio<86400>>;
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();

class ChronoTimeoutTest : public MockSocketTest {
 protected:
  // Returns the timeout that a socket has after `timeout` was set.
  template <typename Duration>
  absl::Duration Set(Duration timeout) {
    Socket socket = Open();
    bool blocking = false;
    EXPECT_CALL(mock_.sockets, SetBlocking)
        .WillOnce([&blocking](NativeHandle, bool flag) {
          blocking = flag;
          return Done();
        });
    EXPECT_TRUE(socket.SetTimeout(timeout).ok());
    EXPECT_EQ(blocking, socket.GetTimeout() == absl::InfiniteDuration());
    return socket.GetTimeout();
  }
};

TEST_F(ChronoTimeoutTest, EveryUnitIsTaken) {
  EXPECT_EQ(Set(5s), absl::Seconds(5));
  EXPECT_EQ(Set(250ms), absl::Milliseconds(250));
  EXPECT_EQ(Set(7us), absl::Microseconds(7));
  EXPECT_EQ(Set(1ns), absl::Nanoseconds(1));
  EXPECT_EQ(Set(2min), absl::Minutes(2));
  EXPECT_EQ(Set(3h), absl::Hours(3));
  EXPECT_EQ(Set(Days(2)), absl::Hours(48));
  EXPECT_EQ(Set(Seconds(0.5)), absl::Milliseconds(500));
  EXPECT_EQ(Set(1.5min), absl::Seconds(90));
}

TEST_F(ChronoTimeoutTest, ZeroIsNonBlocking) {
  EXPECT_EQ(Set(0s), absl::ZeroDuration());
  EXPECT_EQ(Set(Seconds(0)), absl::ZeroDuration());
}

TEST_F(ChronoTimeoutTest, TheLongestIsInfinite) {
  EXPECT_EQ(Set(std::chrono::nanoseconds::max()), absl::InfiniteDuration());
  EXPECT_EQ(Set(std::chrono::milliseconds::max()), absl::InfiniteDuration());
  EXPECT_EQ(Set(std::chrono::seconds::max()), absl::InfiniteDuration());
  EXPECT_EQ(Set(std::chrono::hours::max()), absl::InfiniteDuration());
  EXPECT_EQ(Set(Days::max()), absl::InfiniteDuration());
  EXPECT_EQ(Set(Seconds::max()), absl::InfiniteDuration());
  EXPECT_EQ(Set(Seconds(kInfinity)), absl::InfiniteDuration());
  // absl::ToChronoSeconds represents infinity in this way.
  EXPECT_EQ(Set(absl::ToChronoSeconds(absl::InfiniteDuration())),
            absl::InfiniteDuration());
}

TEST_F(ChronoTimeoutTest, WhatIsAlmostTheLongestIsFinite) {
  const auto nanoseconds =
      std::chrono::nanoseconds::max() - std::chrono::nanoseconds(1);
  EXPECT_EQ(Set(nanoseconds), absl::FromChrono(nanoseconds));
  EXPECT_LT(Set(nanoseconds), absl::InfiniteDuration());
}

TEST_F(ChronoTimeoutTest, NegativeOnesAreRefused) {
  Socket socket = Open();
  for (const absl::Status& status :
       {socket.SetTimeout(-1ns), socket.SetTimeout(-5s),
        socket.SetTimeout(std::chrono::nanoseconds::min()),
        socket.SetTimeout(std::chrono::hours::min()),
        socket.SetTimeout(Seconds(-0.5)),
        socket.SetTimeout(Seconds(-kInfinity)),
        socket.SetTimeout(Seconds(std::numeric_limits<double>::lowest())),
        socket.SetTimeout(Seconds(kNotANumber))}) {
    EXPECT_TRUE(IsUsageError(status)) << status;
    EXPECT_EQ(status.code(), absl::StatusCode::kOutOfRange);
    EXPECT_TRUE(absl::StartsWith(status.message(), "settimeout: timeout: "))
        << status;
  }
  EXPECT_EQ(socket.GetTimeout(), absl::InfiniteDuration());
}

}  // namespace
}  // namespace mortise
