#include "mortise/platform/winsock/clock.h"

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace mortise {
namespace winsock {
namespace {

TEST(ClockTest, NeverGoesBackwardsAndDoesNotStand) {
  Clock clock;
  const absl::Duration begin = clock.Now();
  absl::Duration last = begin;
  while (last - begin < absl::Milliseconds(20)) {
    const absl::Duration now = clock.Now();
    ASSERT_GE(now, last);
    last = now;
  }
}

}  // namespace
}  // namespace winsock
}  // namespace mortise
