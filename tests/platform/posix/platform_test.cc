#include <netdb.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>

#include "gtest/gtest.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/posix/clock.h"
#include "mortise/platform/posix/errors.h"
#include "mortise/platform/posix/interfaces.h"
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
  EXPECT_NE(dynamic_cast<posix::Readiness*>(&platform.readiness()), nullptr);
  EXPECT_NE(dynamic_cast<posix::Clock*>(&platform.clock()), nullptr);
  EXPECT_NE(dynamic_cast<posix::Names*>(&platform.names()), nullptr);
  EXPECT_NE(dynamic_cast<posix::Interfaces*>(&platform.interfaces()), nullptr);
  EXPECT_NE(dynamic_cast<posix::Errors*>(&platform.errors()), nullptr);
}

TEST(PlatformTest, ItsFactsAreThoseOfTheHeaders) {
  const SystemFacts& facts = Platform::Default().facts();
  EXPECT_EQ(facts.errors.Native(ErrorCode::kEpipe), EPIPE);
  EXPECT_EQ(facts.errors.Native(ErrorCode::kEaiNoname), EAI_NONAME);
  EXPECT_EQ(facts.errors.Native(ErrorCode::kTryAgain), TRY_AGAIN);
  // One byte is left for the terminator.
  EXPECT_EQ(facts.max_unix_path, sizeof(sockaddr_un::sun_path) - 1);
  EXPECT_EQ(facts.pair_family, AF_UNIX);
  EXPECT_EQ(facts.wait_flags.do_not_wait, MSG_DONTWAIT);
#ifdef __APPLE__
  EXPECT_FALSE(facts.wait_flags.sends_heed_do_not_wait);
#else
  EXPECT_TRUE(facts.wait_flags.sends_heed_do_not_wait);
#endif
#ifdef MSG_ERRQUEUE
  EXPECT_EQ(facts.wait_flags.error_queue, MSG_ERRQUEUE);
#else
  EXPECT_EQ(facts.wait_flags.error_queue, 0);
#endif
  EXPECT_TRUE(facts.woken_by_shutdown.receivers);
  EXPECT_TRUE(facts.woken_by_shutdown.other_senders);
}

// A program may use the default platform before main() and after it.
const Platform& early = Platform::Default();

TEST(PlatformTest, ItIsThereBeforeMain) {
  EXPECT_EQ(&early, &Platform::Default());
}

}  // namespace
}  // namespace mortise
