#include "gtest/gtest.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/posix/clock.h"
#include "mortise/platform/posix/errors.h"
#include "mortise/platform/posix/interfaces.h"
#include "mortise/platform/posix/messages.h"
#include "mortise/platform/posix/names.h"
#include "mortise/platform/posix/readiness.h"
#include "mortise/platform/posix/sockets.h"

namespace mortise {
namespace {

TEST(PlatformTest, ThereIsOneDefault) {
  EXPECT_EQ(&Platform::Default(), &Platform::Default());
}

TEST(PlatformTest, ItsPartsAreThoseOfPosix) {
  const Platform& platform = Platform::Default();
  EXPECT_NE(dynamic_cast<posix::Sockets*>(&platform.sockets()), nullptr);
  EXPECT_NE(dynamic_cast<posix::Messages*>(&platform.messages()), nullptr);
  EXPECT_NE(dynamic_cast<posix::Readiness*>(&platform.readiness()), nullptr);
  EXPECT_NE(dynamic_cast<posix::Clock*>(&platform.clock()), nullptr);
  EXPECT_NE(dynamic_cast<posix::Names*>(&platform.names()), nullptr);
  EXPECT_NE(dynamic_cast<posix::Interfaces*>(&platform.interfaces()), nullptr);
  EXPECT_NE(dynamic_cast<posix::Errors*>(&platform.errors()), nullptr);
}

// A program may use it before main() and after it.
const Platform& early = Platform::Default();

TEST(PlatformTest, ItIsThereBeforeMain) {
  EXPECT_EQ(&early, &Platform::Default());
}

}  // namespace
}  // namespace mortise
